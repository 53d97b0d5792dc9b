"""KL divergence between parametric families, by a formula per pair, or by quadrature."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from kl_core import _validation
from kl_core._numerics import Floats, ieee
from kl_core.discrete import HasLogProb
from kl_core.distributions.base import (
    VECTORS,
    broadcast,
    covers,
    refuse_class,
    refuse_other_dimensions,
)
from kl_core.distributions.quadrature import is_summable, kl_by_quadrature

Formula = Callable[[Any, Any], Any]
F = TypeVar("F", bound=Formula)

FORMULAS: dict[tuple[type, type], Formula] = {}
RELATIVE, ABSOLUTE = 1e-10, 1e-15  # the error of what is found by quadrature, whichever is larger


def register_kl(p_family: type, q_family: type) -> Callable[[F], F]:
    """Register the decorated function as the formula of `kl` for P and Q of two families.

    The function gets P and Q and returns KL(P‖Q) in nats, one number or an array that broadcasts to
    the shape of the batch. It holds for subclasses too, unless they have a formula of their own;
    warnings of numpy's arithmetic are off in it. `kl_divergence` finds it, too.
    p_family, q_family: classes with log_prob, as every Family is. What has no batch_shape is one
    distribution, or as many as the function gives numbers.
    Raises TypeError unless both are classes, ValueError for a pair that already has a formula.

    >>> class Celsius(Normal): ...
    >>> @register_kl(Celsius, Laplace)
    ... def _(p: Celsius, q: Laplace) -> float:
    ...     return 1.0
    >>> float(kl(Celsius(20, 2), Laplace(20, 2)))
    1.0
    """
    for name, family in (("p_family", p_family), ("q_family", q_family)):
        if not isinstance(family, type):
            raise TypeError(f"{name} must be a class; got {family!r}.")

    def register(formula: F) -> F:
        if FORMULAS.setdefault((p_family, q_family), formula) is not formula:
            pair = f"{p_family.__name__} and {q_family.__name__}"
            raise ValueError(f"a pair must be registered once; {pair} has a formula already.")
        return formula

    return register


@ieee
def kl(p: HasLogProb, q: HasLogProb, *, base: float | None = None) -> np.float64 | Floats:
    """KL divergence, or relative entropy, of two distributions of known families.

    KL(P‖Q) = E log(p(x) / q(x)) for x ~ P, in nats, or in units of log(base); inf if P has mass
    outside the support of Q. By the pair's formula, or else by `kl_by_quadrature`, if both are over
    single numbers: to 1e-10 of the result, or 1e-15 nats.
    p, q: families whose batches broadcast → (...), the shape of the batch.
    Raises TypeError unless both are families; ValueError for batches that do not broadcast, for
    numbers of dimensions or outcomes that differ, and if only one of P and Q is over vectors;
    NotImplementedError, which names monte_carlo_kl, without a formula and an integral of that
    precision.
    Source: Kullback & Leibler (1951), eq. 2.4.

    >>> round(float(kl(Normal(0, 1), Laplace(0, 1))), 4)
    0.0721
    >>> kl(Normal([0, 1, 2], 1), Normal(0, 1)).tolist()
    [0.0, 0.5, 2.0]
    """
    unit = _validation.log_base(base)
    for name, given in (("p", p), ("q", q)):
        refuse_class(name, given)
        if not hasattr(given, "log_prob"):
            came = type(given).__name__
            raise TypeError(
                f"{name} must be a family such as Normal; got {came}: "
                "probabilities go to kl_divergence."
            )
    pair = type(p), type(q)
    formula = FORMULAS.get(pair) or _formula_for(*pair)
    if formula is None:
        refuse_other_dimensions(p, q)
        formula = by_quadrature if covers(q, p).any() else _infinite
    shapes = [getattr(given, "batch_shape", ()) for given in (p, q)]
    shape = broadcast("the batch of p", "that of q", shapes=shapes)
    found = formula(p, q)
    if np.shape(found) != shape:
        found = _one_each(found, shape, p, q)
    return np.divide(found, unit) + 0.0  # −0.0 becomes 0.0


def _one_each(found: Any, shape: tuple[int, ...], p: object, q: object) -> Floats:
    """What a formula gave, in the shape of the batch, if it is known."""
    if not (hasattr(p, "batch_shape") and hasattr(q, "batch_shape")):
        return np.asarray(found)
    try:
        return np.broadcast_to(found, shape)
    except ValueError:
        pair, came = f"{type(p).__name__} and {type(q).__name__}", np.shape(found)
        rule = f"must broadcast to the shape of the batch, {shape}"
        raise ValueError(f"what the formula for {pair} gives {rule}; got {came}.") from None


def _formula_for(p_family: type, q_family: type) -> Formula | None:
    """That of the nearest ancestors: the fewest steps up both, and of equally few, those from Q."""
    pairs = [
        (above_p + above_q, above_p, FORMULAS[pair])
        for above_p, one in enumerate(p_family.__mro__)
        for above_q, other in enumerate(q_family.__mro__)
        if (pair := (one, other)) in FORMULAS
    ]
    return min(pairs, key=lambda found: found[:2])[2] if pairs else None


def _infinite(p: object, q: object) -> float:
    """Inf: no member of the batch of Q has mass wherever that of P has."""
    return np.inf


def by_quadrature(p: Any, q: Any) -> Floats:
    """What no formula gives, for two distributions of single numbers, if it is precise enough."""
    if not (is_summable(p) and is_summable(q)):
        silent = [x for x in (p, q) if getattr(x, "support", None) is None]
        vectors = any(getattr(x, "outcomes", None) in VECTORS for x in (p, q))
        names = " and ".join(dict.fromkeys(type(x).__name__ for x in silent))
        raise _not_known(p, q, "" if vectors else f", and no support of {names} to integrate over")
    found = kl_by_quadrature(p, q)
    value, error = np.asarray(found.value), np.asarray(found.error)
    vague = ~(error <= np.maximum(RELATIVE * value, ABSOLUTE))
    if vague.any():
        came = f"may be off by {error[vague][0]:.2g} from {value[vague][0]:.6g}"
        raise _not_known(p, q, f", and a quadrature {came}")
    return value


def _not_known(p: object, q: object, why: str) -> NotImplementedError:
    pair = f"{type(p).__name__} and {type(q).__name__}"
    return NotImplementedError(f"kl has no formula for {pair}{why}; monte_carlo_kl estimates it.")

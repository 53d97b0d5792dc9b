"""KL divergence between parametric families, by one short formula a pair."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from kl_core import _validation
from kl_core._numerics import Floats, ieee
from kl_core.distributions.base import Family, broadcast, covers, refuse_class

Formula = Callable[[Any, Any], Any]
F = TypeVar("F", bound=Formula)

FORMULAS: dict[tuple[type, type], Formula] = {}


def register_kl(p_family: type, q_family: type) -> Callable[[F], F]:
    """Make the decorated function what `kl` computes KL(P‖Q) with for P and Q of two families.

    The function gets P and Q and returns KL(P‖Q) in nats, one number or an array that broadcasts to
    the shape of the batch. It holds for subclasses too, unless they have a formula of their own;
    warnings of numpy's arithmetic are off in it.
    p_family, q_family: classes with a batch_shape, as every Family is.
    Raises TypeError for what is not a class, ValueError for a pair that has a formula already.

    >>> class Celsius(Normal): ...
    >>> @register_kl(Celsius, Laplace)
    ... def _(p: Celsius, q: Laplace) -> float:
    ...     return 1.0
    >>> float(kl(Celsius(20, 2), Laplace(20, 2)))
    1.0
    """
    for name, family in (("p_family", p_family), ("q_family", q_family)):
        if not isinstance(family, type):
            raise TypeError(f"{name} must be a class; {family!r} came.")

    def register(formula: F) -> F:
        if FORMULAS.setdefault((p_family, q_family), formula) is not formula:
            pair = f"{p_family.__name__} and {q_family.__name__}"
            raise ValueError(f"a pair must be registered once; {pair} has a formula already.")
        return formula

    return register


@ieee
def kl(p: Family, q: Family, *, base: float | None = None) -> np.float64 | Floats:
    """Extra code length paid for describing P with Q's code, for P and Q of known families.

    KL(P‖Q) = E log(p(x) / q(x)) for x ~ P, by a formula for each pair of families, in nats, or in
    units of log(base); inf, for which no formula is needed, where P has mass that Q has not.
    p, q: families whose batches broadcast → (...), the shape of the batch.
    Raises TypeError for what is no family; ValueError for batches that do not broadcast, for
    numbers of dimensions or outcomes that differ, and where only one of P and Q is over vectors;
    NotImplementedError, which points to monte_carlo_kl, for pairs without a formula.
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
                f"{name} must be a family such as Normal; {came} came: "
                "probabilities go to kl_divergence."
            )
    formula = _formula_for(type(p), type(q)) or _infinite_by_support(p, q)
    if formula is None:
        _refuse_other_dimensions(p, q)
        raise no_formula(p, q)
    shape = broadcast("the batch of p", "that of q", shapes=[p.batch_shape, q.batch_shape])
    found = np.broadcast_to(formula(p, q), shape)
    return (found / unit)[()] + 0.0  # −0.0 becomes 0.0


def _refuse_other_dimensions(p: object, q: object) -> None:
    """Raise where one is over vectors and the other is not, which no estimate helps."""
    kinds = {getattr(given, "outcomes", None) for given in (p, q)} - {None}
    if len(kinds) > 1 and "vectors" in kinds:
        came = f"{type(p).__name__} and {type(q).__name__} came"
        raise ValueError(f"p and q must both be over vectors, or neither; {came}.")


def _formula_for(p_family: type, q_family: type) -> Formula | None:
    """That of the nearest ancestors: the fewest steps up both, and of equally few, those from Q."""
    pairs = [
        (above_p + above_q, above_p, FORMULAS[pair])
        for above_p, one in enumerate(p_family.__mro__)
        for above_q, other in enumerate(q_family.__mro__)
        if (pair := (one, other)) in FORMULAS
    ]
    return min(pairs, key=lambda found: found[:2])[2] if pairs else None


def _infinite_by_support(p: Any, q: Any) -> Formula | None:
    """Inf, where no member of the batch of Q has mass wherever that of P has."""
    over_vectors = "vectors" in (getattr(p, "outcomes", None), getattr(q, "outcomes", None))
    return None if over_vectors or covers(q, p).any() else infinite


def infinite(p: object, q: object) -> float:
    """Inf: P has mass where Q has none, whatever their parameters."""
    return np.inf


def no_formula(p: object, q: object) -> NotImplementedError:
    """What to raise where KL(P‖Q) is known by no formula."""
    pair = f"{type(p).__name__} and {type(q).__name__}"
    return NotImplementedError(f"kl has no formula for {pair}; monte_carlo_kl estimates it.")

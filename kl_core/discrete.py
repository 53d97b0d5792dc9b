"""Entropy, cross-entropy and KL divergence of discrete distributions."""

from __future__ import annotations

from typing import Any, Protocol, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core import _from_logits, _rowwise, _validation
from kl_core._numerics import Floats, gradual_underflow, log_ratio
from kl_core._rowwise import Rows, kl_rows
from kl_core._validation import Axis
from kl_core._weights import one_side

MOST = 900  # of the exponent; sums of what is below 2⁹⁰⁰ do not overflow

Array = NDArray[np.floating[Any]]
Result = np.floating[Any] | Array


class HasLogProb(Protocol):
    """A distribution of a family: anything with a log-probability, or a log-density."""

    def log_prob(self, x: Any, /) -> Any:
        """Log of the probability or density of each x, in nats."""


@gradual_underflow
def normalize(weights: ArrayLike, *, axis: Axis = -1) -> Array:
    """Weights or counts divided by their sum, which makes them a distribution.

    pᵢ = wᵢ / Σⱼ wⱼ, without overflow or loss however large or small the weights.
    weights: (..., k) → (..., k), a plain array, without the labels that weights may have; with
    axis=None all of them together, as for a joint table.
    Raises ValueError unless weights are finite, not negative and not all 0.

    >>> normalize([9, 12, 4]).tolist()
    [0.36, 0.48, 0.16]
    """
    given = _validation.argument("weights", weights, axis)
    given.require_weights()
    values = given.values.astype(np.float64)
    greatest = values.max(axis=-1, keepdims=True)
    given.raise_where(greatest[..., 0] == 0, "not be all 0", "holds only {:g}", greatest[..., 0])
    too_large = np.maximum(np.frexp(greatest)[1] - MOST, 0)
    values = np.ldexp(values, -too_large)  # by a power of two, which is exact
    return given.restore(values / values.sum(axis=-1, keepdims=True))


def entropy(
    p: ArrayLike,
    *,
    axis: Axis = -1,
    base: float | None = None,
    keepdims: bool = False,
) -> Result:
    """Expected surprisal of P: the mean length of an ideal code for its outcomes.

    H(P) = −Σ pᵢ log pᵢ, in nats, or in units of log(base).
    p: (..., k) → (...).
    Raises ValueError unless p is a distribution along `axis`.
    Source: Shannon (1948), section 6.

    >>> float(entropy([0.5, 0.25, 0.25], base=2))
    1.5
    """
    given = _validation.argument("p", p, axis)
    return _rowwise.map_rows(
        lambda rows: _cross_entropy(rows, rows), given, base=base, keepdims=keepdims
    )[()]


def perplexity(p: ArrayLike, *, axis: Axis = -1, keepdims: bool = False) -> Result:
    """The number of equally probable outcomes that have the entropy of P.

    exp H(P), a number from 1 to k without a unit.
    p: (..., k) → (...).
    Raises ValueError unless p is a distribution along `axis`.
    Source: Jelinek, Mercer, Bahl & Baker (1977).

    >>> round(float(perplexity([0.7, 0.2, 0.1])), 4)
    2.2296
    """
    given = _validation.argument("p", p, axis)
    return _rowwise.map_rows(_perplexity, given, keepdims=keepdims)[()]


@overload
def cross_entropy(
    p: ArrayLike,
    q: ArrayLike,
    *,
    axis: Axis = -1,
    base: float | None = None,
    keepdims: bool = False,
) -> Result: ...
@overload
def cross_entropy(
    p: ArrayLike,
    *,
    q_logits: ArrayLike,
    axis: Axis = -1,
    base: float | None = None,
    keepdims: bool = False,
) -> Result: ...
@overload
def cross_entropy(
    *,
    p_logits: ArrayLike,
    q: ArrayLike,
    axis: Axis = -1,
    base: float | None = None,
    keepdims: bool = False,
) -> Result: ...
@overload
def cross_entropy(
    *,
    p_logits: ArrayLike,
    q_logits: ArrayLike,
    axis: Axis = -1,
    base: float | None = None,
    keepdims: bool = False,
) -> Result: ...
def cross_entropy(
    p: ArrayLike | None = None,
    q: ArrayLike | None = None,
    *,
    p_logits: ArrayLike | None = None,
    q_logits: ArrayLike | None = None,
    axis: Axis = -1,
    base: float | None = None,
    keepdims: bool = False,
) -> Result:
    """Expected surprisal under Q if outcomes come from P: their mean code length in Q's code.

    H(P, Q) = −Σ pᵢ log qᵢ, in nats, or in units of log(base). Logits mean their softmax,
    whose logarithms are precise even if a probability underflows.
    p or p_logits, q or q_logits: (..., k), broadcast together → (...).
    Raises ValueError unless p and q are distributions along `axis`, for nan and +inf in logits, and
    for rows of nothing but −inf; TypeError unless each of P and Q is given once.
    Source: Kerridge (1961), there called inaccuracy.

    >>> float(cross_entropy([0.5, 0.5], [0.75, 0.25], base=2).round(4))
    1.2075
    >>> round(float(cross_entropy([0, 1], q_logits=[0, -2000])), 6)
    2000.0
    """
    if p is None or q is None or p_logits is not None or q_logits is not None:
        sides = one_side("p", p, p_logits, axis), one_side("q", q, q_logits, axis)
        return _from_logits.map_rows(_from_logits.cross_entropy_rows, *sides, base, keepdims)
    pair = _validation.argument("p", p, axis), _validation.argument("q", q, axis)
    return _rowwise.map_rows(_cross_entropy, *pair, base=base, keepdims=keepdims)[()]


@overload
def kl_divergence(
    p: ArrayLike,
    q: ArrayLike,
    *,
    axis: Axis = -1,
    base: float | None = None,
    keepdims: bool = False,
) -> Result: ...
@overload
def kl_divergence(
    p: HasLogProb, q: HasLogProb, *, base: float | None = None
) -> np.float64 | Floats: ...
@overload
def kl_divergence(
    p: ArrayLike,
    *,
    q_logits: ArrayLike,
    axis: Axis = -1,
    base: float | None = None,
    keepdims: bool = False,
) -> Result: ...
@overload
def kl_divergence(
    *,
    p_logits: ArrayLike,
    q: ArrayLike,
    axis: Axis = -1,
    base: float | None = None,
    keepdims: bool = False,
) -> Result: ...
@overload
def kl_divergence(
    *,
    p_logits: ArrayLike,
    q_logits: ArrayLike,
    axis: Axis = -1,
    base: float | None = None,
    keepdims: bool = False,
) -> Result: ...
def kl_divergence(
    p: ArrayLike | HasLogProb | None = None,
    q: ArrayLike | HasLogProb | None = None,
    *,
    p_logits: ArrayLike | None = None,
    q_logits: ArrayLike | None = None,
    axis: Axis = -1,
    base: float | None = None,
    keepdims: bool = False,
) -> Result:
    """Relative entropy: the extra mean code length if outcomes of P are encoded with Q's code.

    KL(P‖Q) = Σ pᵢ log(pᵢ / qᵢ), in nats, or in units of log(base), computed as
    Σ (pᵢ log(pᵢ / qᵢ) − pᵢ + qᵢ), which rounding cannot make negative: if sums are not exactly 1,
    the two differ by as much as the sums of p and q do. Logits mean their softmax, and are precise
    even if a probability underflows. Two distributions of families, such as Normal(0, 1), are
    passed to `kl`.
    p or p_logits, q or q_logits: (..., k), broadcast together → (...).
    Raises ValueError unless p and q are distributions along `axis`, for nan and +inf in logits, and
    for rows of nothing but −inf; TypeError unless each of P and Q is given once, for a family
    beside an array, and for an axis or logits beside families; and what `kl` raises.
    Source: Kullback & Leibler (1951), eq. 2.4; Csiszár (1991) for the second form.

    >>> kl_divergence([[0.5, 0.5], [1.0, 0.0]], [0.75, 0.25]).round(4).tolist()
    [0.1438, 0.2877]
    >>> float(kl_divergence([0.75, 0.25], [1, 0]))
    inf
    >>> float(kl_divergence([0.5, 0.5], q_logits=[0, -2000]).round(4))
    999.3069
    >>> float(kl_divergence(Normal(0, 1), Normal(1, 1)))
    0.5
    """
    if not (type(p) is type(q) is np.ndarray) and (_is_family(p) or _is_family(q)):
        return _kl_of_families(p, q, [p_logits, q_logits], axis, base, keepdims)
    if p is None or q is None or p_logits is not None or q_logits is not None:
        sides = one_side("p", p, p_logits, axis), one_side("q", q, q_logits, axis)  # type: ignore[arg-type]
        return _from_logits.map_rows(_from_logits.kl_rows, *sides, base, keepdims)
    pair = _validation.argument("p", p, axis), _validation.argument("q", q, axis)  # type: ignore[arg-type]
    return _rowwise.map_rows(kl_rows, *pair, base=base, keepdims=keepdims)[()]


def kl_terms(p: ArrayLike, q: ArrayLike, *, axis: Axis = -1, base: float | None = None) -> Array:
    """Each outcome's term of KL(P‖Q), negative where qᵢ > pᵢ.

    pᵢ log(pᵢ / qᵢ), in nats, or in units of log(base).
    p, q: (..., k), broadcast together → (..., k).
    Raises ValueError unless p and q are distributions along `axis`.

    >>> p, q = normalize([9, 12, 4]), normalize([1, 1, 1])
    >>> kl_terms(p, q).round(4).tolist()
    [0.0277, 0.175, -0.1174]
    """
    pair = _validation.argument("p", p, axis), _validation.argument("q", q, axis)
    terms = _rowwise.map_rows(_terms, *pair, base=base, per_outcome=True)
    return _rowwise.widest(pair).with_its_axes(terms)


def _is_family(given: Any) -> bool:
    """Whether it is a distribution of a family, or a class, which is to be one."""
    return hasattr(type(given), "log_prob") or isinstance(given, type)


def _kl_of_families(
    p: Any, q: Any, logits: list[ArrayLike | None], axis: Axis, base: float | None, keepdims: bool
) -> np.float64 | Floats:
    from kl_core.distributions.kl_registry import kl  # which takes long to define

    if any(given is not None for given in logits):
        raise TypeError(
            "p_logits and q_logits must not come beside a family; "
            "Categorical(logits=...) is the family that has them."
        )
    if not (_is_family(p) and _is_family(q)):
        came = " and ".join(type(given).__name__ for given in (p, q))
        raise TypeError(f"p and q must both be of families, or both arrays; got {came}.")
    if axis != -1 or keepdims:
        raise TypeError(
            "axis and keepdims must be left out for families, which have no axis of outcomes."
        )
    return kl(p, q, base=base)


def _terms(p: Rows, q: Rows) -> Floats:
    return p.values * log_ratio(p.values, q.values) + 0.0  # −0.0 becomes 0.0


def _cross_entropy(p: Rows, q: Rows) -> Floats:
    log_q = np.where(p.values > 0, -np.inf, 0.0)  # q = 0 < p gives inf; 0·log 0 = 0
    np.log(q.values, out=log_q, where=(p.values > 0) & (q.values > 0))
    if p.values.shape[1] <= _rowwise.SHORT:
        sums = np.einsum("ij,ij->i", p.values, log_q)
    else:  # sum() goes in pairs, so that rounding does not grow with the number of outcomes
        log_q *= p.values
        sums = log_q.sum(axis=1)
    found = 0.0 - sums  # minus 0.0 itself would be −0.0
    return np.maximum(found, 0.0)  # a q above 1, within the tolerance, has a negative length


def _perplexity(p: Rows) -> Floats:
    return np.minimum(np.exp(_cross_entropy(p, p)), p.values.shape[1])  # not above k by rounding

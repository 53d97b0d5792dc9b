"""Entropy, cross-entropy and KL divergence of discrete distributions."""

from __future__ import annotations

from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core import _rowwise, _validation
from kl_core._numerics import Floats, gradual_underflow, log_ratio
from kl_core._rowwise import Rows, kl_rows

MOST = 900  # of the exponent; sums of what is below 2⁹⁰⁰ do not overflow

Array = NDArray[np.floating[Any]]
Result = np.floating[Any] | Array


@gradual_underflow
def normalize(weights: ArrayLike, *, axis: SupportsIndex = -1) -> Array:
    """Weights or counts divided by their sum, which makes them a distribution.

    pᵢ = wᵢ / Σⱼ wⱼ, without overflow or loss however large or small the weights.
    weights: (..., k) → (..., k).
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


def entropy(p: ArrayLike, *, axis: SupportsIndex = -1, base: float | None = None) -> Result:
    """Mean code length of outcomes of P, with the code that suits P best.

    H(P) = −Σ pᵢ log pᵢ, in nats, or in units of log(base).
    p: (..., k) → (...).
    Raises ValueError unless p is a distribution along `axis`.
    Source: Shannon (1948), section 6.

    >>> float(entropy([0.5, 0.25, 0.25], base=2))
    1.5
    """
    given = _validation.argument("p", p, axis)
    return _rowwise.map_rows(lambda rows: _cross_entropy(rows, rows), given, base=base)[()]


def perplexity(p: ArrayLike, *, axis: SupportsIndex = -1) -> Result:
    """How many equally likely outcomes would be as uncertain as P.

    exp H(P), a number from 1 to k without a unit.
    p: (..., k) → (...).
    Raises ValueError unless p is a distribution along `axis`.
    Source: Jelinek, Mercer, Bahl & Baker (1977).

    >>> round(float(perplexity([0.7, 0.2, 0.1])), 4)
    2.2296
    """
    given = _validation.argument("p", p, axis)
    return _rowwise.map_rows(_perplexity, given)[()]


def cross_entropy(
    p: ArrayLike, q: ArrayLike, *, axis: SupportsIndex = -1, base: float | None = None
) -> Result:
    """Mean code length of outcomes of P, with the code that suits Q best.

    H(P, Q) = −Σ pᵢ log qᵢ, in nats, or in units of log(base).
    p, q: (..., k), broadcast together → (...).
    Raises ValueError unless p and q are distributions along `axis`.
    Source: Kerridge (1961), who calls it inaccuracy.

    >>> float(cross_entropy([0.5, 0.5], [0.75, 0.25], base=2).round(4))
    1.2075
    """
    pair = _validation.argument("p", p, axis), _validation.argument("q", q, axis)
    return _rowwise.map_rows(_cross_entropy, *pair, base=base)[()]


def kl_divergence(
    p: ArrayLike, q: ArrayLike, *, axis: SupportsIndex = -1, base: float | None = None
) -> Result:
    """Extra code length paid for describing P with Q's code.

    KL(P‖Q) = Σ pᵢ log(pᵢ / qᵢ), in nats, or in units of log(base), computed as
    Σ (pᵢ log(pᵢ / qᵢ) − pᵢ + qᵢ), which no rounding makes negative: where sums are not exactly 1,
    the two differ by as much as the sums of p and q do.
    p, q: (..., k), broadcast together → (...).
    Raises ValueError unless p and q are distributions along `axis`.
    Source: Kullback & Leibler (1951), eq. 2.4; Csiszár (1991) for the second form.

    >>> p, q = [[0.5, 0.5], [1.0, 0.0]], [0.75, 0.25]
    >>> kl_divergence(p, q).round(4).tolist()
    [0.1438, 0.2877]
    >>> float(kl_divergence(q, [1, 0]))
    inf
    """
    pair = _validation.argument("p", p, axis), _validation.argument("q", q, axis)
    return _rowwise.map_rows(kl_rows, *pair, base=base)[()]


def kl_terms(
    p: ArrayLike, q: ArrayLike, *, axis: SupportsIndex = -1, base: float | None = None
) -> Array:
    """Each outcome's share of KL(P‖Q), negative where Q overrates the outcome.

    pᵢ log(pᵢ / qᵢ), in nats, or in units of log(base).
    p, q: (..., k), broadcast together → (..., k).
    Raises ValueError unless p and q are distributions along `axis`.

    >>> p, q = normalize([9, 12, 4]), normalize([1, 1, 1])
    >>> kl_terms(p, q).round(4).tolist()
    [0.0277, 0.175, -0.1174]
    """
    pair = _validation.argument("p", p, axis), _validation.argument("q", q, axis)
    return np.moveaxis(_rowwise.map_rows(_terms, *pair, base=base, per_outcome=True), -1, axis)


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

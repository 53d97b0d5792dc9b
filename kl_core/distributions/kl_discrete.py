"""KL divergence between families on counts."""

import math

import numpy as np

from kl_core import _from_logits, _rowwise, _validation
from kl_core._numerics import (
    TINY,
    Floats,
    itakura_saito,
    kl_div,
    kl_div_extreme,
    log_or_neg_inf,
    refined,
    with_digits,
)
from kl_core._rowwise import kl_rows
from kl_core._weights import Side
from kl_core.distributions.base import Family, by_blocks
from kl_core.distributions.discrete import Bernoulli, Categorical, Geometric, Poisson
from kl_core.distributions.kl_registry import register_kl

SURE = 0.01  # 1 − Σ qᵢ above it is precise enough for the mass that is left


@register_kl(Bernoulli, Bernoulli)
@by_blocks
def _bernoulli_bernoulli(p: Bernoulli, q: Bernoulli) -> Floats:
    """p·log(p / q) + (1 − p)·log((1 − p) / (1 − q))."""
    return refined(_quick_bernoulli, _careful_bernoulli, p.p, q.p)


def _quick_bernoulli(p: Floats, q: Floats) -> Floats:
    miss = 1 - p
    return p * np.log(with_digits(p / q)) + miss * np.log(miss / (1 - q))


def _careful_bernoulli(p: Floats, q: Floats) -> Floats:
    return kl_div(p, q) + miss_kl_div(p, q)


@register_kl(Geometric, Geometric)
@by_blocks
def _geometric_geometric(p: Geometric, q: Geometric) -> Floats:
    """The divergence of one trial's success, times the mean number of trials, 1 / p."""
    return itakura_saito(p.p, q.p) + miss_kl_div(p.p, q.p) / p.p


@register_kl(Poisson, Poisson)
@by_blocks
def _poisson_poisson(p: Poisson, q: Poisson) -> Floats:
    """r₁·log(r₁ / r₂) − r₁ + r₂."""
    return kl_div_extreme(p.rate, q.rate)


@register_kl(Categorical, Categorical)
def _categorical_categorical(p: Categorical, q: Categorical) -> Floats:
    """Σ (pᵢ·log(pᵢ / qᵢ) − pᵢ + qᵢ)."""
    _validation.require_equal_counts("outcomes", p=p.p.shape[-1], q=q.p.shape[-1])
    if p.logits is None and q.logits is None:
        return sum_kl_div(p.p, q.p)
    return _by_logits(p, q)


@register_kl(Bernoulli, Categorical)
def _bernoulli_categorical(p: Bernoulli, q: Categorical) -> Floats:
    """Σ (pᵢ·log(pᵢ / qᵢ) − pᵢ + qᵢ), with pᵢ = 0 beyond 1."""
    if q.logits is None:
        return _padded(_two(p), q.p)
    return _by_logits(Categorical(_two(p)), q)


@register_kl(Categorical, Bernoulli)
def _categorical_bernoulli(p: Categorical, q: Bernoulli) -> Floats:
    """Σ (pᵢ·log(pᵢ / qᵢ) − pᵢ + qᵢ), with qᵢ = 0 beyond 1."""
    if p.logits is None:
        return _padded(p.p, _two(q))
    return _by_logits(p, Categorical(_two(q)))


@register_kl(Bernoulli, Poisson)
@by_blocks
def _bernoulli_poisson(p: Bernoulli, q: Poisson) -> Floats:
    """p·log(p / r) + (1 − p)·log(1 − p) + r."""
    return kl_div_extreme(p.p, q.rate) + miss_kl_div(p.p, np.zeros_like(p.p))


@register_kl(Bernoulli, Geometric)
def _bernoulli_geometric(p: Bernoulli, q: Geometric) -> Floats:
    """−log q where p = 1; elsewhere inf, for 0 has mass under P alone."""
    return np.where(np.asarray(p.p) == 1, -np.log(q.p), np.inf)


@register_kl(Categorical, Poisson)
def _categorical_poisson(p: Categorical, q: Poisson) -> Floats:
    """Σ pᵢ·log(pᵢ / qᵢ), with qᵢ = rⁱ·exp(−r) / i!."""
    return against_bell(p.p, Poisson(np.asarray(q.rate)[..., None]))


@register_kl(Categorical, Geometric)
def _categorical_geometric(p: Categorical, q: Geometric) -> Floats:
    """Σ pᵢ·log(pᵢ / qᵢ), with qᵢ = (1 − q)ⁱ⁻¹·q and q₀ = 0."""
    size = p.p.shape[-1]
    success = np.asarray(q.p)
    log_q = np.asarray(Geometric(success[..., None]).log_prob(np.arange(size)))
    log_tail = Geometric(success).log_prob(size) - np.log(success)  # P(x ≥ k) = P(x = k) / q
    barred = ((p.log_p > -np.inf) & (log_q == -np.inf)).any(axis=-1)  # though p may round to 0
    return np.where(barred, np.inf, within(p.p, log_q) + np.exp(log_tail))


@register_kl(Geometric, Bernoulli)
def _geometric_bernoulli(p: Geometric, q: Bernoulli) -> Floats:
    """−log q where p = 1; elsewhere inf, for P has mass beyond 1."""
    return np.where(np.asarray(p.p) == 1, -log_or_neg_inf(q.p), np.inf)


@register_kl(Geometric, Categorical)
def _geometric_categorical(p: Geometric, q: Categorical) -> Floats:
    """−log q₁ where p = 1; elsewhere inf, for P has mass beyond the last outcome."""
    return np.where(np.asarray(p.p) == 1, -q.log_prob(1), np.inf)


@register_kl(Poisson, Bernoulli)
@register_kl(Poisson, Categorical)
def _poisson_few(p: Poisson, q: Bernoulli | Categorical) -> Floats:
    """−log q₀ where the rate is 0; elsewhere inf, for P has mass on every count."""
    return np.where(np.asarray(p.rate) == 0, -q.log_prob(0), np.inf)


def miss_kl_div(p: Floats, q: Floats) -> Floats:
    """(1 − p)·log((1 − p) / (1 − q)) + p − q, for p and q of one shape."""
    return kl_div(1 - p, 1 - q, p - q)


def _two(p: Bernoulli) -> Floats:
    """The probabilities of 0 and 1."""
    return np.stack([1 - np.asarray(p.p), np.asarray(p.p)], axis=-1)


def _padded(p: Floats, q: Floats) -> Floats:
    """KL of rows of which the shorter ones go on with zeros."""
    size = max(p.shape[-1], q.shape[-1])
    p, q = (np.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, size - x.shape[-1])]) for x in (p, q))
    return sum_kl_div(p, q)


def sum_kl_div(p: Floats, q: Floats) -> Floats:
    """The divergence of rows whose sums are 1 to the rounding of the type that they came in."""
    pair = (_validation.argument(name, rows, -1) for name, rows in (("p", p), ("q", q)))
    return _rowwise.map_rows(kl_rows, *(rows._replace(tolerance=np.inf) for rows in pair))


def _by_logits(p: Categorical, q: Categorical) -> Floats:
    """KL of rows of which at least one side has logits, and the shorter ones go on with zeros."""
    size = max(p.p.shape[-1], q.p.shape[-1])
    return np.asarray(
        _from_logits.map_rows(_from_logits.kl_rows, _side("p", p, size), _side("q", q, size), None)
    )


def _side(name: str, family: Categorical, size: int) -> Side:
    rows, none = (family.p, 0.0) if family.logits is None else (family.logits, -np.inf)
    widths = [(0, 0)] * (rows.ndim - 1) + [(0, size - rows.shape[-1])]
    given = _validation.argument(name, np.pad(rows, widths, constant_values=none), -1)
    # Its sums were found near enough to 1 for the type that it came in.
    return Side(given._replace(tolerance=np.inf), by_logits=family.logits is not None)


def against_bell(p: Floats, q: Family) -> Floats:
    """Σ (pᵢ·log(pᵢ / qᵢ) − pᵢ + qᵢ) over all counts.

    p: (..., k); q: a Poisson or a Binomial shaped (..., 1).
    """
    size = p.shape[-1]
    log_q = np.asarray(q.log_prob(np.arange(size)))
    left = 1 - np.exp(log_q).sum(axis=-1)
    # Little mass is left only where Q's mean is well below k: there the further terms die out soon.
    further = np.arange(size, size + 40 + 16 * math.isqrt(size))
    tail = np.exp(q.log_prob(further)).sum(axis=-1)
    return within(p, log_q) + np.where(left > SURE, left, tail)


def within(p: Floats, log_q: Floats) -> Floats:
    """Σ (pᵢ·log(pᵢ / qᵢ) − pᵢ + qᵢ), also where qᵢ is too small for a float."""
    p, log_q = np.broadcast_arrays(p, log_q)
    q = np.exp(log_q)
    small = (q < TINY) & (p > 0)
    found = kl_div(p, np.where(small, p, q))
    found[small] = p[small] * (log_or_neg_inf(p)[small] - log_q[small] - 1)
    return np.einsum("...i->...", found)

"""KL divergence between families on counts."""

import math
from itertools import product

import numpy as np

from kl_core import _validation
from kl_core._from_logits import kl_rows, map_rows
from kl_core._numerics import (
    TINY,
    Floats,
    itakura_saito,
    kl_div,
    kl_div_extreme,
    log_or_neg_inf,
)
from kl_core._weights import Side
from kl_core.distributions.continuous import Exponential, Laplace, Normal, Uniform
from kl_core.distributions.discrete import Bernoulli, Categorical, Geometric, Poisson
from kl_core.distributions.kl_registry import infinite, no_formula, register_kl

ON_COUNTS = (Bernoulli, Categorical, Poisson, Geometric)
ON_THE_LINE = (Normal, Laplace, Exponential, Uniform)
SURE = 0.01  # 1 − Σ qᵢ above it is precise enough for the mass that is left


@register_kl(Bernoulli, Bernoulli)
def _bernoulli_bernoulli(p: Bernoulli, q: Bernoulli) -> Floats:
    """p·log(p / q) + (1 − p)·log((1 − p) / (1 − q))."""
    hits = np.broadcast_arrays(p.p, q.p)
    return kl_div(*np.atleast_1d(*hits)).reshape(hits[0].shape) + _miss_kl_div(*hits)


@register_kl(Geometric, Geometric)
def _geometric_geometric(p: Geometric, q: Geometric) -> Floats:
    """The divergence of one trial's success, times the mean number of trials, 1 / p."""
    miss = _miss_kl_div(*np.broadcast_arrays(p.p, q.p)) / p.p
    return itakura_saito(p.p, q.p) + miss


@register_kl(Poisson, Poisson)
def _poisson_poisson(p: Poisson, q: Poisson) -> Floats:
    """r₁·log(r₁ / r₂) − r₁ + r₂."""
    return kl_div_extreme(p.rate, q.rate)


@register_kl(Geometric, Poisson)
def _geometric_poisson(p: Geometric, q: Poisson) -> Floats:
    """r − log r where p = 1; elsewhere the mean of log x! under P has no closed form."""
    if np.any(np.asarray(p.p) < 1):
        raise no_formula(p, q)
    return q.rate - np.log(q.rate)


@register_kl(Categorical, Categorical)
def _categorical_categorical(p: Categorical, q: Categorical) -> Floats:
    """Σ (pᵢ·log(pᵢ / qᵢ) − pᵢ + qᵢ)."""
    _validation.require_equal_counts("outcomes", p=p.p.shape[-1], q=q.p.shape[-1])
    if p.logits is None and q.logits is None:
        return _sum_kl_div(p.p, q.p)
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
def _bernoulli_poisson(p: Bernoulli, q: Poisson) -> Floats:
    """p·log(p / r) + (1 − p)·log(1 − p) + r."""
    hit = np.asarray(p.p)
    return kl_div_extreme(hit, q.rate) + _miss_kl_div(hit, np.zeros_like(hit))


@register_kl(Bernoulli, Geometric)
def _bernoulli_geometric(p: Bernoulli, q: Geometric) -> Floats:
    """−log q where p = 1; elsewhere inf, for 0 has mass under P alone."""
    return np.where(np.asarray(p.p) == 1, -np.log(q.p), np.inf)


@register_kl(Categorical, Poisson)
def _categorical_poisson(p: Categorical, q: Poisson) -> Floats:
    """Σ pᵢ·log(pᵢ / qᵢ), with qᵢ = rⁱ·exp(−r) / i!."""
    size = p.p.shape[-1]
    rate = np.asarray(q.rate)[..., None]
    log_q = np.asarray(Poisson(rate).log_prob(np.arange(size)))
    left = 1 - np.exp(log_q).sum(axis=-1)
    # Little mass is left only where r is well below k: there the further terms die out soon.
    further = np.arange(size, size + 40 + 16 * math.isqrt(size))
    tail = np.exp(Poisson(rate).log_prob(further)).sum(axis=-1)
    return _within(p.p, log_q) + np.where(left > SURE, left, tail)


@register_kl(Categorical, Geometric)
def _categorical_geometric(p: Categorical, q: Geometric) -> Floats:
    """Σ pᵢ·log(pᵢ / qᵢ), with qᵢ = (1 − q)ⁱ⁻¹·q and q₀ = 0."""
    size = p.p.shape[-1]
    success = np.asarray(q.p)
    log_q = np.asarray(Geometric(success[..., None]).log_prob(np.arange(size)))
    log_tail = Geometric(success).log_prob(size) - np.log(success)  # P(x ≥ k) = P(x = k) / q
    barred = ((p.log_p > -np.inf) & (log_q == -np.inf)).any(axis=-1)  # though p may round to 0
    return np.where(barred, np.inf, _within(p.p, log_q) + np.exp(log_tail))


@register_kl(Geometric, Bernoulli)
def _geometric_bernoulli(p: Geometric, q: Bernoulli) -> Floats:
    """−log q where p = 1; elsewhere inf, for P has mass beyond 1."""
    return np.where(np.asarray(p.p) == 1, -log_or_neg_inf(q.p), np.inf)


@register_kl(Geometric, Categorical)
def _geometric_categorical(p: Geometric, q: Categorical) -> Floats:
    """−log q₁ where p = 1; elsewhere inf, for P has mass beyond the last outcome."""
    return np.where(np.asarray(p.p) == 1, -q.log_prob(1), np.inf)


register_kl(Poisson, Bernoulli)(infinite)
register_kl(Poisson, Categorical)(infinite)
register_kl(Poisson, Geometric)(infinite)
# What has mass on counts alone and what has none on any single point share nothing.
for _p, _q in product(ON_COUNTS, ON_THE_LINE):
    register_kl(_p, _q)(infinite)
    register_kl(_q, _p)(infinite)


def _miss_kl_div(p: Floats, q: Floats) -> Floats:
    """(1 − p)·log((1 − p) / (1 − q)) + p − q, for p and q of one shape."""
    hit, other = np.atleast_1d(p, q)
    return kl_div(1 - hit, 1 - other, hit - other).reshape(p.shape)


def _two(p: Bernoulli) -> Floats:
    """The probabilities of 0 and 1."""
    return np.stack([1 - np.asarray(p.p), np.asarray(p.p)], axis=-1)


def _padded(p: Floats, q: Floats) -> Floats:
    """KL of rows of which the shorter ones go on with zeros."""
    size = max(p.shape[-1], q.shape[-1])
    p, q = (np.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, size - x.shape[-1])]) for x in (p, q))
    return _sum_kl_div(p, q)


def _by_logits(p: Categorical, q: Categorical) -> Floats:
    """KL of rows of which at least one side has logits, and the shorter ones go on with zeros."""
    size = max(p.p.shape[-1], q.p.shape[-1])
    return np.asarray(map_rows(kl_rows, _side("p", p, size), _side("q", q, size), None))


def _side(name: str, family: Categorical, size: int) -> Side:
    rows, none = (family.p, 0.0) if family.logits is None else (family.logits, -np.inf)
    widths = [(0, 0)] * (rows.ndim - 1) + [(0, size - rows.shape[-1])]
    given = _validation.argument(name, np.pad(rows, widths, constant_values=none), -1)
    # Its sums were found near enough to 1 for the type that it came in.
    return Side(given._replace(tolerance=np.inf), by_logits=family.logits is not None)


def _sum_kl_div(p: Floats, q: Floats) -> Floats:
    return np.einsum("...i->...", kl_div(*np.broadcast_arrays(p, q)))


def _within(p: Floats, log_q: Floats) -> Floats:
    """Σ (pᵢ·log(pᵢ / qᵢ) − pᵢ + qᵢ), also where qᵢ is too small for a float."""
    p, log_q = np.broadcast_arrays(p, log_q)
    q = np.exp(log_q)
    small = (q < TINY) & (p > 0)
    found = kl_div(p, np.where(small, p, q))
    found[small] = p[small] * (log_or_neg_inf(p)[small] - log_q[small] - 1)
    return np.einsum("...i->...", found)

"""KL divergence between families on counts."""

import math

import numpy as np

from kl_core import _checks
from kl_core._excess import TINY, Floats, excess
from kl_core._extremes import any_excess, log_excess, log_of, plus
from kl_core._ieee import quotient
from kl_core.families.counts import Bernoulli, Categorical, Geometric, Poisson
from kl_core.families.family import no_formula

SURE = 0.01  # 1 − Σ qᵢ above it is precise enough for the mass that is left


def bernoulli_bernoulli(p: Bernoulli, q: Bernoulli) -> Floats:
    """p·log(p / q) + (1 − p)·log((1 − p) / (1 − q))."""
    hits = np.broadcast_arrays(p.p, q.p)
    return plus(excess(*np.atleast_1d(*hits)).reshape(hits[0].shape), _miss_excess(*hits))


def geometric_geometric(p: Geometric, q: Geometric) -> Floats:
    """The divergence of one trial's success, times the mean number of trials, 1 / p."""
    miss = quotient(_miss_excess(*np.broadcast_arrays(p.p, q.p)), np.asarray(p.p))
    return plus(log_excess(p.p, q.p), miss)


def poisson_poisson(p: Poisson, q: Poisson) -> Floats:
    """r₁·log(r₁ / r₂) − r₁ + r₂."""
    return any_excess(p.rate, q.rate)


def geometric_poisson(p: Geometric, q: Poisson) -> Floats:
    """r − log r where p = 1; elsewhere the mean of log x! under P has no closed form."""
    if np.any(np.asarray(p.p) < 1):
        raise no_formula(p, q)
    return q.rate - np.log(q.rate)


def categorical_categorical(p: Categorical, q: Categorical) -> Floats:
    """Σ (pᵢ·log(pᵢ / qᵢ) − pᵢ + qᵢ)."""
    _checks.equally_many("outcomes", p=p.p.shape[-1], q=q.p.shape[-1])
    return _sum_excess(p.p, q.p)


def bernoulli_categorical(p: Bernoulli, q: Categorical) -> Floats:
    """Σ (pᵢ·log(pᵢ / qᵢ) − pᵢ + qᵢ), with pᵢ = 0 beyond 1."""
    return _padded(_two(p), q.p)


def categorical_bernoulli(p: Categorical, q: Bernoulli) -> Floats:
    """Σ (pᵢ·log(pᵢ / qᵢ) − pᵢ + qᵢ), with qᵢ = 0 beyond 1."""
    return _padded(p.p, _two(q))


def bernoulli_poisson(p: Bernoulli, q: Poisson) -> Floats:
    """p·log(p / r) + (1 − p)·log(1 − p) + r."""
    hit = np.asarray(p.p)
    return plus(any_excess(hit, q.rate), _miss_excess(hit, np.zeros_like(hit)))


def bernoulli_geometric(p: Bernoulli, q: Geometric) -> Floats:
    """−log q where p = 1; elsewhere inf, for 0 has mass under P alone."""
    return np.where(np.asarray(p.p) == 1, -np.log(q.p), np.inf)


def categorical_poisson(p: Categorical, q: Poisson) -> Floats:
    """Σ pᵢ·log(pᵢ / qᵢ), with qᵢ = rⁱ·exp(−r) / i!."""
    size = p.p.shape[-1]
    rate = np.asarray(q.rate)[..., None]
    log_q = np.asarray(Poisson(rate).log_prob(np.arange(size)))
    left = 1 - np.exp(log_q).sum(axis=-1)
    # Little mass is left only where r is well below k: there the further terms die out soon.
    further = np.arange(size, size + 40 + 16 * math.isqrt(size))
    tail = np.exp(Poisson(rate).log_prob(further)).sum(axis=-1)
    return _within(p.p, log_q) + np.where(left > SURE, left, tail)


def categorical_geometric(p: Categorical, q: Geometric) -> Floats:
    """Σ pᵢ·log(pᵢ / qᵢ), with qᵢ = (1 − q)ⁱ⁻¹·q and q₀ = 0."""
    size = p.p.shape[-1]
    success = np.asarray(q.p)
    log_q = np.asarray(Geometric(success[..., None]).log_prob(np.arange(size)))
    log_tail = Geometric(success).log_prob(size) - np.log(success)  # P(x ≥ k) = P(x = k) / q
    return _within(p.p, log_q) + np.exp(log_tail)


def geometric_bernoulli(p: Geometric, q: Bernoulli) -> Floats:
    """−log q where p = 1; elsewhere inf, for P has mass beyond 1."""
    return np.where(np.asarray(p.p) == 1, -log_of(q.p), np.inf)


def geometric_categorical(p: Geometric, q: Categorical) -> Floats:
    """−log q₁ where p = 1; elsewhere inf, for P has mass beyond the last outcome."""
    return np.where(np.asarray(p.p) == 1, -q.log_prob(1), np.inf)


def _miss_excess(p: Floats, q: Floats) -> Floats:
    """(1 − p)·log((1 − p) / (1 − q)) + p − q, for p and q of one shape."""
    hit, other = np.atleast_1d(p, q)
    return excess(1 - hit, 1 - other, hit - other).reshape(p.shape)


def _two(p: Bernoulli) -> Floats:
    """The probabilities of 0 and 1."""
    return np.stack([1 - np.asarray(p.p), np.asarray(p.p)], axis=-1)


def _padded(p: Floats, q: Floats) -> Floats:
    """KL of rows of which the shorter ones go on with zeros."""
    size = max(p.shape[-1], q.shape[-1])
    p, q = (np.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, size - x.shape[-1])]) for x in (p, q))
    return _sum_excess(p, q)


def _sum_excess(p: Floats, q: Floats) -> Floats:
    return np.einsum("...i->...", excess(*np.broadcast_arrays(p, q)))


def _within(p: Floats, log_q: Floats) -> Floats:
    """Σ (pᵢ·log(pᵢ / qᵢ) − pᵢ + qᵢ), also where qᵢ is too small for a float."""
    p, log_q = np.broadcast_arrays(p, log_q)
    q = np.exp(log_q)
    small = (q < TINY) & (p > 0)
    found = excess(p, np.where(small, p, q))
    found[small] = p[small] * (log_of(p)[small] - log_q[small] - 1)
    return np.einsum("...i->...", found)

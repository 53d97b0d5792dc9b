"""KL divergence where P or Q is a binomial distribution."""

import numpy as np

from kl_core._numerics import (
    Floats,
    exp_remainder,
    ieee,
    kl_div_extreme,
    kl_div_product,
    product_gap,
)
from kl_core._special import log_factorial_rest, log_falling_rest
from kl_core.distributions.bell import WIDE, bell_sum
from kl_core.distributions.binomial import Binomial
from kl_core.distributions.discrete import Bernoulli, Categorical, Geometric, Poisson, times_log
from kl_core.distributions.kl_discrete import against_bell, sum_kl_div
from kl_core.distributions.kl_registry import register_kl

ALIKE = 1.5  # Q's variance next to P's, up to which P's steps reach over Q's bell


@register_kl(Binomial, Binomial)
def _binomial_binomial(p: Binomial, q: Binomial) -> Floats:
    """n times that of one trial where n is the same; inf where P has more trials.

    Where Q has more, it is that from Q's trials with P's mean, and of these from Q.
    """
    n, hit, m, other = np.broadcast_arrays(p.n, p.p, q.n, q.p)
    n = np.where(hit > 0, n, 0.0)  # without a success their number does not matter
    hit = np.where(n > 0, hit, 0.0)
    trials = np.maximum(m, n)
    gap = np.where(
        n * hit > 0, -trials * other * product_gap(n, hit, trials, other), trials * other
    )
    gap = np.where(other > 0, gap, -n * hit)
    misses = np.where(n == trials, n * (1 - hit), trials - n * hit)
    mean = kl_div_product(n * hit, trials, other, 1.0, gap)
    mean += kl_div_product(misses, trials, 1 - other, 1.0, -gap)
    return np.where(n <= m, mean + _with_fewer_trials(n, hit, trials), np.inf)


@register_kl(Binomial, Bernoulli)
def _binomial_bernoulli(p: Binomial, q: Bernoulli) -> Floats:
    """As of one trial."""
    return _binomial_binomial(p, Binomial(1, q.p))


@register_kl(Bernoulli, Binomial)
def _bernoulli_binomial(p: Bernoulli, q: Binomial) -> Floats:
    """As of one trial."""
    return _binomial_binomial(Binomial(1, p.p), q)


@register_kl(Binomial, Poisson)
def _binomial_poisson(p: Binomial, q: Poisson) -> Floats:
    """m·log(m / r) − m + r for P's mean m, and that from the Poisson distribution with mean m."""
    n, hit = np.asarray(p.n), np.asarray(p.p)
    return kl_div_extreme(n * hit, q.rate) + _with_fewer_trials(n, hit, np.full(n.shape, np.inf))


@register_kl(Poisson, Binomial)
def _poisson_binomial(p: Poisson, q: Binomial) -> Floats:
    """−log q₀ where the rate is 0; elsewhere inf, for P has mass on every count."""
    return np.where(np.asarray(p.rate) == 0, -q.log_prob(0), np.inf)


@register_kl(Categorical, Binomial)
def _categorical_binomial(p: Categorical, q: Binomial) -> Floats:
    """Σ pᵢ·log(pᵢ / qᵢ), with Q's probabilities qᵢ."""
    return against_bell(p.p, Binomial(np.asarray(q.n)[..., None], np.asarray(q.p)[..., None]))


@register_kl(Binomial, Categorical)
def _binomial_categorical(p: Binomial, q: Categorical) -> Floats:
    """Σ pᵢ·log(pᵢ / qᵢ), with P's probabilities pᵢ; inf where P goes beyond Q's outcomes."""
    size = q.p.shape[-1]
    n, hit = np.asarray(p.n), np.asarray(p.p)
    masses = np.exp(Binomial(n[..., None], hit[..., None]).log_prob(np.arange(size)))
    return np.where((n < size) | (hit == 0), sum_kl_div(masses, q.p), np.inf)


@register_kl(Binomial, Geometric)
def _binomial_geometric(p: Binomial, q: Geometric) -> Floats:
    """−log qₙ where p = 1; elsewhere inf, for 0 has mass under P alone."""
    return np.where(np.asarray(p.p) == 1, -q.log_prob(p.n), np.inf)


@register_kl(Geometric, Binomial)
def _geometric_binomial(p: Geometric, q: Binomial) -> Floats:
    """−log q₁ where p = 1; elsewhere inf, for P has mass beyond n."""
    return np.where(np.asarray(p.p) == 1, -q.log_prob(1), np.inf)


def _with_fewer_trials(n: Floats, p: Floats, trials: Floats) -> Floats:
    """KL of n trials from more of them with the same mean, or from a Poisson for infinitely many.

    Σ (P(x)·log(P(x) / Q(x)) − P(x) + Q(x)), or where Q's bell is far wider Σ P(x)·log(P(x) / Q(x)).
    """
    n, p, trials = np.broadcast_arrays(n, p, trials)
    mean, found = n * p, np.zeros(n.shape)
    more = (trials > n) & (mean > 0)
    if more.any():
        own, other = mean * (1 - p), mean * (1 - mean / trials)
        variance = np.where(other < WIDE, other, own)
        values = (mean[more], variance[more], n[more], p[more], trials[more])
        found[more] = np.maximum(bell_sum(_excess, *values), 0.0)  # rounding may go below 0
    return found


@ieee
def _excess(x: Floats, offset: Floats, n: Floats, p: Floats, trials: Floats) -> Floats:
    mean, missed = n * p, n * (1 - p)
    wide = mean * (1 - p) >= WIDE
    misses = np.where(wide, missed - offset, n - x)
    offset = np.where(wide | (p <= 0.5), offset, missed - misses)  # from the rarer outcome
    inside, misses = misses >= 0, np.maximum(misses, 0.0)
    own = _beyond_poisson(x, misses, missed, offset)
    others = np.where(trials < np.inf, trials - mean, 1.0)
    rest = np.where(trials < np.inf, np.maximum(trials - x, 0.0), 1.0)
    other = _beyond_poisson(x, rest, others, offset)
    other = np.where(trials == np.inf, 0.0, np.where(x <= trials, other, -np.inf))
    poisson = -log_factorial_rest(x) - kl_div_product(x, mean, 1.0, 1.0, -offset)
    mass, log_ratio = np.where(inside, np.exp(poisson + own), 0.0), own - other
    spared = 1 - np.where(trials < np.inf, mean / trials, 0.0)
    seen = (spared <= ALIKE * (1 - p)) | (~wide & (mean * spared < WIDE))
    likely = inside & (log_ratio > -30)
    apart = np.exp(poisson + other) + times_log(mass, log_ratio - 1)
    both = np.where(likely, mass * exp_remainder(log_ratio), apart)
    return np.where(seen, both, times_log(mass, log_ratio))


def _beyond_poisson(x: Floats, misses: Floats, missed: Floats, offset: Floats) -> Floats:
    """log P(x) less that of the Poisson distribution with the same mean; offset: x − mean."""
    return log_falling_rest(x, misses) - kl_div_product(misses, missed, 1.0, 1.0, offset)

"""KL divergence where no formula gives it: from random draws, samples or counts."""

from __future__ import annotations  # numpy.random would load where it is only named

import math
from typing import NamedTuple, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _checks
from kl_core._checks import Argument
from kl_core._draws import Density, Sampler, log_probs
from kl_core._excess import Floats
from kl_core._extremes import exp_excess
from kl_core._ieee import difference, quotient
from kl_core._nearest import kth_distance, points_of, scaled
from kl_core.discrete import Array, kl_divergence, normalize

MOST_COUNTED = 2.0**53  # above it, floats skip whole numbers


class Estimate(NamedTuple):
    """A mean over random draws, and how far it is likely to be off.

    estimate ± standard_error, in nats; each is (...), the shape of the batch.
    Raises nothing.
    """

    estimate: np.float64 | Floats
    standard_error: np.float64 | Floats


class CountsEstimate(NamedTuple):
    """KL of the observed shares, and how much of it is to be expected of chance alone.

    plug_in − bias is the estimate less its leading bias, and may be negative.
    Raises nothing.
    """

    plug_in: np.float64 | Floats
    bias: np.float64 | Floats


def monte_carlo_kl(
    p: Sampler, q: Density, rng: np.random.Generator, n: int, *, low_variance: bool = False
) -> Estimate:
    """KL estimated as the mean log-ratio of the probabilities of draws from P.

    KL(P‖Q) ≈ 1/n Σ log(p(xᵢ) / q(xᵢ)), xᵢ ~ P, in nats, with the standard error s / √n.
    With low_variance, 1/n Σ (rᵢ − 1 − log rᵢ), r = q(x) / p(x), which is never negative and varies
    less where Q is close to P. Its mean is KL(P‖Q) less the mass that Q has where P has none, and
    its variance may be huge or infinite where Q is far heavier than P somewhere.
    Where Q gives a draw no mass, the estimate is inf and the standard error nan.
    p, q: anything with log_prob(x), and p with sample(rng, n); batches broadcast → (...).
    Raises ValueError unless p and q have these, rng is a numpy Generator and n an integer of at
    least 2, and where only one of P and Q is over vectors.
    Source: Schulman (2020), "Approximating KL Divergence".
    """
    _checks.generator(rng)
    count = _checks.whole("n", n, least=2)
    log_p, log_q = log_probs(p, q, rng, count)
    log_ratio = difference(log_p, log_q)
    terms = exp_excess(log_ratio) if low_variance else log_ratio
    bounded = np.isfinite(terms).all(axis=0)
    terms = np.where(bounded, terms, 0.0)
    mean = (terms / count).sum(axis=0)  # the sum itself could overflow
    gaps = terms - mean
    greatest = abs(gaps).max(axis=0)
    shares = gaps / np.where(greatest > 0, greatest, 1.0)  # and so could the squares
    error = greatest * np.sqrt((shares * shares).sum(axis=0) / (count - 1) / count)
    return Estimate(np.where(bounded, mean, np.inf)[()], np.where(bounded, error, np.nan)[()])


def kl_from_samples(x: ArrayLike, y: ArrayLike, *, k: SupportsIndex = 1) -> float:
    """KL estimated from samples of P and Q alone, by the distances to nearest neighbours.

    KL(P‖Q) ≈ d/n Σ log(νᵢ / ρᵢ) + log(m / (n − 1)), in nats, with ρᵢ the distance from xᵢ to its
    k-th nearest neighbour among the other x, and νᵢ to that among y. It may come out negative.
    For d > 1 it computes all n·(n + m) distances, though it keeps few at a time.
    x: (n,) or (n, d), drawn from P; y: (m,) or (m, d), drawn from Q; both continuous → one number.
    Raises ValueError unless x and y are finite, d is the same, 1 ≤ k < n and k ≤ m, and where a
    point comes so often that a distance is 0.
    Source: Wang, Kulkarni & Verdú (2009).
    """
    first, second = points_of("x", x), points_of("y", y)
    (n, d), (m, other) = first.values.shape, second.values.shape
    _checks.equally_many("coordinates", x=d, y=other)
    nearest = _checks.whole("k", k)
    if nearest >= n or nearest > m:
        came = f"k is {nearest}, x has {n}, y has {m}"
        raise ValueError(f"k must be below the number of points of x and at most y's; {came}.")
    xs, ys = scaled(first.values, second.values)
    own = kth_distance(xs, xs, nearest + 1)  # the nearest of all is the point itself
    first.refuse(own == 0, "not repeat a point", "comes more than once", own)
    others = kth_distance(xs, ys, nearest)
    first.refuse(others == 0, "share no point with y", "is in y too", others)
    return float(d * np.mean(np.log(others) - np.log(own)) + math.log(m / (n - 1)))


def kl_from_counts(
    counts_p: ArrayLike,
    counts_q: ArrayLike,
    *,
    prior: float = 0.0,
    axis: SupportsIndex = -1,
    base: float | None = None,
) -> CountsEstimate:
    """KL of the shares p and q of what was counted, and the bias to expect of it.

    plug_in = Σ pᵢ log(pᵢ / qᵢ), with pᵢ = (counts_pᵢ + prior) / N and qᵢ = (counts_qᵢ + prior) / M
    adding up to 1, in nats, or in units of log(base); inf where Q's counts miss what P's have.
    bias = (s − 1) / 2N + (r − 1) / 2M, with s outcomes of pᵢ > 0 and r = Σ pᵢ / qᵢ, is the leading
    bias if Q's counts miss nothing: nan where plug_in is inf. With a prior, its two parts shrink by
    the share of N and M that was counted, and what the prior moves comes on top:
    prior·(Σ log(pᵢ / qᵢ) − k·Σ pᵢ log(pᵢ / qᵢ)) / N − prior·(r − k) / M.
    counts_p, counts_q: (..., k), whole numbers, broadcast together → (...); prior: a number, ½ for
    Jeffreys', 1 for Laplace's.
    Raises ValueError for counts that are not whole or negative, for rows of zeros without a prior,
    and for a prior that is negative or not finite.
    Source: Miller (1955), for the first term; Krichevsky & Trofimov (1981), for the prior ½.
    """
    rule = "a finite number of at least 0"
    added = _checks.real("prior", prior, rule, lambda number: 0 <= number < math.inf)
    first = _counts("counts_p", counts_p, added, axis)
    second = _counts("counts_q", counts_q, added, axis)
    _checks.common_shape(first, second)
    p, q = normalize(first.values + added), normalize(second.values + added)
    plug_in = np.asarray(kl_divergence(p, q, base=base), np.float64)
    bias = _bias(first.values, second.values, p, q, added) / _checks.unit(base)
    return CountsEstimate(plug_in[()], np.where(plug_in < np.inf, bias, np.nan)[()])


def _counts(name: str, values: ArrayLike, prior: float, axis: SupportsIndex) -> Argument:
    given = _checks.argument(name, values, axis)
    given.refuse_bad_weights()
    counts = given.values.astype(np.float64)
    odd = (counts != np.floor(counts)) | (counts > MOST_COUNTED)
    given.refuse(odd, "be whole numbers up to 2**53", "holds {:.12g}", counts)
    if prior == 0:
        greatest = counts.max(axis=-1)
        given.refuse(greatest == 0, "not be all 0 without a prior", "holds only {:g}", greatest)
    return given._replace(values=counts, dtype=np.float64)


def _bias(counts_p: Floats, counts_q: Floats, p: Array, q: Array, prior: float) -> Floats:
    """By the delta method: half of variance times second derivative, and shift times first."""
    outcomes = p.shape[-1]
    both = (p > 0) & (q > 0)
    ratio = np.where(both, quotient(p, np.where(both, q, 1.0)), 0.0)
    log_ratio = np.log(np.where(both, ratio, 1.0))
    counted_p, counted_q = counts_p.sum(axis=-1), counts_q.sum(axis=-1)
    total_p, total_q = counted_p + outcomes * prior, counted_q + outcomes * prior
    chance_p = ((p > 0).sum(axis=-1) - 1) / 2 * (counted_p / total_p)
    chance_q = (ratio.sum(axis=-1) - 1) / 2 * (counted_q / total_q)
    moved_p = prior * (log_ratio - outcomes * p * log_ratio).sum(axis=-1)
    moved_q = prior * (outcomes - ratio.sum(axis=-1))
    return (chance_p + moved_p) / total_p + (chance_q + moved_q) / total_q

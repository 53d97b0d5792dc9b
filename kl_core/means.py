"""Means over draws or rows, with their standard errors."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _validation
from kl_core._numerics import Floats, ieee
from kl_core._validation import Axis
from kl_core.discrete import normalize
from kl_core.estimate import Estimate


@ieee
def batch_mean(
    values: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    axis: Axis = None,
    level: float = 0.95,
) -> Estimate:
    """The mean of a divergence over the rows of a batch, with optional weights.

    v̄ = Σ wᵢ vᵢ / Σ wᵢ, with the standard error √(n / (n − 1) Σ wᵢ² (vᵢ − v̄)²) / Σ wᵢ, which without
    weights is s / √n, and the interval of the normal distribution at `level`. n is the number of
    rows of a weight above 0, whose values are independent. Weights are importance weights, like
    Keras' sample_weight, or inverse sampling probabilities; they are not frequencies.
    One inf makes the mean inf, and the error nan, unless its weight is 0. The bias is 0 without
    weights; with them it is not known, as they may depend on the values.
    values: (..., n), from any function here; weights: (n,) or (..., n); all are one batch
    unless `axis` says which are.
    Raises ValueError for values of nan or −inf, and unless weights are finite, not negative and
    not all 0, and 0 < level < 1.
    Source: Cochran (1977), "Sampling Techniques", section 6.3, for the ratio of two means.

    >>> rows = kl_divergence([[0.5, 0.5], [0.9, 0.1]], [0.5, 0.5])
    >>> round(float(batch_mean(rows, weights=[1, 3])), 4)
    0.276
    """
    given = _validation.argument("values", values, axis)
    given.raise_where(~(given.values > -np.inf), "be above -inf", "holds {}", given.values)
    reach = normal_quantile(level)
    shares = np.full(given.values.shape[-1], 1 / given.values.shape[-1])
    if weights is not None:
        beside = _validation.argument("weights", weights, axis)
        _validation.common_shape(given, beside)
        shares = normalize(beside.values).astype(np.float64)
    rows, shares = np.broadcast_arrays(given.values.astype(np.float64), shares)
    counted = shares > 0
    endless = (counted & (rows == np.inf)).any(axis=-1)
    rows = np.where(counted & (rows < np.inf), rows, 0.0)  # what has no weight counts for nothing
    mean = (shares * rows).sum(axis=-1)
    gaps = shares * np.where(counted, rows - mean[..., None], 0.0)
    greatest = abs(gaps).max(axis=-1, initial=1e-300)  # of which the squares could underflow
    n = counted.sum(axis=-1)
    spread = greatest * np.sqrt(np.square(gaps / greatest[..., None]).sum(axis=-1))
    error = np.where(endless | (n < 2), np.nan, np.sqrt(n / (n - 1)) * spread)[()]
    estimate = np.where(endless, np.inf, mean)[()]
    bias = np.where(endless | (weights is not None), np.nan, 0.0)[()]
    return Estimate(
        estimate, bias, error, interval(estimate, error, reach), n=n if n.ndim else int(n)
    )


def mean_and_error(values: Floats) -> tuple[Floats, Floats]:
    """The mean over the first axis, and its standard error."""
    count = len(values)
    mean = (values / count).sum(axis=0)  # the sum itself could overflow
    gaps = values - mean
    greatest = abs(gaps).max(axis=0)
    shares = gaps / np.where(greatest > 0, greatest, 1.0)  # and so could the squares
    return mean, greatest * np.sqrt((shares * shares).sum(axis=0) / (count - 1) / count)


def normal_quantile(level: float) -> float:
    """How many standard errors an interval of a level reaches to each side."""
    from statistics import NormalDist  # which loads much, and is seldom wanted

    rule = "a number between 0 and 1"
    share = _validation.real("level", level, rule, lambda number: 0 < number < 1)
    return -NormalDist().inv_cdf((1 - share) / 2)


@ieee
def interval(estimate: Any, error: Any, reach: float) -> tuple[Any, Any]:
    """The ends at `reach` standard errors; nan where the error is."""
    return estimate - reach * error, estimate + reach * error

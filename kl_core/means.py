"""Means of what varies from one draw, or one row, to the next, and how far off they may be."""

from __future__ import annotations

from typing import Any

import numpy as np

from kl_core import _validation
from kl_core._numerics import Floats, ieee


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

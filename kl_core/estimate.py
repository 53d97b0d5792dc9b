"""The result of every estimator: a number with its uncertainty."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Estimate:
    """A number estimated from draws, samples or counts, with its uncertainty.

    Each is (...), the shape of the batch, in the requested unit, and nan if it is not known.
    estimate: uncorrected; bias: its expected error, so that estimate − bias is corrected;
    standard_error: the standard deviation over samples; interval: the lower and the upper end, at
    the requested level; p_value: the probability of an estimate at least as large without a
    difference; n: the number of draws, or of values of P and of Q.
    float() returns the estimate.

    >>> found = kl_from_counts([30, 50, 20], [25, 45, 30])
    >>> round(float(found), 4), round(float(found.estimate - found.bias), 4), found.n
    (0.0263, 0.0064, (100, 100))
    """

    estimate: Any
    bias: Any = np.nan
    standard_error: Any = np.nan
    interval: tuple[Any, Any] = (np.nan, np.nan)
    p_value: Any = np.nan
    n: int | tuple[int, int] | Any = 0

    def __float__(self) -> float:
        return float(self.estimate)

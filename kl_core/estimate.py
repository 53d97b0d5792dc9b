"""What every estimator gives: a number, and how far off it may be."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from kl_core._numerics import Floats

Number = np.float64 | Floats | float


@dataclass(frozen=True, eq=False)
class Estimate:
    """A number estimated from draws, samples or counts, and how far it may be off.

    In the unit that was asked for; each (...), the shape of the batch, and nan where it is not
    known.
    estimate: as it comes; bias: how much of it is to be expected of chance, so that
    estimate − bias is the corrected one; standard_error: the deviation from sample to sample;
    interval: the lower and the upper end, at the level that was asked for; p_value: how often no
    difference would look like as much; n: how many draws, or how many of P and of Q.
    float() gives the estimate of one.
    """

    estimate: Any
    bias: Any = np.nan
    standard_error: Any = np.nan
    interval: tuple[Any, Any] = (np.nan, np.nan)
    p_value: Any = np.nan
    n: int | tuple[int, int] | Any = 0

    def __float__(self) -> float:
        return float(self.estimate)

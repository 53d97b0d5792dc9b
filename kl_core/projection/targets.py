"""The P of a projection: a mixture, or a density on a grid; and its moments."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kl_core import _validation
from kl_core._labels import require_same_labels
from kl_core._numerics import Floats, scaled_difference
from kl_core.distributions import NormalMixture
from kl_core.distributions.base import Parameter

LARGEST = 1e300  # for numbers of which tens may be added up


@dataclass(frozen=True, eq=False)
class GridDensity:
    """A density on the line, known at the points of a grid and 0 beyond it.

    p(x[i]) = p[i] / (x[1] − x[0]).
    x: (n,), at least 3 points, equally spaced and rising; p: (n,), the probability of the cell
    around each point.
    Raises ValueError unless x is such a grid, between −1e300 and 1e300 in steps of at least
    1e-300, and p a distribution on it.

    >>> x = np.linspace(-4, 4, 81)
    >>> p = GridDensity(x, normalize(np.exp(-(x**2) / 2)))
    >>> round(moment_projection(p).fit.std, 3)
    1.0
    """

    x: Parameter
    p: Parameter

    def __post_init__(self) -> None:
        x, p = _validation.argument("x", self.x, -1), _validation.argument("p", self.p, -1)
        require_same_labels(x=x.labels, p=p.labels)
        x = x._replace(values=x.values.astype(np.float64))
        x.raise_where(~np.isfinite(x.values), "be finite", "holds {}", x.values)
        x.raise_where(abs(x.values) > LARGEST, "be within ±1e300", "holds {:.6g}", x.values)
        p.require_weights()
        p.require_sums()
        if x.values.ndim != 1 or x.values.shape != p.values.shape or x.values.size < 3:
            came = f"x is {x.values.shape}, p is {p.values.shape}"
            raise ValueError(f"x and p must both be shaped (n,) with n at least 3; {came}.")
        gaps = np.diff(x.values)
        came = f"its steps run from {gaps.min():.6g} to {gaps.max():.6g}"
        rounding = 4 * float(np.finfo(x.dtype).eps * abs(x.values).max())  # of two steps' ends
        allowed = max(1e-6 * gaps[0], min(rounding, 0.01 * gaps[0]))
        if not (gaps[0] > 0 and np.ptp(gaps) <= allowed):
            raise ValueError(f"x must rise in equal steps; {came}.")
        if gaps[0] < 1 / LARGEST:
            raise ValueError(f"x must rise in steps of at least 1e-300; {came}.")
        self.__setstate__({"x": x.values, "p": p.values})

    def __setstate__(self, state: dict[str, NDArray[Any]]) -> None:
        """Keep both, read-only, in the object that is made or copied."""
        for name, values in state.items():
            kept = values.astype(np.float64) + 0.0  # −0.0 becomes 0.0, so that equals hash equally
            kept.flags.writeable = False
            object.__setattr__(self, name, kept)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, GridDensity):
            return NotImplemented
        return np.array_equal(self.x, other.x) and np.array_equal(self.p, other.p)

    def __hash__(self) -> int:
        return hash((self.x.tobytes(), self.p.tobytes()))


Target = NormalMixture | GridDensity


def moments(p: Target) -> tuple[float, float]:
    """Mean and standard deviation."""
    if isinstance(p, GridDensity):
        return grid_moments(p.x, p.p, float(p.x[1] - p.x[0]))
    # Σ wᵢmᵢ, and from the variance Σ wᵢ(sᵢ² + (mᵢ − mean)²)
    heaviest = p.means[p.weights.argmax()]
    spread = abs(scaled_difference(p.means, heaviest, 1.0)).max()
    scale = float(np.clip(spread, p.stds.max(), np.finfo(np.float64).max))
    gaps = scaled_difference(p.means, heaviest, scale)
    shift = p.weights @ gaps
    variance = p.weights @ ((p.stds / scale) ** 2 + (gaps - shift) ** 2)
    return float(heaviest) + scale * float(shift), scale * math.sqrt(variance)


def grid_moments(x: Floats, weights: Floats, step: float) -> tuple[float, float]:
    """Mean and standard deviation of points of a grid, with weights that sum to 1."""
    steps = scaled_difference(x, x[0], step)  # squares of x itself may overflow
    mean = float(weights @ steps)
    return float(x[0]) + step * mean, step * math.sqrt(weights @ (steps - mean) ** 2)

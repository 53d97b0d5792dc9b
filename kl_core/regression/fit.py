"""Least squares as KL: maximum-likelihood lines under a noise model."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _validation
from kl_core._labels import axis_labels, require_same_labels
from kl_core._numerics import LARGEST, Floats, gradual_underflow
from kl_core.distributions import Laplace, Normal, StudentT
from kl_core.regression import estimators, student_t
from kl_core.regression.estimators import Line
from kl_core.regression.noise import EXTREME, assumed_noise, degrees_of_freedom, require_two_places

ESTIMATORS = {
    "normal": estimators.normal,
    "laplace": estimators.laplace,
    "heteroscedastic": estimators.heteroscedastic,
}
ROUNDING = 2.0**-48  # of the largest |y|: closer to a line than that is on it


@dataclass(frozen=True)
class LineFit:
    """A line and the noise around it, fitted to points.

    y = level + slope·(x − centre) + noise, whose scale is scale·exp(growth·(x − centre)): the
    standard deviation of a Normal, the scale of a Laplace or a StudentT.
    noise: the name fit_line was given; centre: the mean of the points' x; growth: 0 but for
    "heteroscedastic"; df: None but for "student_t"; nats: the mean of −log q(y|x) over the points.

    >>> fit = fit_line([0, 1, 2, 3], [1.0, 2.9, 5.1, 7.0])
    >>> round(float(fit.predict(10)), 2), round(float(fit.noise_at(10).log_prob(21)), 2)
    (21.17, -1.43)
    """

    noise: str
    level: float
    slope: float
    scale: float
    growth: float
    centre: float
    df: float | None
    nats: float

    @property
    def intercept(self) -> float:
        """The height of the line at x = 0."""
        return self.level - self.slope * self.centre

    @gradual_underflow
    def predict(self, x: ArrayLike) -> np.float64 | Floats:
        """The height of the line at x.

        x: any shape → the same shape.
        Raises ValueError unless x is finite.
        """
        found = self.level + self.slope * (
            _validation.finite_array("x", x).values[..., 0] - self.centre
        )
        return found[()]

    @gradual_underflow
    def noise_at(self, x: ArrayLike) -> Normal | Laplace | StudentT:
        """The assumed distribution of y at x, centred on the line.

        x: any shape → a batch of that shape.
        Raises ValueError unless x is finite, and where the scale is too large or small for a float.
        """
        given = _validation.finite_array("x", x)
        log_scale = math.log(self.scale) + self.growth * (given.values[..., 0] - self.centre)
        beyond = abs(log_scale) > math.log(LARGEST) - 2
        given.raise_where(
            beyond, "be where the noise's scale is a float", "is {}", given.values[..., 0]
        )
        return assumed_noise(self.noise, self.predict(x), np.exp(log_scale), self.df)


@gradual_underflow
def fit_line(x: ArrayLike, y: ArrayLike, noise: str = "normal", *, df: float = 3.0) -> LineFit:
    """The maximum-likelihood line and noise scale.

    argmin over the parameters of nats = −1/n Σ log q(yᵢ|xᵢ), the negative log-likelihood. Up to
    sampling error it is the cross-entropy H(P, Q) of the true distribution P and the model Q, which
    is KL(P‖Q) plus the entropy of P. So the maximum-likelihood model has the smallest estimated KL.
    noise: "normal", q = N(line, scale²): least squares. "laplace": least absolute deviations; of
    several equally good lines, the one through the first of the points, in order of x and then y,
    with the smallest slope. "student_t", with `df` degrees of freedom: the best of the local maxima
    reached from least squares and from the most likely of the lines of least absolute deviations
    through each point. "heteroscedastic": Normal with log scale linear in x, whose values at the
    smallest and the largest x are at most a factor 1000 apart.
    x, y: (n,), n ≥ 3; df: a number above 0. The time grows with n²; for "normal" and
    "heteroscedastic" with n.
    Raises ValueError unless x and y are finite, within ±1e100 and equally long, x holds two values,
    noise is one of these and df is above 0; for points all on one line, whose scale would be 0; and
    for "student_t", if the proportion df / (df + 1) of the points is on one line, as the likelihood
    then has no maximum (two points always are, so df must be above 2 / (n − 2)).
    Source: Legendre (1805); Boscovich (1757), for least absolute deviations; Lange, Little & Taylor
    (1989), for Student's t; Harvey (1976), for heteroscedastic noise.

    >>> fit = fit_line([0, 1, 2, 3, 4], [1, 3, 5, 7, 40], "laplace")
    >>> round(fit.slope, 4), round(fit.intercept, 4)
    (2.0, 1.0)
    """
    freed = degrees_of_freedom(noise, df)
    xs, ys = _points(x, y)
    centre, level = _mean(xs), _mean(ys)
    across, span = _in_units(xs - centre)
    slope = float(across @ (ys - level)) / xs.size
    left = ys - level - slope * across
    again = float(across @ left) / xs.size  # what rounding left in them
    residuals = left - left.mean() - again * across
    rounding = ROUNDING * float(abs(ys).max())
    if not np.any(abs(residuals) > rounding):
        raise ValueError(f"y must not all be on one line; all {xs.size} points are.")
    up, size = _in_units(residuals)
    found = _line(noise, across, up, freed, rounding / size)
    return LineFit(
        noise,
        level + float(left.mean()) + size * found.level,
        (slope + again + size * found.slope) / span,
        size * found.scale,
        found.growth / span,
        centre,
        freed if noise == "student_t" else None,
        found.nats + math.log(size),
    )


def _line(noise: str, x: Floats, y: Floats, df: float, rounding: float) -> Line:
    if noise != "student_t":
        return ESTIMATORS[noise](x, y)
    count = math.ceil(x.size * df / (df + 1))
    if count <= 2:
        least = 2 / (x.size - 2)
        raise ValueError(f"df must be above {least:.6g} for {x.size} points; got {df:.12g}.")
    if student_t.crowded(x, y, count, rounding):
        rule = f"At most {count - 1} of {x.size} points may lie on one line if df is {df:.12g}"
        raise ValueError(
            f"{rule}; more do, and then the likelihood has no maximum at a scale above 0."
        )
    return student_t.student_t(x, y, df)


def _points(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    require_same_labels(x=axis_labels("x", x), y=axis_labels("y", y))
    first, second = _numbers("x", x), _numbers("y", y)
    _validation.require_equal_counts("points", x=first.size, y=second.size)
    if first.size < 3:
        raise ValueError(f"x and y must have at least 3 points; they have {first.size}.")
    require_two_places(first)
    return first, second


def _numbers(name: str, values: ArrayLike) -> Floats:
    given = _validation.finite_array(name, values)
    found = given.values[..., 0]
    if found.ndim != 1:
        raise ValueError(f"{name} must be shaped (n,); its shape is {found.shape}.")
    given.raise_where(abs(found) > EXTREME, "be within ±1e100", "is {:g}", found)
    return found


def _mean(values: Floats) -> float:
    """Their mean, of which one sum would leave some rounding."""
    rough = float(values.mean())
    return rough + float((values - rough).mean())


def _in_units(values: Floats) -> tuple[Floats, float]:
    """Divided by their root mean square, and that."""
    largest = float(abs(values).max())
    size = largest * math.sqrt(float(np.mean((values / largest) ** 2)))
    return values / size, size

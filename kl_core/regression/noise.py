"""Noise models, and their smallest KL from a true noise."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _validation
from kl_core._numerics import LOG_2, LOG_2_PI, Floats, gradual_underflow
from kl_core.distributions import Laplace, Normal, StudentT
from kl_core.distributions.base import broadcast
from kl_core.distributions.continuous import LARGE_Q, log_1_plus_square, log_height
from kl_core.regression import quadrature
from kl_core.regression.quadrature import Component, Noise

NOISES = ("normal", "laplace", "student_t", "heteroscedastic")
LEAST_DF = 0.1  # below, a tail would have to be followed beyond what a float can hold
EXTREME = 1e100
STILL = 1e-13  # nats: so near its least, a mean of −log q(x) has it to the last digit


@dataclass(frozen=True)
class NearestNoise:
    """The noise of a model with the smallest KL from the true one.

    noise: Q, in the batch of P, or None where KL(P‖Q) is inf whatever the scale; divergence:
    KL(P‖Q), the mean over the batch, in nats.

    >>> found = nearest_noise(StudentT(5, 0, 1), "laplace")
    >>> type(found.noise).__name__, round(found.divergence, 4)
    ('Laplace', 0.0133)
    """

    noise: Component | None
    divergence: float


@gradual_underflow
def nearest_noise(
    p: Noise, noise: str = "normal", *, x: ArrayLike | None = None, df: float = 3.0
) -> NearestNoise:
    """The noise Q of a model, centred at 0, whose scale minimises KL(P‖Q).

    argmin over the scale of the mean of KL(P‖Q) over the batch of P, in nats, to about 1e-12: the
    limit of fit_line for a known line and infinitely many points. One scale holds for the batch;
    for "heteroscedastic", Normal of log scale c + d·x, with P's own x, it is found over c and d.
    KL is inf for "normal" and "heteroscedastic" if P is a StudentT, or has a part that is one, with
    df of at most 2, and for "laplace" with df of at most 1.
    p: a Normal, a Laplace, a StudentT or a Contaminated, of any centre; x: (m,), broadcast with P's
    batch, and used for "heteroscedastic" alone; df: that of Q, for "student_t".
    Raises TypeError for p of another type, and without an x for "heteroscedastic"; ValueError for
    p of centres or scales beyond 1e±100, or of df below 0.1; unless noise is one of the four and df
    is above 0; and, for "heteroscedastic", unless x is finite and holds two values.
    Source: White (1982), "Maximum likelihood estimation of misspecified models".

    >>> round(nearest_noise(Laplace(0, 1), "normal").divergence, 4)
    0.0724
    """
    freed = degrees_of_freedom(noise, df)
    _require_moderate(p)
    at, shape = np.zeros(()), p.batch_shape
    if noise == "heteroscedastic":
        at = _places(x)
        shape = broadcast("the batch of p", "x", shapes=[shape, at.shape])
    spread = np.broadcast_to(at, shape).ravel()
    log_scales, cross_entropy = ESTIMATORS[noise](quadrature.flat(p, shape), freed, spread)
    if cross_entropy == np.inf:
        return NearestNoise(None, np.inf)
    q = assumed_noise(noise, np.zeros(shape), np.exp(log_scales).reshape(shape), freed)
    return NearestNoise(q, max(0.0, cross_entropy - _entropy(p)))  # not negative by rounding


def degrees_of_freedom(noise: str, df: float) -> float:
    """Check the name of an assumed noise and the degrees of freedom, whether it has any or not."""
    _validation.one_of("noise", noise, NOISES)
    return _validation.real(
        "df", df, "a finite number above 0", lambda number: 0 < number < math.inf
    )


def assumed_noise(noise: str, loc: ArrayLike, scale: ArrayLike, df: float | None) -> Component:
    """The distributions of a noise model."""
    if noise == "student_t":
        return StudentT(df, loc, scale)
    return Laplace(loc, scale) if noise == "laplace" else Normal(loc, scale)


def _normal(p: Noise, df: float, x: Floats) -> tuple[Floats, float]:
    log_scale = math.log(np.mean(quadrature.mean_square(p))) / 2
    return np.full_like(x, log_scale), log_scale + (1 + LOG_2_PI) / 2


def _laplace(p: Noise, df: float, x: Floats) -> tuple[Floats, float]:
    log_scale = math.log(np.mean(quadrature.mean_size(p)))
    return np.full_like(x, log_scale), log_scale + 1 + LOG_2


def _student_t(p: Noise, df: float, x: Floats) -> tuple[Floats, float]:
    """Where the mean of (df + 1)·z² / (df + z²) is 1."""
    at, mass = quadrature.gauss_legendre(p, finest=min(1.0, df))
    sizes, mass = abs(at) / math.sqrt(df), mass / x.size

    def derivatives(log_scale: float) -> tuple[float, float]:
        squares = np.minimum(sizes * math.exp(-log_scale), LARGE_Q) ** 2
        shares = mass * squares / (1 + squares)
        bends = shares / (1 + squares)
        return 1 - (df + 1) * float(shares.sum()), 2 * (df + 1) * float(bends.sum())

    log_scale = _root(derivatives, math.log(quadrature.least_scale(p)))
    fall = float(np.sum(mass * log_1_plus_square(sizes * math.exp(-log_scale))))
    height = float(log_height(np.asarray(df)))
    return np.full_like(x, log_scale), log_scale - height + (df + 1) / 2 * fall


def _heteroscedastic(p: Noise, df: float, x: Floats) -> tuple[Floats, float]:
    """Where the mean of x·E r² / exp(2·(c + d·x)) is 0, for x of mean 0."""
    squares = quadrature.mean_square(p)
    if np.any(squares == np.inf):
        return x, np.inf
    at = (x - x.mean()) / x.std()

    def shares(growth: float) -> tuple[Floats, float]:
        logs = np.log(squares) - 2 * growth * at
        parts = np.exp(logs - logs.max())
        return parts / parts.sum(), float(np.log(parts.mean()) + logs.max()) / 2

    def derivatives(growth: float) -> tuple[float, float]:
        share, _ = shares(growth)
        mean = float(share @ at)
        return -mean, 2 * float(share @ (at - mean) ** 2)

    growth = _root(derivatives, 0.0)
    middle = shares(growth)[1]
    return middle + growth * at, middle + (1 + LOG_2_PI) / 2


# Each gives the log scales at x and the cross-entropy, in nats.
ESTIMATORS = {
    "normal": _normal,
    "laplace": _laplace,
    "student_t": _student_t,
    "heteroscedastic": _heteroscedastic,
}


def _entropy(p: Noise) -> float:
    """The mean over the batch."""
    rows = quadrature.flat(p, p.batch_shape)
    x, mass = quadrature.gauss_legendre(rows)
    log_p = np.where(mass > 0, rows.log_prob(x), 0.0)
    return -float(np.mean(np.sum(mass * log_p, axis=0)))


def _root(derivatives: Callable[[float], tuple[float, float]], start: float) -> float:
    """The minimum of a convex function: by Newton's steps, halving where they leave its bracket."""
    low, high, step = start - 1, start + 1, 1.0
    while derivatives(low)[0] > 0:
        low, step = low - step, 2 * step
    while derivatives(high)[0] < 0:
        high, step = high + step, 2 * step
    here = start
    for _ in range(200):
        first, second = derivatives(here)
        low, high = (low, here) if first > 0 else (here, high)
        ahead = here - first / second if second > 0 else high
        ahead = ahead if low < ahead < high else (low + high) / 2
        if abs(ahead - here) < STILL:
            break
        here = ahead
    return here


def _require_moderate(p: Noise) -> None:
    if not isinstance(p, Noise):
        came = type(p).__name__
        raise TypeError(f"p must be a Normal, a Laplace, a StudentT or a Contaminated; got {came}.")
    if 0 in p.batch_shape:
        raise ValueError(f"p must not be an empty batch; its shape is {p.batch_shape}.")
    for _, part in quadrature.components(p):
        loc, scale = (np.ravel(values) for values in quadrature.loc_scale(part))
        _refuse_first("centres within ±1e100", loc[abs(loc) > EXTREME])
        beyond = (scale > EXTREME) | (scale < 1 / EXTREME)
        _refuse_first("scales from 1e-100 to 1e100", scale[beyond])
        if isinstance(part, StudentT):
            df = np.ravel(part.df)
            _refuse_first(f"df of at least {LEAST_DF}", df[df < LEAST_DF])


def _refuse_first(rule: str, broken: Floats) -> None:
    if broken.size:
        raise ValueError(f"p must have {rule}; one is {broken[0]:.12g}.")


def _places(x: ArrayLike | None) -> Floats:
    if x is None:
        rule = "say where each noise of p is if noise is 'heteroscedastic'"
        raise TypeError(f"x must {rule}; got None.")
    found = _validation.finite_array("x", x).values[..., 0]
    require_two_places(found)
    return found


def require_two_places(x: Floats) -> None:
    """Raise unless x holds different values, far enough apart to divide by their distance."""
    if x.size == 0:
        raise ValueError("x must hold at least two different values; it is empty.")
    apart = float(x.max() - x.min())
    if apart == 0:
        came = f"all {x.size} are {x.flat[0]:.12g}"
        raise ValueError(f"x must hold at least two different values; {came}.")
    if apart < 1 / EXTREME:
        raise ValueError(f"x must spread over at least 1e-100; it spreads over {apart:.6g}.")

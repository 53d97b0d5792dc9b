"""f-divergences: the usual ones by name, and those of any convex function."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core import _rowwise, _validation, divergences
from kl_core._numerics import Floats, ieee
from kl_core._rowwise import Rows, kl_rows
from kl_core._validation import Axis
from kl_core.discrete import Result

Convex = Callable[[NDArray[np.float64]], Any]

# Whether each has a unit, and its kernel; f(t) stands in the docstring of f_divergence.
NAMED: dict[str, tuple[bool, Callable[[Rows, Rows], Floats]]] = {
    "kl": (True, kl_rows),
    "reverse_kl": (True, lambda p, q: kl_rows(q, p)),
    "jeffreys": (True, divergences._jeffreys),
    "js": (True, lambda p, q: divergences._jensen_shannon(p, q, 0.5)),
    "chi2": (False, divergences._chi2),
    "reverse_chi2": (False, lambda p, q: divergences._chi2(q, p)),
    "total_variation": (False, divergences._total_variation),
    "squared_hellinger": (False, lambda p, q: np.square(divergences._hellinger(p, q))),
}
SLACK = 1e-9  # of the rounding of f, in what must be convex and 0 at 1
GRID = np.exp2(np.arange(-8.0, 9.0))
# Where a limit is reached, or seen not to be; the second where the first overflows, as squares do.
FAR = 2.0 ** np.array([250, 500, 1000]), 2.0 ** np.array([60, 120, 240])


class Generator(NamedTuple):
    """A convex f with its limits, nan where they are not known."""

    f: Convex
    at_0: float
    slope: float


def f_divergence(
    p: ArrayLike,
    q: ArrayLike,
    f: str | Convex,
    *,
    limits: tuple[float, float] | None = None,
    axis: Axis = -1,
    base: float | None = None,
    keepdims: bool = False,
) -> Result:
    """The f-divergence: the mean under Q of a convex function of the ratio p / q.

    D(P‖Q) = Σ qᵢ f(pᵢ / qᵢ), where pᵢ = 0 counts qᵢ f(0), qᵢ = 0 counts pᵢ f′(∞), with
    f′(∞) = lim f(t) / t, and both nothing. f is a name, or a function of an array of t ≥ 0 that is
    convex, with f(1) = 0:
    - "kl": t log t; "reverse_kl": −log t; "jeffreys": (t − 1) log t;
    - "js": ½ t log(2t / (t + 1)) + ½ log(2 / (t + 1));
    - "chi2": (t − 1)², Pearson's; "reverse_chi2": (t − 1)² / t, Neyman's;
    - "total_variation": ½ |t − 1|;
    - "squared_hellinger": ½ (√t − 1)², the square of hellinger_distance.
    Named ones are computed as the functions of those names are; a function of t loses digits near
    P = Q. They are in nats, or in units of log(base), as is a custom function; the last four have
    no unit.
    limits: f(0) and f′(∞), numbers or inf. Without them f(0) is what f gives there, or, if that is
    nan, what f settles at down to t = 2⁻¹⁰⁰⁰, and f′(∞) what f(t) / t does up to 2¹⁰⁰⁰; each is inf
    where it grows as logarithms do, or faster. p / q too large for a float counts as q = 0.
    p, q: (..., k), broadcast together → (...).
    Raises ValueError unless p and q are distributions along `axis` and f is such a name or
    function, and if a limit is needed that its values do not determine.
    Source: Csiszár (1967); Ali & Silvey (1966).

    >>> round(float(f_divergence([0.5, 0.5], [0.25, 0.75], "squared_hellinger")), 4)
    0.0341
    >>> round(float(f_divergence([0.5, 0.5], [0, 1], lambda t: (t - 1) ** 2 / (t + 1))), 4)
    0.6667
    """
    pair = _validation.argument("p", p, axis), _validation.argument("q", q, axis)
    kernel: Callable[[Rows, Rows], Floats]
    if callable(f):
        kernel = partial(_own, generator=_generator(f, limits))
    else:
        kernel = _named(f, limits, base)
    return _rowwise.map_rows(kernel, *pair, base=base, keepdims=keepdims)[()]


def _named(f: str, limits: object, base: float | None) -> Callable[[Rows, Rows], Floats]:
    if not isinstance(f, str) or f not in NAMED:
        refusal = f"f must be a function or one of {', '.join(NAMED)}; got {f!r}."
        raise ValueError(refusal) if isinstance(f, str) else TypeError(refusal)
    has_unit, kernel = NAMED[f]
    if limits is not None:
        raise ValueError(f"limits must be None where f is a name; got {limits!r}.")
    if base is not None and not has_unit:
        raise ValueError(f"base must be None for {f}, which has no unit; got {base!r}.")
    return kernel


def _generator(f: Convex, limits: tuple[float, float] | None) -> Generator:
    """A function with its limits, refused unless it is convex and 0 at 1."""
    values = _values(f, GRID)
    at_1 = values[GRID == 1].item()
    if abs(at_1) > SLACK:
        raise ValueError(f"f must be 0 at 1; it gave {at_1:.12g}.")
    slopes = np.diff(values) / np.diff(GRID)
    falls = np.diff(slopes) < -SLACK * np.maximum(abs(slopes).max(), 1)
    if falls.any():
        where = GRID[1:-1][falls][0]
        raise ValueError(f"f must be convex; its slope falls near t = {where:g}.")
    if limits is None:
        at_0 = _values(f, np.zeros(1)).item()
        at_0 = _limit(lambda t: f(1 / t)) if np.isnan(at_0) else at_0
        return Generator(f, at_0, _limit(lambda t: f(t) / t))
    if not (isinstance(limits, tuple | list) and len(limits) == 2):
        error = ValueError if isinstance(limits, tuple | list) else TypeError
        raise error(f"limits must be a pair, f(0) and f′(∞); got {limits!r}.")
    rule = "a number above -inf"
    at_0, slope = (
        _validation.real(name, value, rule, lambda number: number > -np.inf)
        for name, value in zip(("the limit f(0)", "the limit f′(∞)"), limits, strict=True)
    )
    return Generator(f, at_0, slope)


@ieee
def _values(f: Convex, t: Floats) -> Floats:
    """One number a ratio, as f gives them; nan where it has none."""
    found = _validation.real_array("f(t)", f(t.copy())).astype(np.float64)
    if found.shape not in ((), t.shape):
        raise ValueError(f"f must give one number a ratio; expected {t.shape}, got {found.shape}.")
    return np.broadcast_to(found, t.shape)


@ieee
def _limit(function: Convex) -> float:
    """What a function tends to at infinity: it settles, grows on, or is not known: nan.

    A logarithm's growth doubles from each t to the next; what settles, however slowly, grows less.
    """
    values = _values(function, FAR[0])
    if not np.isfinite(values).all():
        values = _values(function, FAR[1])
    last = float(values[-1])
    if not np.isfinite(values).all():
        return last  # inf, or nan
    first, second = np.diff(values)
    if abs(second) <= SLACK * max(1.0, abs(last)):
        return last
    return np.inf if second > 1.999 * first > 0 else np.nan


@ieee
def _own(p: Rows, q: Rows, generator: Generator) -> Floats:
    ratio = p.values / q.values
    values = np.zeros(ratio.shape)
    inside = (p.values > 0) & (ratio < np.inf)  # nan is not
    values[inside] = _values(generator.f, ratio[inside])
    terms = q.values * values
    gone = (p.values == 0) & (q.values > 0)
    beyond = (p.values > 0) & (ratio == np.inf)
    # Near its limits f may overflow on the way to a number, as (t − 1)² / (t + 1) does.
    lost = inside & ~np.isfinite(values)
    if np.isfinite(generator.at_0):
        gone |= lost & (ratio < 1 / FAR[1][0])
    if np.isfinite(generator.slope):
        beyond |= lost & (ratio > FAR[1][0])
    for where, shares, limit, name in (
        (gone, q.values, generator.at_0, "f(0)"),
        (beyond, p.values, generator.slope, "f′(∞)"),
    ):
        if where.any():
            if np.isnan(limit):
                raise ValueError(f"limits must be given; f does not tell {name} by its values.")
            terms[where] = shares[where] * limit
    found = np.einsum("ij->i", terms)
    if np.isnan(found).any():
        t = ratio[np.isnan(terms)]
        raise ValueError(f"f must be a number or inf at every t > 0; it gave nan at {t[0]:.12g}.")
    return np.maximum(found, 0.0)  # not negative by rounding

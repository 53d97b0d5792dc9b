"""KL divergence by quadrature or summation, with a bound on the error."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kl_core import _validation
from kl_core._numerics import Floats, ieee
from kl_core.distributions.base import Distribution, broadcast, covers
from kl_core.distributions.panels import GAUSS, KRONROD, NODES, SLOPES, Rays, rays
from kl_core.distributions.support import Bools
from kl_core.distributions.tails import EPS, Pair, Tails, tail_of_counts, tails

ROUNDS = 60  # of halving panels
EVALUATED = 2**15  # numbers at once, which stay in a cache
MOST_PANELS = 2**12
MOST_COUNTED = 2**23
MASS = 1e-9  # by which what is found of P's and of Q's mass may be off 1
FAINT = 1e-50  # a mass that is negligible beside any divergence that floats distinguish from 0
FELT = 1e-15  # of u, by which rounding moves x
BENT = 1e3  # times the square of that is left when its first order is taken out
FIRST_COUNTS = 256
LEAST = 1e-30  # a bound on what is left that is nothing, even if P equals Q


class Integral(NamedTuple):
    """A divergence found by quadrature, and a bound on its error.

    value ± error, in nats or units of log(base); each is (...), the shape of the batch. The error
    is the difference of two rules, plus bounds on the tails and on rounding; inf if it is unknown.

    >>> found: Integral = kl_by_quadrature(StudentT(3, 0, 1), Normal(0, 1))
    >>> round(float(found.value), 4), float(found.error) < 1e-9
    (0.6455, True)
    """

    value: np.float64 | Floats
    error: np.float64 | Floats


@ieee
def kl_by_quadrature(
    p: Distribution, q: Distribution, *, rtol: float = 1e-10, base: float | None = None
) -> Integral:
    """KL of any two distributions over single numbers, by adaptive quadrature with an error bound.

    KL(P‖Q) = ∫ (p·log(p / q) − p + q) dx, or Σ over counts, in nats, or in units of log(base); inf
    if P has mass outside the support of Q, or if the tail of P is too heavy for that of Q.
    Panels are halved until the rules of Gauss, 10 points, and Kronrod, 21, differ by less than
    rtol·KL, or by less than rounding does; tails that fall by a power are added by formula.
    p, q: distributions on the line or on counts with a `support`; batches
    broadcast → (...). rtol: from 1e-13 to 0.1.
    Raises TypeError for other distributions, ValueError for batches that do not broadcast.
    Source: Piessens, de Doncker-Kapenga, Überhuber & Kahaner (1983), QUADPACK.

    >>> found = kl_by_quadrature(StudentT(3, 0, 1), Normal(0, 1))
    >>> round(float(found.value), 6), bool(found.error < 1e-10)
    (0.645461, True)
    """
    rule = "a number from 1e-13 to 0.1"
    rtol = _validation.real("rtol", rtol, rule, lambda number: 1e-13 <= number <= 0.1)
    unit = _validation.log_base(base)
    for name, given in (("p", p), ("q", q)):
        if not is_summable(given):
            came = type(given).__name__
            rule = "a distribution on the line or on counts that has a support"
            raise TypeError(f"{name} must be {rule}; got {came}.")
    shape = broadcast("the batch of p", "that of q", shapes=[p.batch_shape, q.batch_shape])
    value, error = np.full(math.prod(shape), np.inf), np.zeros(math.prod(shape))
    covered = np.broadcast_to(covers(q, p), shape).ravel()
    if covered.any():
        found = (_on_the_line if p.outcomes == "line" else _on_counts)(Pair(p, q, shape), rtol)
        value, error = (
            np.where(covered, new, old) for new, old in zip(found, (value, error), strict=True)
        )
    return Integral(*(part.reshape(shape)[()] for part in (value / unit, error / unit)))


def is_summable(given: object) -> bool:
    """Whether it is over single numbers, and says where it has mass."""
    return (
        isinstance(given, Distribution)
        and given.outcomes in ("line", "counts")
        and given.support is not None
    )


def _on_the_line(pair: Pair, rtol: float) -> tuple[Floats, Floats]:
    along = rays(pair.p, pair.q, pair.shape)
    panels = _integrate(pair, along, *_without_what_is_nothing(pair, along))
    rest, most = tails(pair, along), max(MOST_PANELS, 2 * len(panels.a))
    for _ in range(ROUNDS):
        bad = _to_be_halved(panels, rest, rtol)
        count = int(bad.sum(axis=0).max(initial=0))
        if count == 0 or len(panels.a) + count > most:
            break
        which = np.argsort(~bad, axis=0, kind="stable")[:count]
        ray, a, b = (np.take_along_axis(v, which, 0) for v in panels[:3])
        middle = np.where(np.take_along_axis(bad, which, 0), (a + b) / 2, b)  # b: it stays whole
        ends = np.concatenate([a, middle]), np.concatenate([middle, b])
        halves = _integrate(pair, along, np.concatenate([ray, ray]), *ends)
        parts: list[Any] = []
        for old, new in zip(panels, halves, strict=True):
            np.put_along_axis(old, which, new[:count], 0)
            parts.append(np.append(old, new[count:], axis=0))
        panels = Panels(*parts)
    return _result(panels, rest)


def _without_what_is_nothing(pair: Pair, along: Rays) -> list[Any]:
    """The panels, but for those beyond all structure that begin with next to no mass."""
    ray, a, b = along.panels()
    member = np.arange(a.shape[1])
    out, down = a >= along.near[ray, member], b <= np.minimum(along.near[ray, member], 0.0)
    x, log_width, _ = along.x(np.where(out, a, b), ray)
    log_p, log_q = pair.log_probs(x)
    faint = np.exp(log_q + log_width) < FAINT
    faint &= ~(np.exp(log_p + log_width) * np.maximum(abs(log_p - log_q), 1.0) >= FAINT)
    kept = (b > a) & ~(faint & (out | down))
    first = np.argsort(~kept, axis=0, kind="stable")[: kept.sum(axis=0).max()]
    b = np.where(kept, b, a)
    return [np.take_along_axis(v, first, 0) for v in (ray, a, b)]


def _to_be_halved(panels: Panels, rest: Tails, rtol: float) -> Bools:
    """The panels whose rules differ by more than rounding, and their part of the tolerance."""
    value = panels.terms.sum(axis=0) + rest.terms
    bad = _too_rough(panels.error, panels.rounding, rtol / 4 * value)
    bad |= _too_rough(panels.mass_error, panels.mass_rounding, MASS / 100)
    return bad & ~rest.diverges & (value < np.inf)


def _too_rough(error: Floats, rounding: Floats, allowed: Any) -> Bools:
    excess = np.maximum(error - rounding, 0.0)
    return (excess.sum(axis=0) > allowed) & (excess > allowed / len(error))


def _result(panels: Panels, rest: Tails) -> tuple[Floats, Floats]:
    value = panels.terms.sum(axis=0) + rest.terms
    error = (panels.error + panels.rounding).sum(axis=0) + rest.error
    allowed = MASS + panels.mass_rounding.sum(axis=0)
    for mass in (panels.p.sum(axis=0) + rest.p, panels.q.sum(axis=0) + rest.q):
        error = np.where(abs(mass - 1) <= allowed, error, np.inf)  # some of it was missed
    infinite = rest.diverges | (value == np.inf)
    error = np.where(value >= 0, error, np.inf)  # nan, where numbers were too large
    return np.where(infinite, np.inf, value), np.where(infinite, 0.0, error)


class Panels(NamedTuple):
    """Panels from a to b of the ray of each, and the integrals over them; all (panels, batch).

    error, mass_error: by how much Gauss's rule differs.
    """

    ray: NDArray[np.intp]
    a: Floats
    b: Floats
    terms: Floats
    p: Floats
    q: Floats
    rounding: Floats
    mass_rounding: Floats
    error: Floats
    mass_error: Floats


def _integrate(pair: Pair, along: Rays, *panels: Any) -> Panels:
    step = max(1, EVALUATED // max(len(NODES) * panels[0].shape[1], 1))
    starts = range(0, max(len(panels[0]), 1), step)
    found = [_integrate_block(pair, along, *(v[at : at + step] for v in panels)) for at in starts]
    return Panels(*panels, *(np.concatenate(v) for v in zip(*found, strict=True)))


def _integrate_block(pair: Pair, along: Rays, ray: Any, a: Floats, b: Floats) -> list[Floats]:
    half = (b - a) / 2
    x, log_width, off = along.x((a + half) + half * NODES[:, None, None], ray[None])
    at = pair.at(x, log_width, BENT * EPS * (off / EPS) ** 2)
    rules = [np.broadcast_to(rule[:, None, None], x.shape) for rule in (KRONROD, GAUSS)]
    if (abs(off) > FELT).any():  # x itself has few digits of its distance from a landmark
        shift = off / np.where(half > 0, half, 1.0)
        rules = [rule - np.tensordot(SLOPES, rule * shift, (0, 0)) for rule in rules]
    found = [np.einsum("i...,i...->...", rules[0], v) * half for v in at]
    terms, p, q, _, _ = found
    error, mass_error = (
        abs(np.einsum("i...,i...->...", rules[1], v) * half - known)
        for v, known in ((at.terms, terms), (at.p + at.q, p + q))
    )
    return [np.where(half > 0, v, 0.0) for v in (*found, error, mass_error)]


def _on_counts(pair: Pair, rtol: float) -> tuple[Floats, Floats]:
    """Sums over 0, 1, 2 and so on, until what is left is nothing beside them."""
    size = math.prod(pair.shape)
    value, error, mass, other = np.zeros((4, size))
    start, end, step = 0, FIRST_COUNTS, max(1, EVALUATED // size)
    while True:
        for low in range(start, end, step):
            x = np.arange(low, min(low + step, end), dtype=np.float64)[:, None] + np.zeros(size)
            at = pair.at(x, 0.0, 0.0)
            value, error = value + at.terms.sum(axis=0), error + at.rounding.sum(axis=0)
            mass, other = mass + at.p.sum(axis=0), other + at.q.sum(axis=0)
        bound, beyond = tail_of_counts(pair, end)
        left, rounding = np.maximum(1 - other, 0.0), 8 * EPS
        little = beyond < rounding  # of Q is left, and elsewhere what its mass lacks of 1
        found, bound = np.where(little, value, value + left), bound + np.minimum(beyond, rounding)
        known = (abs(mass - 1) <= MASS) & (~little | (left <= MASS))
        done = (known & (bound <= np.maximum(rtol * found / 8, LEAST))) | (value == np.inf)
        if done.all() or 2 * end * size > MOST_COUNTED:
            break
        start, end = end, 2 * end
    error = np.where(known, error + bound, np.inf)
    return found, np.where(found == np.inf, 0.0, error)

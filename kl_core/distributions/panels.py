"""The line cut into panels, fine where two distributions have their structure, and rules on them.

From every landmark and every end of a support a ray goes to each side, half-way to the next, and
from the outermost without an end. Along it x = from ± scale·(eᵘ − e⁻ᵘ)/2, or ± scale·eᵘ/2 from an
end, near which a density may rise by a power; so equal steps of u are as wide as the distance from
where they started, and 345 of them reach 10¹⁵⁰ scales.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kl_core._numerics import LOG_2, Floats, ieee
from kl_core.distributions.base import Distribution
from kl_core.distributions.support import Interval

STEP = 0.9  # of u, where there may be structure
GROWN = np.cumsum(
    np.append(np.full(4, STEP), STEP * 1.3 ** np.arange(1, 21))
)  # where there is none
FAR = 345.0  # e^345 is 10¹⁵⁰, whose square is a float
FURTHEST = 1e303  # in scales, from one landmark to the next
DEEP = -690.0
FINEST = 2.0**-40  # of |x|, below which the distance from an end has few digits

# Gauss's rule of 10 points and Kronrod's of 21, which holds them, from the middle to an end.
# Source: Piessens, de Doncker-Kapenga, Überhuber & Kahaner (1983), QUADPACK, qk21.
_NODES = (
    *(0.0, 0.14887433898163122, 0.2943928627014602, 0.4333953941292472, 0.5627571346686047),
    *(0.6794095682990244, 0.7808177265864169, 0.8650633666889845, 0.9301574913557082),
    *(0.9739065285171717, 0.9956571630258081),
)
_KRONROD = (
    *(0.1494455540029169, 0.14773910490133849, 0.14277593857706009, 0.13470921731147334),
    *(0.12349197626206584, 0.10938715880229764, 0.09312545458369761, 0.07503967481091996),
    *(0.054755896574351995, 0.032558162307964725, 0.011694638867371874),
)
_GAUSS = (
    *(0.0, 0.29552422471475287, 0.0, 0.26926671930999635, 0.0, 0.21908636251598204),
    *(0.0, 0.1494513491505806, 0.0, 0.06667134430868814, 0.0),
)
NODES, KRONROD, GAUSS = (
    np.array([*(sign * v for v in reversed(values[1:])), *values])
    for sign, values in ((-1, _NODES), (1, _KRONROD), (1, _GAUSS))
)


class Rays(NamedTuple):
    """Where rays start, to which side, in which unit and whether smoothly; each is (rays, batch).

    low, high: u at their ends; near: u beyond which there is no structure, on endless rays.
    """

    start: Floats
    side: Floats
    scale: Floats
    smooth: Floats
    low: Floats
    near: Floats
    high: Floats

    def x(self, u: Floats, which: NDArray[np.intp]) -> tuple[Floats, Floats, Floats]:
        """The points nearest to those at u, log |dx/du| there, and how far off they are in u.

        which: the ray of each, (..., batch).
        """
        start, side, scale, smooth = (v[which, np.arange(v.shape[1])] for v in self[:4])
        mirrored = smooth * np.exp(-np.maximum(u, 0.0))
        square = mirrored * mirrored
        log_width = np.log(scale) + u - LOG_2 + np.log1p(square)
        distance = side * ((np.exp(u) - mirrored) * (scale / 2))
        x = start + distance
        off = side * ((x - start) - distance) * np.exp(-log_width)
        off = np.where(abs(off) < 1, off, 0.0)
        return x, log_width + off * ((1 - square) / (1 + square)), off

    def panels(self) -> tuple[Any, Floats, Floats]:
        """The ray of each panel, and u at its two ends; all (panels, batch)."""
        inner = np.minimum(self.near, 0.0)
        steps = np.arange(1, int(np.ceil(self.near.max(initial=0.0) / STEP)) + 1)
        parts = [self.low[None], np.clip(-GROWN[::-1, None, None], self.low, inner), inner[None]]
        parts.append(np.clip(STEP * steps[:, None, None], inner, self.near))
        if (self.high > self.near).any():
            parts += [np.minimum(self.near + GROWN[:, None, None], self.high), self.high[None]]
        edges = np.concatenate(parts)
        rays = np.broadcast_to(np.arange(len(inner))[None, :, None], edges[1:].shape)
        flat: tuple[Any, ...] = (rays, edges[:-1], edges[1:])
        ray, a, b = (v.reshape(-1, inner.shape[1]) for v in flat)
        some = (b > a).any(axis=1)
        return ray[some], a[some], b[some]

    def tails(self) -> tuple[NDArray[np.intp], Floats]:
        """The rays that go on to an end, and four points towards it, (4, tails, batch)."""
        rays = np.arange(len(self.start))[:, None] + np.zeros_like(self.start, np.intp)
        endless, deep = (self.high > self.near).any(axis=1), (self.low < 0).any(axis=1)
        parts = np.arange(4)[:, None, None] / 4
        out = self.high[endless] - (0.75 - parts) * (self.high - self.near)[endless]
        inner = np.minimum(self.near, 0.0)
        down = (inner + (self.low - inner) * (parts + 0.25))[:, deep]
        return np.concatenate([rays[endless], rays[deep]]), np.concatenate([out, down], axis=1)


@ieee
def rays(p: Distribution, q: Distribution, shape: tuple[int, ...]) -> Rays:
    """The rays from all landmarks of P and Q, and from the ends of their supports."""
    found = [*p._landmarks(), *q._landmarks()]
    centre, scale = (np.stack([_row(v[i], shape) for v in found]) for i in (0, 1))
    smooth, widest = np.ones_like(centre), scale.max(axis=0)
    bounds = [_bounds(density.support, shape) for density in (p, q)]
    for end in (end for pair in bounds for end in pair):
        ends = np.isfinite(end)
        if ends.any():  # elsewhere it repeats a landmark
            centre = np.append(centre, np.where(ends, end, centre[0])[None], axis=0)
            scale = np.append(scale, np.where(ends, np.inf, scale[0])[None], axis=0)
            smooth = np.append(smooth, np.where(ends, 0.0, 1.0)[None], axis=0)
    low, high = np.minimum(*(b[0] for b in bounds)), np.maximum(*(b[1] for b in bounds))
    centre = np.clip(centre, low, high)
    order = centre.argsort(axis=0, kind="stable")
    centre, scale, smooth = (np.take_along_axis(v, order, 0) for v in (centre, scale, smooth))
    half = centre[1:] / 2 - centre[:-1] / 2
    _share_structure(half, scale, smooth)
    kept = np.append(True, (half > 0).any(axis=1))  # of landmarks at one place, one is enough
    return _both_sides(centre[kept], scale[kept], smooth[kept], widest, low, high)


def _share_structure(half: Floats, scale: Floats, smooth: Floats) -> None:
    """What is fine at one landmark is so at its neighbours, but for the distance."""
    count = len(scale)
    forth = [(i, i - 1) for i in range(1, count)]
    for here, there in (*forth, *((i, j) for j, i in reversed(forth))):
        gap = half[min(here, there)]
        np.minimum(scale[here], scale[there] + 2 * gap, out=scale[here])
        smooth[here] *= np.where(gap > 0, 1.0, smooth[there])


def _both_sides(
    centre: Floats, scale: Floats, smooth: Floats, widest: Floats, low: Floats, high: Floats
) -> Rays:
    half = centre[1:] / 2 - centre[:-1] / 2
    scale = np.maximum(scale, np.finfo(np.float64).tiny)
    left = np.concatenate([centre[:1] - low, half])
    right = np.concatenate([half, high - centre[-1:]])
    reach = np.concatenate([left, right])
    side = np.concatenate([np.full_like(left, -1.0), np.full_like(right, 1.0)])
    start, scale, smooth = (np.concatenate([v, v]) for v in (centre, scale, smooth))
    finest = np.maximum(abs(start) * FINEST, 1e-306)
    deep = np.where(smooth > 0, 0.0, np.clip(np.log(2 * (finest / scale)), DEEP, -1.0))
    all_of_it = (2 * (centre[-1] / 2 - centre[0] / 2) + widest) / scale
    endless = reach == np.inf
    parted = np.minimum(np.where(endless, all_of_it, reach / scale), FURTHEST)
    near = np.where(smooth > 0, np.arcsinh(parted), np.log(2 * parted))
    near, deep = (np.where(near > deep, v, 0.0) for v in (near, deep))
    furthest = np.minimum(np.maximum(FAR, near + 40.0), 700.0 - np.maximum(np.log(scale), 0.0))
    high_u = np.where(endless, np.maximum(near, furthest), near)
    return Rays(start, side, scale, smooth, deep, near, high_u)


def _row(values: object, shape: tuple[int, ...]) -> Floats:
    return np.broadcast_to(np.asarray(values, np.float64), shape).ravel()


def _bounds(support: object, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    assert isinstance(support, Interval)
    return _row(support.low, shape), _row(support.high, shape)


def _slopes(nodes: Floats) -> Floats:
    """The matrix that makes values at the nodes the derivatives of their polynomial there.

    Source: Berrut & Trefethen (2004), "Barycentric Lagrange interpolation", eq. 9.4.
    """
    gaps = nodes[:, None] - nodes + np.eye(len(nodes))
    weights = 1 / np.prod(gaps, axis=1)
    found = weights / weights[:, None] / gaps
    np.fill_diagonal(found, 0.0)
    return found - np.diag(found.sum(axis=1))


SLOPES = _slopes(NODES)

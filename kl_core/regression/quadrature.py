"""Means under a distribution on the line, to nearly the last digit, however heavy its tails."""

from __future__ import annotations

import math
from dataclasses import fields
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from kl_core._numerics import Floats
from kl_core.distributions import Contaminated, Laplace, Normal, StudentT
from kl_core.distributions.continuous import log_height

Noise = Normal | Laplace | StudentT | Contaminated
Component = Normal | Laplace | StudentT

REACH = 40.0  # scales, beyond which a Normal and a Laplace have less than 1e-17 of their mass
DIGITS = 16  # and a StudentT beyond √df·10^(16/df)
RATIO = math.sqrt(2)  # of neighbouring panels
NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)


class Rule(NamedTuple):
    """Σ mass·f(x) over the first axis is the mean of f(X) under each member of a batch of P."""

    x: Floats
    mass: Floats


def flat(p: Noise, shape: tuple[int, ...]) -> Noise:
    """A batch of P broadcast to `shape` and laid out in one row."""
    if isinstance(p, Contaminated):
        return Contaminated(_flat(p.core, shape), _flat(p.outliers, shape), p.share)
    return _flat(p, shape)


def _flat(part: Component, shape: tuple[int, ...]) -> Component:
    values = (getattr(part, field.name) for field in fields(part))
    return type(part)(*(np.broadcast_to(value, shape).ravel() for value in values))


def components(p: Noise) -> list[tuple[float, Component]]:
    """What P is a mixture of, with weights above 0."""
    if not isinstance(p, Contaminated):
        return [(1.0, p)]
    mixed = [(1 - p.share, p.core), (p.share, p.outliers)]
    return [(weight, part) for weight, part in mixed if weight > 0]


def loc_scale(part: Component) -> tuple[Floats, Floats]:
    """Where it is centred, and its scale."""
    return (part.mean, part.std) if isinstance(part, Normal) else (part.loc, part.scale)


def least_scale(p: Noise) -> float:
    """The least scale of its parts."""
    return min(float(np.min(loc_scale(part)[1])) for _, part in components(p))


def mean_square(p: Noise) -> Floats:
    """E x²; inf under a StudentT whose df is at most 2."""
    return np.sum([weight * _mean_square(part) for weight, part in components(p)], axis=0)


def _mean_square(part: Component) -> Floats:
    loc, scale = loc_scale(part)
    if isinstance(part, Normal):
        return loc * loc + scale * scale
    times = _over(part.df, part.df - 2) if isinstance(part, StudentT) else 2.0
    return loc * loc + scale * scale * times


def mean_size(p: Noise) -> Floats:
    """E |x|; inf under a StudentT whose df is at most 1."""
    return np.sum([weight * _mean_size(part) for weight, part in components(p)], axis=0)


def _mean_size(part: Component) -> Floats:
    """E |x − loc| by formula, and the rest, which no tail matters for, by quadrature."""
    loc, scale = loc_scale(part)
    if isinstance(part, Laplace):
        return abs(loc) + scale * np.exp(-abs(loc) / scale)
    around = scale * math.sqrt(2 / math.pi)
    if isinstance(part, StudentT):
        around = scale * _over(2 * part.df * np.exp(log_height(part.df)), part.df - 1)
    if not loc.any():
        return around
    x, mass = gauss_legendre(part)
    return around + (mass * (abs(x) - abs(x - loc))).sum(axis=0)


def _over(a: Floats, b: Floats) -> Floats:
    """a / b; inf for b ≤ 0, where a tail has no such moment."""
    return np.divide(a, b, out=np.full_like(a, np.inf), where=b > 0)


def gauss_legendre(p: Noise, finest: float = 1.0) -> Rule:
    """Gauss and Legendre's rule in panels that grow from each centre and from 0, (nodes, batch).

    finest: how small the panels start, in units of the least scale.
    """
    centres = [loc_scale(part)[0] for _, part in components(p)]
    stops = np.sort(np.stack([np.zeros_like(centres[0]), *centres]), axis=0)
    least = finest * least_scale(p)
    reach = max(map(_reach, (part for _, part in components(p))))
    grown = np.arange(-4, math.ceil(math.log(reach / least, RATIO)) + 1)
    offsets = np.minimum(least * np.append(0.0, RATIO**grown), reach)[:, None]
    edges = [stops[0] - offsets, stops[-1] + offsets]
    for low, high in pairwise(np.unique(stops, axis=0)):  # most noises are all centred at 0
        near = np.minimum(offsets, (high - low) / 2)
        edges += [low + near, high - near]
    starts = np.concatenate([edge[:-1] for edge in edges])
    halves = np.concatenate([np.diff(edge, axis=0) / 2 for edge in edges])
    x = (starts + halves) + halves * NODES[:, None, None]
    x = x.reshape(-1, x.shape[-1])
    widths = (abs(halves) * WEIGHTS[:, None, None]).reshape(x.shape)
    return Rule(x, widths * np.exp(p.log_prob(x)))


def _reach(part: Component) -> float:
    scale = loc_scale(part)[1]
    if isinstance(part, StudentT):
        tail = np.minimum(np.sqrt(part.df), REACH) * 10 ** (DIGITS / part.df)
        return float(np.max(scale * np.maximum(REACH, tail)))
    return float(REACH * scale.max())

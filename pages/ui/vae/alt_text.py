"""What the page's charts show, in words, for who cannot see them."""

from __future__ import annotations

from collections.abc import Mapping

from pages.ui import formatting as fmt
from pages.ui.vae.repository import ACTIVE, VaeRun
from pages.ui.vae.results import Slopes, Way


def slopes(slopes: Slopes) -> str:
    """The bars of slopes."""
    each = (("KL", slopes.kl), ("cross-entropy", slopes.cross_entropy), ("entropy", slopes.entropy))
    said = "; ".join(
        f"{name}: {fmt.number(mean)} in μ, {fmt.number(log)} in ln σ" for name, (mean, log) in each
    )
    return f"Bar chart of slopes. {said}."


def descents(ways: tuple[Way, Way]) -> str:
    """σ on both ways down."""
    kl, cross = (fmt.number(round(way.std[-1], 4)) for way in ways)
    return (
        f"Line chart of σ after each of {len(ways[0].std) - 1} steps, from "
        f"{fmt.number(ways[0].std[0])}: down KL it comes to {kl}, down cross-entropy to {cross}."
    )


def rate_distortion(runs: Mapping[float, VaeRun], beta: float) -> str:
    """The curve over all β."""
    each = "; ".join(
        f"β = {run.beta:g}: rate {fmt.number(run.last.test_rate)}, distortion "
        f"{fmt.number(run.last.test_distortion)}"
        for run in runs.values()
    )
    return f"Distortion over rate, in nats a picture. {each}. Chosen: β = {beta:g}."


def spreads(runs: Mapping[float, VaeRun]) -> str:
    """How far the means spread in each dimension."""
    each = "; ".join(
        f"β = {run.beta:g}: {fmt.join([fmt.number(spread) for spread in run.spreads])}"
        for run in runs.values()
    )
    return (
        f"Variance of the codes’ means in both dimensions. {each}. The border of collapse is "
        f"{ACTIVE:g}."
    )


def training(run: VaeRun, what: str) -> str:
    """A net's curves."""
    first, last = run.history[0], run.last
    return (
        f"Line chart of the {what} after each of {len(run.history)} epochs, β = {run.beta:g}: "
        f"training from {fmt.number(getattr(first, what))} to "
        f"{fmt.number(getattr(last, what))}, test from "
        f"{fmt.number(getattr(first, f'test_{what}'))} to "
        f"{fmt.number(getattr(last, f'test_{what}'))} nats a picture."
    )

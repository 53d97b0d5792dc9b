"""What stands around the comparison's charts: how to read them, and what they show, in words."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from pages.ui import formatting as fmt
from pages.ui.comparison import findings, groups
from pages.ui.comparison.frames import View
from pages.ui.comparison.groups import Group, Versus

NO_RUNS = "No runs yet. Train one on the training page, and its curves stand here."
NO_MATCH = "No runs match. Choose others above, or train one on the training page."


def shown_differences(pair: Versus) -> str:
    """What the chart of differences shows, for who cannot see it."""
    found = pair.differences
    return (
        f"Dot plot of the difference in validation accuracy, KL divergence minus cross-entropy, "
        f"for {len(found.values)} seeds: from {findings.points(min(found.values))} to "
        f"{findings.points(max(found.values))} points, mean "
        f"{findings.points(found.mean)}, 95 % interval {findings.interval(found.interval)}."
    )


def shown_parting(pair: Versus) -> str:
    """What the chart of partings shows, for who cannot see it."""
    gaps = [groups.gaps(kl, ce) for kl, ce in groups.whole(pair.pairs)]
    if not gaps:
        return "Line chart without lines: 0 pairs of runs ended with a number."
    return (
        "Line chart, logarithmic: how far the training losses of pairs with the same seed are "
        f"apart. Median {fmt.number(median(g[0] for g in gaps))} nats after the first epoch, "
        f"{fmt.number(median(g[-1] for g in gaps))} after the last."
    )


def shown(measure: str, images: str, ends: dict[str, float]) -> str:
    """What a chart of bands shows, for who cannot see it."""
    say = fmt.percent if measure == "accuracy" else fmt.number
    each = "; ".join(f"{curve} ends at {say(value)}" for curve, value in ends.items())
    return (
        f"Line chart of the {measure} on the {images} images after each epoch, the mean over each "
        f"group’s seeds. {each}."
    )


def too_many(found: int, most: int) -> str:
    """That there are more groups than a chart can hold."""
    return (
        f"{found} groups of runs match, too many for one chart: the first {most} are drawn. "
        "Choose fewer above."
    )


BANDS = {
    "sd": "the band is one standard deviation to either side",
    "range": "the band reaches from the lowest run to the highest",
}


def legend(view: View, found: Sequence[Group]) -> str:
    """How to read the curves."""
    several = any(len(group.runs) > 1 for group in found)
    line = (
        f"Each line is the mean over the seeds, {BANDS[view.spread]}, and the faint lines are the "
        "single runs."
        if several
        else "Each line is one run."
    )
    gone = sum(groups.diverged(run) for group in found for run in group.runs)
    diverged = f" {_diverged(gone)}" if gone else ""
    smooth = " Lines are smoothed, points are not." if view.smoothing else ""
    less = " H(P) is subtracted from cross-entropy." if view.only_kl else ""
    return (
        "KL divergence is blue with circles, cross-entropy orange with squares. "
        f"{line}{smooth}{less} Losses are in nats.{diverged}"
    )


def _diverged(runs: int) -> str:
    return (
        f"{'One run' if runs == 1 else f'{fmt.number_of(runs).capitalize()} runs'} diverged: "
        "where a loss is no number, no mean is drawn."
    )

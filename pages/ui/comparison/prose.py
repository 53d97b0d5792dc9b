"""Sentences about groups of runs: every number is computed from them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import fmean, median

from models.evaluation import statistics
from models.evaluation.statistics import Differences, gini_mean_difference
from models.runs.record import Run
from pages.ui import formatting as fmt
from pages.ui.comparison import results
from pages.ui.comparison.results import Group, Versus, View
from pages.ui.training import prose as of_runs

NBSP = "\N{NO-BREAK SPACE}"
THRESHOLD = f"{results.SEPARATED:g} nats"
FEW = 10  # pairs, below which no speed is estimated from them
BANDS = {
    "sd": "the band is one standard deviation to either side",
    "range": "the band reaches from the lowest run to the highest",
}


def answer(pair: Versus, margin: float) -> str:
    """The answer for one configuration; `margin` in percentage points."""
    kl, ce = pair.kl.accuracies, pair.ce.accuracies
    images = pair.kl.runs[0].images["validation"]
    if any(map(results.diverged, (*pair.kl.runs, *pair.ce.runs))):
        return "**These runs cannot tell:** one of them diverged, so its losses are not numbers."
    if len(pair.pairs) < 2:
        return (
            f"**One run of each loss cannot tell.** On {images:,} validation images the accuracy "
            f"is {fmt.percent(kl[0])} with KL divergence and {fmt.percent(ce[0])} with "
            "cross-entropy; another seed would have given other values. Train more seeds, or "
            "choose more below."
        )
    differences = pair.differences
    which = "equivalent" if _equal(differences, margin) else "not shown to be equivalent"
    return (
        f"**{_verdict(differences, margin)}** Over {len(pair.pairs)} seeds, the final validation "
        f"accuracy is {_spread(kl)} with KL divergence and {_spread(ce)} with cross-entropy (mean "
        f"± standard deviation). The mean **paired difference** is {points(differences.mean)} "
        f"points, 95{NBSP}% **confidence interval** {interval(differences.interval)}; by an "
        f"**equivalence test** the accuracies are {which} within {in_points(margin)} "
        f"({_p_value(differences, margin)}). The interval covers other seeds, not other images: "
        f"all runs share one set of {images:,} validation images."
    )


def _verdict(differences: Differences, margin: float) -> str:
    low, high = differences.interval
    ahead = "KL divergence" if differences.mean > 0 else "cross-entropy"
    same = _equal(differences, margin)
    if low <= 0 <= high:
        return "No: the accuracies are equivalent." if same else "These runs cannot tell."
    if same:
        return f"Hardly: {ahead} is better, but by less than {in_points(margin)}."
    return f"In these runs {ahead} is better."


def what_if(pair: Versus, margin: float) -> str:
    """The p-value for a margin that was chosen after the data, which is no test."""
    if margin == results.MARGIN:
        return f"The test has a fixed margin of {in_points(margin)}."
    which = "below" if _equal(pair.differences, margin) else "not below"
    return (
        f"With a margin of {in_points(margin)}, {_p_value(pair.differences, margin)}, {which} "
        "0.05. This does not change the verdict: a margin chosen after seeing the data voids the "
        f"5{NBSP}% error rate of the test."
    )


def _equal(differences: Differences, margin: float) -> bool:
    return differences.are_equivalent(margin / 100)


def _p_value(differences: Differences, margin: float) -> str:
    return f"p{NBSP}{p_value(differences.equivalence(margin / 100))}"


def in_points(margin: float) -> str:
    """A margin with its unit: "1 percentage point"."""
    return f"{margin:g} percentage point" + "s" * (margin != 1)


def p_value(p: float) -> str:
    """A p-value as papers print it: "= 0.012", "< 0.001"."""
    return f"<{NBSP}0.001" if p < 0.001 else f"={NBSP}{p:.2g}"


def _spread(fractions: Sequence[float]) -> str:
    """Two fractions or more as mean ± standard deviation: "71.9 ± 0.4 %"."""
    return f"{100 * fmean(fractions):.1f}{NBSP}±{NBSP}{100 * statistics.sd(fractions):.1f}{NBSP}%"


def points(fraction: float) -> str:
    """A difference of fractions in percentage points, with its sign: "−0.1"."""
    text = f"{100 * fraction:+.1f}"
    return "0.0" if float(text) == 0 else text.replace("-", "−")


def interval(ends: tuple[float, float]) -> str:
    """An interval of such differences: "[−0.4, +0.3]"."""
    return f"[{points(ends[0])},{NBSP}{points(ends[1])}]"


def seed_effect(pair: Versus) -> str:
    """The effect of the loss compared with the effect of the seed."""
    kl, ce = (gini_mean_difference(group.accuracies) for group in (pair.kl, pair.ce))
    loss = fmean(map(abs, pair.differences.values))
    ratio = loss / ((kl + ce) / 2) if kl + ce else math.inf
    how = "less than" if ratio < 0.8 else "about as much as" if ratio <= 1.25 else "more than"
    return (
        f"With the same loss, two seeds differ by {100 * kl:.2f} points on average (KL "
        f"divergence) and {100 * ce:.2f} (cross-entropy). With the same seed, the two losses "
        f"differ by {100 * loss:.2f}. In these runs the loss matters {how} the seed."
    )


def differences(pair: Versus) -> str:
    """The alternative text of the forest plot."""
    values = pair.differences.values
    return (
        "Forest plot of the difference in validation accuracy, KL divergence minus cross-entropy, "
        f"for {len(values)} seeds: from {points(min(values))} to {points(max(values))} points, "
        f"mean {points(pair.differences.mean)}, 95 % confidence interval "
        f"{interval(pair.differences.interval)}."
    )


def separation(pair: Versus) -> str:
    """When the training losses of pairs with the same seed separate."""
    pairs = results.finite(pair.pairs)
    if not pairs:
        return "A run of each pair diverged: no separation can be computed."
    epochs = [results.separation_epoch(kl, ce) for kl, ce in pairs]
    first = [results.loss_gaps(kl, ce)[0] for kl, ce in pairs]
    gone = len(pair.pairs) - len(pairs)
    left_out = f" Left out: {_pairs(gone)} with a run that diverged." if gone else ""
    start = (
        "The two networks of a pair start with the same weights and see the same images in the "
        "same order. After the first epoch their training losses differ by "
        f"{fmt.quantity(median(first), 'nats')}" + (" (median)." if len(first) > 1 else ".")
    )
    when = _when(epochs)
    if not when:
        return f"{start} They never differ by more than {THRESHOLD}.{left_out}"
    of = f"In {_pairs(len(epochs))} they" if len(epochs) > 1 else "They"
    return f"{start} {of} first differ by more than {THRESHOLD} {when}.{left_out}"


def _pairs(count: int) -> str:
    return "one pair" if count == 1 else f"{fmt.number_of(count)} pairs"


def _when(epochs: Sequence[int | None]) -> str:
    """In which epochs curves separated (None: never); "" if none does."""
    when = sorted(epoch for epoch in epochs if epoch is not None)
    if not when:
        return ""
    if when[0] == when[-1]:
        said = f"in epoch {when[0]}"
    else:
        said = f"between epoch {when[0]} and epoch {when[-1]} (median {median(when):g})"
    rest = len(epochs) - len(when)
    return f"{said}; {fmt.number_of(rest)} never {'does' if rest == 1 else 'do'}" if rest else said


def control(again: Sequence[tuple[Run, Run]]) -> str:
    """That the same loss separates from itself if its sums are rounded in another order."""
    runs = "one run" if len(again) == 1 else f"{fmt.number_of(len(again))} runs"
    changed = [
        name
        for name, field in (("number of threads", "threads"), ("processor", "processor"))
        if any(_differ(one, other, field) for one, other in again)
    ]
    by = f"with another {' and another '.join(changed)}, so" if changed else "so that"
    said = (
        f"The dashed line is a control: {runs} trained a second time with the same loss, seed and "
        f"images, but {by} the sums were rounded differently."
    )
    when = _when([results.separation_epoch(one, other) for one, other in again])
    if not when:
        return f"{said} These curves never differ by more than {THRESHOLD}."
    few = f" n = {len(again)} is too few to show whether another loss separates them sooner."
    few = few if len(again) < FEW else ""
    return (
        f"{said} The two curves of such a run first differ by more than {THRESHOLD} {when}: "
        f"rounding alone is enough to separate them.{few}"
    )


def _differ(one: Run, other: Run, field: str) -> bool:
    """Whether two runs are known to have been trained under another condition."""
    first, second = one.machine.get(field), other.machine.get(field)
    return bool(first and second and first != second)


def gaps(pair: Versus) -> str:
    """The alternative text of the chart of separation."""
    every = [results.loss_gaps(kl, ce) for kl, ce in results.finite(pair.pairs)]
    if not every:
        return "Line chart without lines: in 0 pairs both runs ended with a finite loss."
    first, last = (fmt.number(median(gaps[place] for gaps in every)) for place in (0, -1))
    return (
        "Line chart, logarithmic: the difference of the training losses of pairs with the same "
        f"seed. Median {first} nats after the first epoch, {last} after the last."
    )


def curves(measure: str, images: str, ends: Mapping[str, float]) -> str:
    """The alternative text of a chart of bands; `ends` by group."""
    return of_runs.overlay(measure, images, ends, of=", the mean over each group’s seeds")


def legend(view: View, groups: Sequence[Group]) -> str:
    """How to read the curves."""
    several = any(len(group.runs) > 1 for group in groups)
    line = (
        f"Each line is the mean over the seeds, {BANDS[view.spread]}, and the faint lines are "
        "single runs."
        if several
        else "Each line is one run."
    )
    gone = sum(results.diverged(run) for group in groups for run in group.runs)
    runs = "One run" if gone == 1 else f"{fmt.number_of(gone).capitalize()} runs"
    diverged = (
        f" {runs} diverged: without a finite loss of each run, no mean is drawn." if gone else ""
    )
    smooth = " Lines are smoothed, points are not." if view.smoothing else ""
    less = " H(P) is subtracted from cross-entropy." if view.only_kl else ""
    return (
        "KL divergence is blue with circles, cross-entropy orange with squares. "
        f"{line}{smooth}{less} Losses are in nats.{diverged}"
    )

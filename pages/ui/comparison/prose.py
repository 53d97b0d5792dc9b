"""What groups of runs say, in sentences: every number is computed from them."""

from __future__ import annotations

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
BANDS = {
    "sd": "the band is one standard deviation to either side",
    "range": "the band reaches from the lowest run to the highest",
}


def answer(pair: Versus, margin: float) -> str:
    """The article's question, answered for one configuration; `margin` in points of accuracy."""
    kl, ce = pair.kl.accuracies, pair.ce.accuracies
    images = pair.kl.runs[0].images["validation"]
    if any(map(results.diverged, (*pair.kl.runs, *pair.ce.runs))):
        return "**These runs cannot tell:** one of them diverged, so its losses are no numbers."
    if len(pair.pairs) < 2:
        return (
            f"**One run of each loss cannot tell.** On {images:,} validation images KL divergence "
            f"ends at {fmt.percent(kl[0])}, cross-entropy at {fmt.percent(ce[0])}; another "
            "seed would have given other figures. Train more seeds, or choose more below."
        )
    differences = pair.differences
    which = "equivalent" if _equal(differences, margin) else "not shown to be equivalent"
    return (
        f"**{_verdict(differences, margin)}** Over {len(pair.pairs)} seeds, final validation "
        f"accuracy: KL divergence {_spread(kl)}, cross-entropy {_spread(ce)} (mean ± standard "
        f"deviation); paired difference {points(differences.mean)} points "
        f"{interval(differences.interval)}; {which} within {_points(margin)} "
        f"({_p_value(differences, margin)}). Each accuracy rests on {images:,} images."
    )


def _verdict(differences: Differences, margin: float) -> str:
    low, high = differences.interval
    ahead = "KL divergence" if differences.mean > 0 else "cross-entropy"
    same = _equal(differences, margin)
    if low <= 0 <= high:
        return "No: the two losses come out the same." if same else "These runs cannot tell."
    if same:
        return f"Hardly: {ahead} is ahead, but by less than {_points(margin)}."
    return f"In these runs {ahead} is ahead."


def _equal(differences: Differences, margin: float) -> bool:
    return differences.are_equivalent(margin / 100)


def _p_value(differences: Differences, margin: float) -> str:
    return f"p{NBSP}{p_value(differences.equivalence(margin / 100))}"


def _points(margin: float) -> str:
    return f"{margin:g} point" + "s" * (margin != 1)


def p_value(p: float) -> str:
    """A probability of error as papers give it: "= 0.012", "< 0.001"."""
    return f"<{NBSP}0.001" if p < 0.001 else f"={NBSP}{p:.2g}"


def _spread(shares: Sequence[float]) -> str:
    """Two shares or more as mean ± standard deviation: "71.9 ± 0.4 %"."""
    return f"{100 * fmean(shares):.1f}{NBSP}±{NBSP}{100 * statistics.sd(shares):.1f}{NBSP}%"


def points(share: float) -> str:
    """A difference of shares in points, with its sign: "−0.1"."""
    text = f"{100 * share:+.1f}"
    return "0.0" if float(text) == 0 else text.replace("-", "−")


def interval(ends: tuple[float, float]) -> str:
    """An interval of such differences: "[−0.4, +0.3]"."""
    return f"[{points(ends[0])},{NBSP}{points(ends[1])}]"


def certainty(pair: Versus, margin: float) -> str:
    """How sure that is: both intervals, the test, and what another seed alone does."""
    differences = pair.differences
    kl, ce = (gini_mean_difference(group.accuracies) for group in (pair.kl, pair.ce))
    apart = fmean(map(abs, differences.values))
    test = "So they are" if _equal(differences, margin) else "So they are not shown to be"
    more = "no more" if apart <= 1.25 * (kl + ce) / 2 else "more"
    return (
        f"The mean difference is {points(differences.mean)} points. Its 95{NBSP}% interval is "
        f"{interval(differences.interval)} by Student’s t, and {interval(differences.bootstrap)} "
        "by the bootstrap, which is too narrow for few seeds. Two one-sided tests (TOST) against "
        f"± {_points(margin)} give {_p_value(differences, margin)}. {test} equivalent, at "
        f"5{NBSP}%."
        f"\n\nNow the size of chance itself. With the same loss, two seeds end {100 * kl:.2f} "
        f"points apart on average for KL divergence, {100 * ce:.2f} for cross-entropy. With the "
        f"same seed, the two losses end {100 * apart:.2f} points apart. To change the loss does "
        f"{more} than to change the seed."
    )


def differences(pair: Versus) -> str:
    """What the chart of differences shows, for who cannot see it."""
    values = pair.differences.values
    return (
        "Dot plot of the difference in validation accuracy, KL divergence minus cross-entropy, "
        f"for {len(values)} seeds: from {points(min(values))} to {points(max(values))} points, "
        f"mean {points(pair.differences.mean)}, 95 % interval "
        f"{interval(pair.differences.interval)}."
    )


def parting(pair: Versus) -> str:
    """When the training losses of same-seed pairs part."""
    pairs = results.whole(pair.pairs)
    if not pairs:
        return "Of each pair one run diverged: when the curves part cannot be said."
    epochs = [results.parted(kl, ce) for kl, ce in pairs]
    first = [results.gaps(kl, ce)[0] for kl, ce in pairs]
    gone = len(pair.pairs) - len(pairs)
    left_out = f" Left out: {_pairs(gone)} of which a run diverged." if gone else ""
    start = (
        "Both nets of a pair begin with the same weights and see the same images in the same "
        "order. After the first epoch their training losses differ by "
        f"{fmt.quantity(median(first), 'nats')}" + (" (median)." if len(first) > 1 else ".")
    )
    when = _when(epochs)
    if not when:
        return f"{start} They never part by more than 0.001 nats.{left_out}"
    of = f"Of {_pairs(len(epochs))}, " if len(epochs) > 1 else "Then "
    return f"{start} {of}the curves part by more than 0.001 nats {when}.{left_out}"


def _pairs(count: int) -> str:
    return "one pair" if count == 1 else f"{fmt.number_of(count)} pairs"


def _when(epochs: Sequence[int | None]) -> str:
    """In which epochs curves parted, of None those that never do; "" where none does."""
    parted = sorted(epoch for epoch in epochs if epoch is not None)
    if not parted:
        return ""
    if parted[0] == parted[-1]:
        when = f"in epoch {parted[0]}"
    else:
        when = f"between epoch {parted[0]} and epoch {parted[-1]} (median {median(parted):g})"
    rest = len(epochs) - len(parted)
    return f"{when}; {fmt.number_of(rest)} never {'does' if rest == 1 else 'do'}" if rest else when


def rounding(again: Sequence[tuple[Run, Run]]) -> str:
    """That the same loss parts from itself just so, if its sums are rounded in another order."""
    first, second = (run.machine.get("threads") for run in again[0])
    threads = f"one of the two used {first} and the other {second} of the processor’s threads, so "
    runs = "one run" if len(again) == 1 else f"{fmt.number_of(len(again))} runs"
    said = (
        f"The dashed grey line is the control: {runs} made twice, with the same loss, the same "
        f"first weights and the same images. Only, {threads if first and second else ''}"
        "the sums were rounded in another order."
    )
    when = _when([results.parted(one, other) for one, other in again])
    if not when:
        return f"{said} These curves never part by more than 0.001 nats."
    return (
        f"{said} These curves part by more than 0.001 nats {when}. "
        "So it takes no other loss to part them."
    )


def gaps(pair: Versus) -> str:
    """What the chart of partings shows, for who cannot see it."""
    every = [results.gaps(kl, ce) for kl, ce in results.whole(pair.pairs)]
    if not every:
        return "Line chart without lines: 0 pairs of runs ended with a number."
    first, last = (fmt.number(median(gaps[place] for gaps in every)) for place in (0, -1))
    return (
        "Line chart, logarithmic: how far the training losses of pairs with the same seed are "
        f"apart. Median {first} nats after the first epoch, {last} after the last."
    )


def curves(measure: str, images: str, ends: Mapping[str, float]) -> str:
    """What a chart of bands shows, for who cannot see it; `ends` by group."""
    return of_runs.overlay(measure, images, ends, of=", the mean over each group’s seeds")


def legend(view: View, groups: Sequence[Group]) -> str:
    """How to read the curves."""
    several = any(len(group.runs) > 1 for group in groups)
    line = (
        f"Each line is the mean over the seeds, {BANDS[view.spread]}, and the faint lines are the "
        "single runs."
        if several
        else "Each line is one run."
    )
    gone = sum(results.diverged(run) for group in groups for run in group.runs)
    runs = "One run" if gone == 1 else f"{fmt.number_of(gone).capitalize()} runs"
    diverged = f" {runs} diverged: where a loss is no number, no mean is drawn." if gone else ""
    smooth = " Lines are smoothed, points are not." if view.smoothing else ""
    less = " H(P) is subtracted from cross-entropy." if view.only_kl else ""
    return (
        "KL divergence is blue with circles, cross-entropy orange with squares. "
        f"{line}{smooth}{less} Losses are in nats.{diverged}"
    )

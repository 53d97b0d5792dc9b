"""What groups of runs say, in sentences: every number is computed from them."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median

from models.evaluation import statistics
from models.evaluation.statistics import Differences, gini_mean_difference
from models.runs.record import Run
from pages.ui import formatting as fmt
from pages.ui.comparison import groups
from pages.ui.comparison.groups import Versus

NBSP = "\N{NO-BREAK SPACE}"

NO_PAIR = (
    "Choose runs of both losses with the same settings and at least one seed in common, and this "
    "page answers here."
)
NO_INTERVAL = (
    "An interval needs at least two seeds of each loss, all of which ended with a number. Choose "
    "more above."
)


def answer(pair: Versus, margin: float) -> str:
    """The article's question, answered for one configuration; `margin` in points of accuracy."""
    kl, ce = (accuracies(runs) for runs in (pair.kl.runs, pair.ce.runs))
    images = pair.kl.runs[0].images["validation"]
    if any(map(groups.diverged, (*pair.kl.runs, *pair.ce.runs))):
        return "**These runs cannot tell:** one of them diverged, so its losses are no numbers."
    if len(pair.pairs) < 2:
        return (
            f"**One run of each loss cannot tell.** On {images:,} validation images KL divergence "
            f"ends at {fmt.percent(kl[0])}, cross-entropy at {fmt.percent(ce[0])}; another "
            "seed would have given other figures. Train more seeds, or choose more below."
        )
    found = pair.differences
    return (
        f"**{_verdict(found, margin)}** Over {len(pair.pairs)} seeds, final validation accuracy: "
        f"KL divergence {spread(kl)}, cross-entropy {spread(ce)} (mean ± standard deviation); "
        f"paired difference {points(found.mean)} points {interval(found.interval)}; "
        f"{_equivalence(found, margin)}. Each accuracy rests on {images:,} images."
    )


def _verdict(found: Differences, margin: float) -> str:
    low, high = found.interval
    ahead = "KL divergence" if found.mean > 0 else "cross-entropy"
    same = found.are_equivalent(margin / 100)
    if low <= 0 <= high:
        return "No: the two losses come out the same." if same else "These runs cannot tell."
    if same:
        return f"Hardly: {ahead} is ahead, but by less than {_points(margin)}."
    return f"In these runs {ahead} is ahead."


def _equivalence(found: Differences, margin: float) -> str:
    p = found.equivalence(margin / 100)
    which = "equivalent" if found.are_equivalent(margin / 100) else "not shown to be equivalent"
    return f"{which} within {_points(margin)} (p{NBSP}{p_value(p)})"


def _points(margin: float) -> str:
    return f"{margin:g} point" + "s" * (margin != 1)


def p_value(p: float) -> str:
    """A probability of error as papers give it: "= 0.012", "< 0.001"."""
    return f"<{NBSP}0.001" if p < 0.001 else f"={NBSP}{p:.2g}"


def accuracies(runs: Sequence[Run]) -> list[float]:
    """The validation accuracies after the last epoch."""
    return [run.last.val_accuracy for run in runs]


def spread(shares: Sequence[float]) -> str:
    """Shares as mean ± standard deviation: "71.9 ± 0.4 %"."""
    around = "" if len(shares) < 2 else f" ± {100 * statistics.sd(shares):.1f}"
    return f"{100 * fmean(shares):.1f}{around}{NBSP}%".replace(" ", NBSP)


def points(share: float) -> str:
    """A difference of shares in points, with its sign: "−0.1"."""
    text = f"{100 * share:+.1f}"
    return "0.0" if float(text) == 0 else text.replace("-", "−")


def interval(ends: tuple[float, float]) -> str:
    """An interval of such differences: "[−0.4, +0.3]"."""
    return f"[{points(ends[0])},{NBSP}{points(ends[1])}]"


def certainty(pair: Versus, margin: float) -> str:
    """How sure that is: both intervals, the test, and what another seed alone does."""
    found = pair.differences
    kl, ce = (accuracies(runs) for runs in (pair.kl.runs, pair.ce.runs))
    apart = 100 * fmean(map(abs, found.values))
    test = "So they are" if found.are_equivalent(margin / 100) else "So they are not shown to be"
    return (
        f"The mean difference is {points(found.mean)} points. Its 95{NBSP}% interval is "
        f"{interval(found.interval)} by Student’s t, and {interval(found.bootstrap)} by the "
        "bootstrap, which is too narrow for few seeds. Two one-sided tests (TOST) against "
        f"± {_points(margin)} give p{NBSP}{p_value(found.equivalence(margin / 100))}. {test} "
        f"equivalent, at 5{NBSP}%."
        f"\n\nNow the size of chance itself. With the same loss, two seeds end "
        f"{100 * gini_mean_difference(kl):.2f} points apart on average for KL divergence, "
        f"{100 * gini_mean_difference(ce):.2f} for cross-entropy. With the same seed, the two "
        f"losses end {apart:.2f} points apart. {_moral(apart / 100, kl, ce)}"
    )


def _moral(apart: float, kl: Sequence[float], ce: Sequence[float]) -> str:
    seeds = (gini_mean_difference(kl) + gini_mean_difference(ce)) / 2
    if apart <= 1.25 * seeds:
        return "To change the loss does no more than to change the seed."
    return "To change the loss does more than to change the seed."


def parting(pair: Versus) -> str:
    """When the training losses of same-seed pairs part."""
    pairs = groups.whole(pair.pairs)
    if not pairs:
        return "Of each pair one run diverged: when the curves part cannot be said."
    epochs = [groups.parted(kl, ce) for kl, ce in pairs]
    found = sorted(epoch for epoch in epochs if epoch is not None)
    first = [groups.gaps(kl, ce)[0] for kl, ce in pairs]
    gone = len(pair.pairs) - len(pairs)
    left_out = f" Left out: {_pairs(gone)} of which a run diverged." if gone else ""
    start = (
        f"Both nets of a pair begin with the same weights and see the same images in the same "
        f"order. After the first epoch their training losses differ by "
        f"{fmt.quantity(median(first), 'nats')}" + (" (median)." if len(first) > 1 else ".")
    )
    if not found:
        return f"{start} They never part by more than 0.001 nats.{left_out}"
    part = f"the curves part by more than 0.001 nats {_when(found, len(epochs))}."
    of = f"Of {_pairs(len(epochs))}, " if len(epochs) > 1 else "Then "
    return f"{start} {of}{part}{left_out}"


def _pairs(count: int) -> str:
    return "one pair" if count == 1 else f"{fmt.number_of(count)} pairs"


def _when(found: Sequence[int], of: int) -> str:
    """In which epochs curves parted, sorted; `of`: how many there are with those that never do."""
    if found[0] == found[-1]:
        when = f"in epoch {found[0]}"
    else:
        when = f"between epoch {found[0]} and epoch {found[-1]} (median {median(found):g})"
    rest = of - len(found)
    return f"{when}; {fmt.number_of(rest)} never {'does' if rest == 1 else 'do'}" if rest else when


def rounding(again: Sequence[tuple[Run, Run]]) -> str:
    """That the same loss parts from itself just so, if its sums are rounded in another order."""
    epochs = sorted(e for e in (groups.parted(a, b) for a, b in again) if e is not None)
    first, second = (run.machine.get("threads") for run in again[0])
    threads = f"one of the two used {first} and the other {second} of the processor’s threads, so "
    runs = "one run" if len(again) == 1 else f"{fmt.number_of(len(again))} runs"
    said = (
        f"The dashed grey line is the control: {runs} made twice, with the same loss, the same "
        f"first weights and the same images. Only, {threads if first and second else ''}"
        "the sums were rounded in another order."
    )
    if not epochs:
        return f"{said} These curves never part by more than 0.001 nats."
    return (
        f"{said} These curves part by more than 0.001 nats {_when(epochs, len(again))}. "
        "So it takes no other loss to part them."
    )

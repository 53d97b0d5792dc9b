"""What was found of nets' quality, in sentences: every number is computed."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from models.evaluation.metrics import Mean
from pages.ui import formatting as fmt
from pages.ui.comparison.prose import interval, points
from pages.ui.predictions.quality.results import Alike, LossOrSeed, PairedEvaluation, Quality
from pages.ui.predictions.repository import CLASSES, Kind, MatchedRuns

IMAGES: dict[Kind, str] = {"validation": "held-out", "test": "test"}
UNINFLECTED = {"deer"}


def apart(both: PairedEvaluation) -> str:
    """Whether the images tell the nets apart: by the paired difference, not by the intervals."""
    (low, high), (other_low, other_high) = (q.accuracy.interval for q in both.nets)
    overlap = max(low, other_low) <= min(high, other_high)
    start = (
        "The two intervals of the accuracy overlap, but that does not settle it"
        if overlap
        else "The two intervals of the accuracy do not overlap, yet there is a sharper comparison"
    )
    found = both.difference
    said = "zero lies within it: these images do not tell the two nets apart"
    if found.interval[0] > 0 or found.interval[1] < 0:
        ahead = "KL divergence" if found.value > 0 else "cross-entropy"
        said = (
            f"zero lies outside it: the net trained with {ahead} got more of these images right "
            "than chance alone explains well. Yet of twenty such intervals about one leaves out "
            "zero by chance, even if the nets are equally good"
        )
    return (
        f"{start}: both nets saw the same {both.n:,} images, so what counts is the difference "
        f"image by image. KL divergence minus cross-entropy is **{points(found.value)} points**, "
        f"95\N{NO-BREAK SPACE}% interval {interval(found.interval)}, and {said}. All this is "
        "about these two nets, not yet about the two losses."
    )


def smoothed(pair: MatchedRuns) -> str:
    """What KL is from, where the nets learnt from smoothed labels."""
    return (
        f"Both nets were trained on labels smoothed by {pair.kl.spec.label_smoothing:g}. Here KL "
        "is from the plain label all the same, so it punishes them for the doubt they were taught."
    )


def reliability(both: PairedEvaluation) -> str:
    """What a reliability diagram is, which way KL's net errs, and what chance adds to its error."""
    net = both.kl
    right = net.accuracy.value
    return (
        "Of the images where a net says 80\N{NO-BREAK SPACE}%, are 80\N{NO-BREAK SPACE}% right? "
        "Then it is calibrated, and its points lie on the dotted line. On average KL’s net is "
        f"{fmt.percent(right - net.gap.value)} sure and {fmt.percent(right)} right: "
        f"{_way(net.gap)}. The expected calibration error is the mean distance from the line over "
        f"the images; it depends on the bins, here {len(net.bins)} of equal width. It tends to "
        "come out too large, the more so the fewer the images: **a perfectly calibrated net as "
        f"sure as KL’s would have about {fmt.percent(net.chance)}** on these {both.n:,}, by "
        "chance alone."
    )


def _way(gap: Mean) -> str:
    low, high = gap.interval
    if low > 0:
        return "too modest"
    if high < 0:
        return "too sure of itself"
    return "these images do not show whether it is too modest or too sure of itself"


def costs(both: PairedEvaluation) -> str:
    """What KL from a label is, and how few images make up most of it."""
    medians = _of_each([fmt.number(q.median) for q in both.nets], "nats")
    halves = _of_each([fmt.percent(q.half.value) for q in both.nets], "of the images")
    skewed = all(q.median < q.kl.value for q in both.nets)
    return (
        "The label gives one class all the probability, so KL(label‖softmax) is −ln q of that "
        f"class, and equals the cross-entropy. Its median is {medians}"
        f"{', below its mean' if skewed else ''}. Half of all loss comes from {halves}."
    )


def _of_each(figures: Sequence[str], what: str) -> str:
    kl, ce = figures
    if kl == ce:
        return f"{kl} {what} for both nets"
    return f"{kl} {what} for KL’s net and {ce} for cross-entropy’s"


def classes(both: PairedEvaluation) -> str:
    """Which classes come easiest and hardest to KL's net."""
    known = [
        (share.value, name)
        for name, share in zip(CLASSES, both.kl.by_class, strict=True)
        if share.n
    ]
    (worst, last), (best, first) = min(known), max(known)
    return (
        f"KL’s net knows {_plural(first)} best ({fmt.percent(best)} right) and {_plural(last)} "
        f"least ({fmt.percent(worst)}). Each class has fewer images, so its 95\N{NO-BREAK SPACE}%"
        " interval is wider than that of all."
    )


def confusion(quality: Quality) -> str:
    """The net's most frequent mistake, and how to read the table."""
    found = quality.mistake
    most = "No image was taken for another class."
    if found:
        truth, guess = (_plural(CLASSES[c]) for c in (found.truth, found.guess))
        share = f"{found.images.hits:,} of {found.images.n:,}"
        most = f"The most frequent mistake: {truth} taken for {guess}, {share}."
    return (
        f"**{most}** A row holds the images of one class; on the diagonal are the hits. The colour "
        "is the share of the row."
    )


def _plural(name: str) -> str:
    return name if name in UNINFLECTED else f"{name}s"


def missing(found: LossOrSeed) -> str:
    """Why the question cannot be answered."""
    have = len(found.losses)
    return (
        "This takes recorded nets of both losses, with plain labels, for at least two seeds; "
        f"{'there is only one seed' if have else 'there are none'} here.{left_out(found)}"
    )


def left_out(found: LossOrSeed) -> str:
    """Of which pairs a training diverged; nothing where none did."""
    if not found.left_out:
        return ""
    return f" Left out, as their training diverged: {fmt.join(list(found.left_out))}."


def loss_or_seed(found: LossOrSeed) -> str:
    """The question, answered by how often nets guess the same."""
    losses, seeds = _same(found.losses), _same(found.seeds)
    verdict = "These pairs do not tell whether the loss or the seed changes more."
    if fmean(losses) < min(seeds):
        verdict = "Exchanging the loss changes more than exchanging the seed."
    elif fmean(losses) > max(seeds):
        verdict = "Exchanging the loss changes less than exchanging the seed."
    n = found.losses[0].agreement.same.n
    return (
        f"**{verdict}** Two nets that differ only in their loss guess the same on "
        f"{fmt.percent(fmean(losses))} of the {n:,} images (mean of {_pairs(losses)}), two that "
        f"differ only in their seed on {fmt.percent(fmean(seeds))} ({_pairs(seeds)}, "
        f"{fmt.percent(min(seeds))} to {fmt.percent(max(seeds))})."
    )


def _same(those: Sequence[Alike]) -> list[float]:
    return [one.agreement.same.value for one in those]


def _pairs(those: Sequence[float]) -> str:
    return f"{fmt.number_of(len(those))} pair" + "s" * (len(those) != 1)


def why(found: LossOrSeed) -> str:
    """What parts the nets of either kind of pair, and what the ranges are not."""
    return (
        "Nets with the same seed begin with the same weights and see the same images in the same "
        "order; nets with two seeds share neither. **With plain labels the two losses are the "
        "same function.** What parts two nets of one seed is how Keras computes them: its clip, "
        "and rounding, multiplied by training. The page *Comparison* shows that rounding alone "
        "parts two runs about as soon.\n\n"
        "Each seed is compared with the next, and the last with the first. Every net is in several "
        "pairs, so the pairs are not independent: the ranges say what occurred, they are not "
        f"confidence intervals.{left_out(found)}"
    )

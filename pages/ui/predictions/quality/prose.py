"""What the figures of networks say, in sentences, and their charts in words: all computed."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from models.data.cifar10 import CLASSES, Kind
from models.evaluation.metrics import Mean
from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.comparison.prose import interval, points
from pages.ui.predictions.quality.results import (
    NAMES,
    Comparison,
    LossOrSeed,
    PairedEvaluation,
    Quality,
)

IMAGES: dict[Kind, str] = {"validation": "held-out", "test": "test"}
UNINFLECTED = {"deer"}


def apart(both: PairedEvaluation) -> str:
    """Whether the images tell both apart: by the paired difference, not by the intervals."""
    (low, high), (other_low, other_high) = (q.accuracy.interval for q in both.networks)
    overlap = max(low, other_low) <= min(high, other_high)
    start = (
        "The two intervals of the accuracy overlap, but that does not settle it"
        if overlap
        else "The two intervals of the accuracy do not overlap, yet there is a sharper comparison"
    )
    difference = both.difference
    said = "zero lies within it: these images do not tell the two nets apart"
    if difference.interval[0] > 0 or difference.interval[1] < 0:
        ahead = "KL divergence" if difference.value > 0 else "cross-entropy"
        said = (
            f"zero lies outside it: the net trained with {ahead} got more of these images right "
            "than chance alone explains well. Yet of twenty such intervals about one leaves out "
            "zero by chance, even if the nets are equally good"
        )
    return content.text(
        "predictions/paired-difference",
        start=start,
        n=f"{both.n:,}",
        difference=points(difference.value),
        interval=interval(difference.interval),
        said=said,
    )


def reliability(both: PairedEvaluation) -> str:
    """What a reliability diagram is, which way KL's network errs, and what chance adds to it."""
    net = both.kl
    right = net.accuracy.value
    return content.text(
        "predictions/reliability",
        sure=fmt.percent(right - net.gap.value),
        right=fmt.percent(right),
        way=_way(net.gap),
        bins=str(len(net.bins)),
        chance=fmt.percent(net.chance),
        n=f"{both.n:,}",
    )


def _way(gap: Mean) -> str:
    low, high = gap.interval
    if low > 0:
        return "too modest"
    if high < 0:
        return "too sure of itself"
    return "these images do not show whether it is too modest or too sure of itself"


def losses(both: PairedEvaluation) -> str:
    """What KL from a label is, and how few images make up most of it."""
    median = _of_each([fmt.number(q.median) for q in both.networks], "nats")
    skewed = all(q.median < q.kl.value for q in both.networks)
    return content.text(
        "predictions/losses",
        median=f"{median}{', below its mean' if skewed else ''}",
        half=_of_each([fmt.percent(q.half.value) for q in both.networks], "of the images"),
    )


def _of_each(figures: Sequence[str], what: str) -> str:
    kl, ce = figures
    if kl == ce:
        return f"{kl} {what} for both nets"
    return f"{kl} {what} for KL’s net and {ce} for cross-entropy’s"


def classes(both: PairedEvaluation) -> str:
    """Which classes come easiest and hardest to KL's network."""
    known = [
        (share.value, name)
        for name, share in zip(CLASSES, both.kl.by_class, strict=True)
        if share.n
    ]
    (worst, last), (best, first) = min(known), max(known)
    return content.text(
        "predictions/classes",
        first=_plural(first),
        best=fmt.percent(best),
        last=_plural(last),
        worst=fmt.percent(worst),
    )


def confusion(quality: Quality) -> str:
    """The network's most frequent mistake, and how to read the table."""
    mistake = quality.mistake
    most = "No image was taken for another class."
    if mistake:
        truth, guess = (_plural(CLASSES[c]) for c in (mistake.truth, mistake.guess))
        share = f"{mistake.images.hits:,} of {mistake.images.n:,}"
        most = f"The most frequent mistake: {truth} taken for {guess}, {share}."
    return content.text("predictions/confusion", most=most)


def _plural(name: str) -> str:
    return name if name in UNINFLECTED else f"{name}s"


def too_few(results: LossOrSeed) -> str:
    """Why the question cannot be answered."""
    there = "there is only one seed" if results.losses else "there are none"
    return content.text("predictions/too-few", there=there) + _left_out(results)


def _left_out(results: LossOrSeed) -> str:
    """Of which pairs a training diverged; nothing where none did."""
    if not results.left_out:
        return ""
    return f" Left out, as their training diverged: {fmt.join(list(results.left_out))}."


def loss_or_seed(results: LossOrSeed) -> str:
    """The question, answered by how often networks guess the same."""
    losses, seeds = ([pair.same for pair in pairs] for pairs in (results.losses, results.seeds))
    verdict = "These pairs do not tell whether the loss or the seed changes more."
    if fmean(losses) < min(seeds):
        verdict = "Exchanging the loss changes more than exchanging the seed."
    elif fmean(losses) > max(seeds):
        verdict = "Exchanging the loss changes less than exchanging the seed."
    return content.text(
        "predictions/loss-or-seed",
        verdict=verdict,
        of_losses=fmt.percent(fmean(losses)),
        n=f"{results.losses[0].agreement.same.n:,}",
        losses=_pairs(losses),
        of_seeds=fmt.percent(fmean(seeds)),
        seeds=_pairs(seeds),
        low=fmt.percent(min(seeds)),
        high=fmt.percent(max(seeds)),
    )


def _pairs(those: Sequence[float]) -> str:
    return f"{fmt.number_of(len(those))} pair" + "s" * (len(those) != 1)


def why(results: LossOrSeed) -> str:
    """What parts the networks of either kind of pair, and what the ranges are not."""
    return content.text("predictions/why") + _left_out(results)


def alt_reliability(both: PairedEvaluation) -> str:
    """The reliability diagram: how far each network lies from the diagonal, and its last bin."""
    said = []
    for name, quality in zip(NAMES, both.networks, strict=True):
        last = [b for b in quality.bins if b.accuracy.n][-1]
        said.append(
            f"{name}: mean distance from the diagonal {fmt.percent(quality.error)}; where it is "
            f"surest, {fmt.percent(last.confidence)} sure on average, "
            f"{fmt.percent(last.accuracy.value)} of {last.accuracy.n:,} images are right"
        )
    return f"Reliability diagram, accuracy against confidence. {'. '.join(said)}."


def alt_losses(both: PairedEvaluation) -> str:
    """The distribution of KL from the labels."""
    said = [
        f"{name}: median {fmt.number(quality.median)}, mean {fmt.number(quality.kl.value)} "
        f"nats, {fmt.percent(float((quality.losses > 5).mean()))} of the images above 5"
        for name, quality in zip(NAMES, both.networks, strict=True)
    ]
    return f"Histogram of KL(label‖softmax), {both.n:,} images, logarithmic. {'. '.join(said)}."


def alt_classes(both: PairedEvaluation) -> str:
    """The accuracy of each class."""
    each = [
        f"{name} {fmt.percent(kl.value)} and {fmt.percent(ce.value)}"
        for name, kl, ce in zip(CLASSES, both.kl.by_class, both.ce.by_class, strict=True)
        if kl.n
    ]
    return (
        "Dot plot with 95 % intervals, accuracy class by class, KL divergence and cross-entropy: "
        f"{'; '.join(each)}."
    )


def alt_confusion(name: str, quality: Quality) -> str:
    """The confusion matrix of one network."""
    hits = quality.accuracy
    return (
        f"Confusion matrix of the net trained with {name}, truth by guess: {hits.hits:,} of "
        f"{hits.n:,} images on the diagonal."
    )


def alt_pairs(results: LossOrSeed, measure: str) -> str:
    """The strip chart of agreement ("same") or of Jensen–Shannon ("js")."""
    what = (
        "images with the same guess" if measure == "same" else "Jensen–Shannon divergence in nats"
    )
    said = [
        f"{row}: mean {_mean(pairs, measure)} of {len(pairs)} pairs"
        for row, pairs in results.rows.items()
    ]
    return f"Strip chart of pairs of nets, {what}. {'; '.join(said)}."


def _mean(pairs: Sequence[Comparison], measure: str) -> str:
    if measure == "same":
        return fmt.percent(fmean(pair.same for pair in pairs))
    return fmt.number(fmean(pair.js for pair in pairs))

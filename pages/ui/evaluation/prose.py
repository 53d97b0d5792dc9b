"""The figures of networks in sentences, and their charts in words: all computed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean

import numpy as np

import kl_core
from models.data.cifar10 import CLASSES, Kind
from models.evaluation.metrics import Mean
from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.comparison.prose import interval, points
from pages.ui.evaluation.results import (
    NAMES,
    Comparison,
    Evaluation,
    LossOrSeed,
    PairedEvaluation,
)

IMAGES: dict[Kind, str] = {"validation": "held-out", "test": "test"}


def apart(both: PairedEvaluation) -> str:
    """Whether the accuracies differ: by the paired difference, not by the two intervals."""
    (low, high), (other_low, other_high) = (q.accuracy.interval for q in both.networks)
    overlap = max(low, other_low) <= min(high, other_high)
    start = (
        "The two intervals of the accuracy overlap, but a paired comparison is more precise"
        if overlap
        else "The two intervals of the accuracy do not overlap; a paired comparison is more precise"
    )
    difference = both.difference
    said = "it contains 0, so these photographs do not show a difference in accuracy"
    if difference.interval[0] > 0 or difference.interval[1] < 0:
        ahead = "KL divergence" if difference.value > 0 else "cross-entropy"
        said = (
            f"it does not contain 0, so the network trained with {ahead} is more accurate on "
            "photographs like these. Of twenty such intervals about one leaves out 0 by chance, "
            "even if the accuracies are equal"
        )
    return content.text(
        "evaluation/paired-difference",
        start=start,
        n=f"{both.n:,}",
        difference=points(difference.value),
        interval=interval(difference.interval),
        said=said,
    )


def reliability(both: PairedEvaluation) -> str:
    """What a reliability diagram is, and whether KL's network is over- or underconfident."""
    kl = both.kl
    accuracy = kl.accuracy.value
    return content.text(
        "evaluation/reliability",
        confidence=fmt.percent(accuracy - kl.gap.value),
        accuracy=fmt.percent(accuracy),
        way=_way(kl.gap),
        bins=fmt.number_of(len(kl.bins)),
    )


def smoothed(smoothing: float) -> str:
    """Against what the NLL of networks trained on smoothed labels is measured."""
    true = float(kl_core.smooth_labels(np.eye(len(CLASSES))[0], smoothing)[0])
    least = fmt.quantity(-math.log(true), "nats")
    return content.text("evaluation/smoothed", smoothing=f"{smoothing:g}", least=least)


def _way(gap: Mean) -> str:
    low, high = gap.interval
    if low > 0:
        return "it is underconfident on average"
    if high < 0:
        return "it is overconfident on average"
    return "these photographs do not show whether it is over- or underconfident on average"


def losses(both: PairedEvaluation) -> str:
    """What the NLL is, and how few images make up half of its sum."""
    median = _of_each([fmt.number(q.median) for q in both.networks], "nats")
    skewed = all(q.median < q.kl.value for q in both.networks)
    return content.text(
        "evaluation/losses",
        median=f"{median}{', below its mean' if skewed else ''}",
        half=_half([fmt.percent(q.half.value) for q in both.networks]),
    )


def _of_each(figures: Sequence[str], what: str) -> str:
    kl, ce = figures
    if kl == ce:
        return f"{kl} {what} for both networks"
    return f"{kl} {what} for KL’s network and {ce} for cross-entropy’s"


def _half(figures: Sequence[str]) -> str:
    kl, ce = figures
    if kl == ce:
        return f"the {kl} of the photographs with the largest NLL"
    return f"the {kl} (KL’s network) or {ce} (cross-entropy’s) with the largest NLL"


def classes(both: PairedEvaluation) -> str:
    """For which classes KL's network has the highest and the lowest accuracy."""
    known = [
        (share.value, name)
        for name, share in zip(CLASSES, both.kl.by_class, strict=True)
        if share.n
    ]
    (worst, last), (best, first) = min(known), max(known)
    return content.text(
        "evaluation/classes",
        first=first,
        best=fmt.percent(best),
        last=last,
        worst=fmt.percent(worst),
    )


def confusion(evaluation: Evaluation) -> str:
    """How to read the confusion matrix, and the network's most frequent error."""
    confused = evaluation.most_confused
    most = "All photographs are on the diagonal."
    if confused:
        true, predicted = (CLASSES[c] for c in (confused.true, confused.predicted))
        of = f"{confused.images.hits:,} of {confused.images.n:,}"
        most = f"The most frequent error: true class {true}, predicted class {predicted}, {of}."
    return content.text("evaluation/confusion", most=most)


def too_few(results: LossOrSeed) -> str:
    """Why the question cannot be answered."""
    there = "there is only one seed" if results.losses else "there are none"
    return content.text("evaluation/too-few", there=there) + _left_out(results)


def _left_out(results: LossOrSeed) -> str:
    """The pairs of which a training diverged; nothing where none did."""
    if not results.left_out:
        return ""
    return f" Left out, as their training diverged: {fmt.join(list(results.left_out))}."


def loss_or_seed(results: LossOrSeed) -> str:
    """The question, answered by how often networks predict the same class."""
    losses, seeds = ([pair.same for pair in pairs] for pairs in (results.losses, results.seeds))
    verdict = "These pairs do not show whether the loss or the seed changes more."
    if fmean(losses) < min(seeds):
        verdict = "Another loss changes the predictions more than another seed."
    elif fmean(losses) > max(seeds):
        verdict = "Another loss changes the predictions less than another seed."
    return content.text(
        "evaluation/loss-or-seed",
        verdict=verdict,
        of_losses=fmt.percent(fmean(losses)),
        n=f"{results.losses[0].agreement.same.n:,}",
        losses=_pairs(losses),
        of_seeds=fmt.percent(fmean(seeds)),
        seeds=_pairs(seeds),
        low=fmt.percent(min(seeds)),
        high=fmt.percent(max(seeds)),
        control=_control(results),
    )


def _control(results: LossOrSeed) -> str:
    """How often networks predict the same class if only rounding differs."""
    rounding = [pair.same for pair in results.rounding]
    if not rounding:
        return content.text("evaluation/no-control")
    low, high = min(rounding), max(rounding)
    losses = fmean(pair.same for pair in results.losses)
    said = "another loss changes the predictions about as much as rounding alone"
    if losses > high:
        said = "another loss changes the predictions less than rounding alone"
    elif losses < low:
        said = "another loss changes the predictions more than rounding alone"
    return content.text(
        "evaluation/control",
        of_rounding=fmt.percent(fmean(rounding)),
        pairs=_pairs(rounding),
        low=fmt.percent(low),
        high=fmt.percent(high),
        said=said,
    )


def _pairs(those: Sequence[float]) -> str:
    return f"{fmt.number_of(len(those))} pair" + "s" * (len(those) != 1)


def why(results: LossOrSeed) -> str:
    """What differs in each kind of pair, and what the ranges are not."""
    return content.text("evaluation/why", left_out=_left_out(results))


def alt_reliability(both: PairedEvaluation) -> str:
    """The reliability diagram: how far each network lies from the diagonal, and its last bin."""
    said = []
    for name, evaluation in zip(NAMES, both.networks, strict=True):
        last = [b for b in evaluation.bins if b.accuracy.n][-1]
        said.append(
            f"{name}: expected calibration error {fmt.percent(evaluation.ece)}; in the last bin "
            f"the mean confidence is {fmt.percent(last.confidence)} and the accuracy "
            f"{fmt.percent(last.accuracy.value)} of {last.accuracy.n:,} photographs"
        )
    return f"Reliability diagram, accuracy against confidence. {'. '.join(said)}."


def alt_losses(both: PairedEvaluation) -> str:
    """The distribution of the NLL."""
    said = [
        f"{name}: median {fmt.number(evaluation.median)}, mean {fmt.number(evaluation.kl.value)} "
        f"nats, {fmt.percent(float((evaluation.losses > 5).mean()))} of the photographs above 5"
        for name, evaluation in zip(NAMES, both.networks, strict=True)
    ]
    return f"Histogram of the NLL, {both.n:,} photographs, logarithmic axis. {'. '.join(said)}."


def alt_classes(both: PairedEvaluation) -> str:
    """The accuracy of each class."""
    each = [
        f"{name} {fmt.percent(kl.value)} and {fmt.percent(ce.value)}"
        for name, kl, ce in zip(CLASSES, both.kl.by_class, both.ce.by_class, strict=True)
        if kl.n
    ]
    return (
        "Dot plot with 95 % intervals, accuracy by class, KL divergence and cross-entropy: "
        f"{'; '.join(each)}."
    )


def alt_confusion(name: str, evaluation: Evaluation) -> str:
    """The confusion matrix of one network."""
    correct = evaluation.accuracy
    return (
        f"Confusion matrix of the network trained with {name}, true class by predicted class: "
        f"{correct.hits:,} of {correct.n:,} photographs on the diagonal."
    )


def alt_pairs(results: LossOrSeed, measure: str) -> str:
    """The strip chart of agreement ("same") or of Jensen–Shannon ("js")."""
    what = "same predicted class" if measure == "same" else "Jensen–Shannon divergence in nats"
    said = [
        f"{row}: mean {_mean(pairs, measure)} of {len(pairs)} pairs"
        for row, pairs in results.rows.items()
    ]
    return f"Strip chart of pairs of networks, {what}. {'; '.join(said)}."


def _mean(pairs: Sequence[Comparison], measure: str) -> str:
    if measure == "same":
        return fmt.percent(fmean(pair.same for pair in pairs))
    return fmt.number(fmean(pair.js for pair in pairs))

"""What was found of nets' quality, in sentences and as Python: every number is computed."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from pages.ui import words
from pages.ui.beliefs.quality.found import Alike, Both, LossOrSeed, Quality
from pages.ui.beliefs.shelf import CLASSES, Kind, Twins
from pages.ui.comparing.findings import interval, points

IMAGES: dict[Kind, str] = {"validation": "held-out", "test": "test"}
UNINFLECTED = {"deer"}


def apart(both: Both) -> str:
    """Whether the images tell the nets apart: by the paired difference, not by the intervals."""
    (low, high), (other_low, other_high) = (q.accuracy.interval for q in (both.kl, both.ce))
    overlap = max(low, other_low) <= min(high, other_high)
    start = (
        "The two intervals of the accuracy overlap, but that decides nothing"
        if overlap
        else "The two intervals of the accuracy do not overlap, yet there is a sharper comparison"
    )
    found = both.difference
    said = "zero lies within it: these images do not tell the two nets apart"
    if found.interval[0] > 0 or found.interval[1] < 0:
        ahead = "KL divergence" if found.value > 0 else "cross-entropy"
        said = (
            f"zero lies outside it: the net trained with {ahead} is the better one on such images"
        )
    return (
        f"{start}: both nets saw the same {both.n:,} images, so what counts is the difference "
        f"image by image. KL divergence minus cross-entropy is **{points(found.value)} points**, "
        f"95\N{NO-BREAK SPACE}% interval {interval(found.interval)}, and {said}. That is about "
        "these two nets, not yet about the two losses."
    )


def smoothed(pair: Twins) -> str:
    """What KL is from, where the nets learnt from smoothed labels."""
    return (
        f"Both nets were trained on labels smoothed by {pair.kl.spec.label_smoothing:g}. Here KL "
        "is from the plain label all the same, so it punishes them for the doubt they were taught."
    )


def reliability(both: Both) -> str:
    """What a reliability diagram is, and which way the nets err."""
    sure, right = _confidence(both.kl), both.kl.accuracy.value
    way = "too modest" if right > sure else "too sure of itself"
    return (
        "Of the images where a net says 80\N{NO-BREAK SPACE}%, are 80\N{NO-BREAK SPACE}% right? "
        "Then it is calibrated, and its points lie on the dotted line. On average KL’s net is "
        f"{words.percent(sure)} sure and {words.percent(right)} right: {way}. The expected "
        "calibration error is the mean distance from the line over the images; it depends on the "
        f"bins, here {len(both.kl.bins)} of equal width."
    )


def _confidence(quality: Quality) -> float:
    """How sure the net is on average."""
    sums = [b.confidence * b.accuracy.n for b in quality.bins if b.accuracy.n]
    return sum(sums) / quality.accuracy.n


def costs(both: Both) -> str:
    """What KL from a label is, and how few images make up most of it."""
    medians, halves = (
        words.join(list(dict.fromkeys(those)))
        for those in (
            [words.number(q.median) for q in (both.kl, both.ce)],
            [words.percent(q.half.value) for q in (both.kl, both.ce)],
        )
    )
    skewed = all(q.median < q.kl.value for q in (both.kl, both.ce))
    return (
        "The label gives one class all the probability, so KL(label‖softmax) is −log q of that "
        f"class, and equals the cross-entropy. Its median is {medians} nats"
        f"{', below its mean' if skewed else ''}: {halves} of the images make up half of all "
        "loss."
    )


def classes(both: Both) -> str:
    """Which classes come easiest and hardest to KL's net."""
    known = [
        (share.value, name)
        for name, share in zip(CLASSES, both.kl.by_class, strict=True)
        if share.n
    ]
    (worst, last), (best, first) = min(known), max(known)
    return (
        f"KL’s net knows {_plural(first)} best ({words.percent(best)} right) and {_plural(last)} "
        f"least ({words.percent(worst)}). Each class has fewer images, so its 95\N{NO-BREAK SPACE}%"
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
    """Which pairs could not be read; nothing where all could."""
    if not found.left_out:
        return ""
    return f" Left out, as their predictions cannot be read: {words.join(list(found.left_out))}."


def loss_or_seed(found: LossOrSeed) -> str:
    """The question, answered by how often nets guess the same."""
    losses, seeds = _same(found.losses), _same(found.seeds)
    verdict = "about as much as exchanging the seed"
    if fmean(losses) < min(seeds):
        verdict = "more than exchanging the seed"
    elif fmean(losses) > max(seeds):
        verdict = "less than exchanging the seed"
    n = found.losses[0].agreement.same.n
    return (
        f"**Exchanging the loss changes {verdict}.** Two nets that differ only in their loss guess "
        f"the same on {words.percent(fmean(losses))} of the {n:,} images (mean of "
        f"{_pairs(losses)}), two that differ only in their seed on {words.percent(fmean(seeds))} "
        f"({_pairs(seeds)}, {words.percent(min(seeds))} to {words.percent(max(seeds))})."
    )


def _same(those: Sequence[Alike]) -> list[float]:
    return [one.agreement.same.value for one in those]


def _pairs(those: Sequence[float]) -> str:
    return f"{words.number_of(len(those))} pair" + "s" * (len(those) != 1)


def why(found: LossOrSeed) -> str:
    """What the two kinds of pairs have in common, and what their ranges are not."""
    return (
        "Nets with the same seed begin with the same weights and see the same images in the same "
        "order; nets with two seeds share neither. Each seed is laid beside the next, the last "
        "beside the first. Every net is in several pairs, so the pairs are not independent: "
        f"the ranges say what occurred, they are no intervals.{left_out(found)}"
    )


def script(pair: Twins, kind: Kind) -> str:
    """The page's figures of both nets, computed from the stored predictions."""
    return f"""\
# How good two nets' beliefs are: start it in this project's folder.
import kl_core
import numpy as np

from models import judged, store

nets = {{"KL divergence": {pair.kl.id!r}, "Cross-entropy": {pair.ce.id!r}}}
right = {{}}
for name, run in nets.items():
    stored = store.load_predictions(store.SAVED / run)[{kind!r}]
    log_q = kl_core.log_softmax(stored.log_q.astype(float))
    n = len(log_q)
    confidence = np.exp(log_q.max(axis=1))
    right[name] = log_q.argmax(axis=1) == stored.labels
    kl = -log_q[np.arange(n), stored.labels]  # KL(label‖softmax): the label is one-hot

    accuracy = judged.Share(int(right[name].sum()), n)
    print(name, "accuracy:", accuracy.value, accuracy.interval, "of", n, "images")
    bins = np.ceil(10 * confidence) - 1  # ten, of equal width
    gaps = [abs((right[name] - confidence)[bins == b].sum()) for b in range(10)]
    print(name, "expected calibration error:", sum(gaps) / n)
    print(name, "mean KL(label‖softmax):", kl.mean(), judged.Mean.of(kl).interval, "nats")
    print(name, "median:", np.median(kl), "nats")
    dearest = np.cumsum(np.sort(kl)[::-1])
    half = (np.searchsorted(dearest, dearest[-1] / 2) + 1) / n
    print(name, "share of images that make up half of all loss:", half)

apart = judged.Mean.of(right["KL divergence"].astype(float) - right["Cross-entropy"])
print("paired difference in accuracy:", apart.value, apart.interval)
"""

"""What the charts of nets' quality show, in words, for who cannot see them."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from pages.ui import formatting as fmt
from pages.ui.predictions.quality.encodings import SHORT
from pages.ui.predictions.quality.frames import ROWS
from pages.ui.predictions.quality.results import Alike, LossOrSeed, PairedEvaluation, Quality
from pages.ui.predictions.repository import CLASSES


def reliability(both: PairedEvaluation) -> str:
    """The reliability diagram: how far each net lies from the diagonal, and its last bin."""
    said = []
    for name, quality in zip(SHORT, both.nets, strict=True):
        last = [b for b in quality.bins if b.accuracy.n][-1]
        said.append(
            f"{name}: mean distance from the diagonal {fmt.percent(quality.error)}; where it is "
            f"surest, {fmt.percent(last.confidence)} sure on average, "
            f"{fmt.percent(last.accuracy.value)} of {last.accuracy.n:,} images are right"
        )
    return f"Reliability diagram, accuracy against confidence. {'. '.join(said)}."


def costs(both: PairedEvaluation) -> str:
    """The distribution of KL from the labels."""
    said = [
        f"{name}: median {fmt.number(quality.median)}, mean {fmt.number(quality.kl.value)} "
        f"nats, {fmt.percent(_above(quality, 5))} of the images above 5"
        for name, quality in zip(SHORT, both.nets, strict=True)
    ]
    return f"Histogram of KL(label‖softmax), {both.n:,} images, logarithmic. {'. '.join(said)}."


def _above(quality: Quality, nats: float) -> float:
    return float((quality.costs > nats).mean())


def classes(both: PairedEvaluation) -> str:
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


def confusion(name: str, quality: Quality) -> str:
    """The confusion matrix of one net."""
    hits = quality.accuracy
    return (
        f"Confusion matrix of the net trained with {name}, truth by guess: {hits.hits:,} of "
        f"{hits.n:,} images on the diagonal."
    )


def pairs(found: LossOrSeed, measure: str) -> str:
    """The strip chart of agreement ("same") or of Jensen–Shannon ("js")."""
    kinds = zip(ROWS, (found.losses, found.kl_seeds, found.ce_seeds), strict=True)
    what = (
        "images with the same guess" if measure == "same" else "Jensen–Shannon divergence in nats"
    )
    said = [f"{row}: mean {_mean(those, measure)} of {len(those)} pairs" for row, those in kinds]
    return f"Strip chart of pairs of nets, {what}. {'; '.join(said)}."


def _mean(those: Sequence[Alike], measure: str) -> str:
    if measure == "same":
        return fmt.percent(fmean(one.agreement.same.value for one in those))
    return fmt.number(fmean(one.agreement.js.value for one in those))

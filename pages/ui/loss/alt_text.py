"""What the charts on losses show, in words, for who cannot see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pages.ui import formatting as fmt
from pages.ui.loss.cliff import Answers
from pages.ui.loss.deadzone import Count, worst
from pages.ui.loss.results import Moving, Results, Way
from pages.ui.loss.sample import Sample

Array = NDArray[np.floating[Any]]


def losses(sample: Sample, ways: tuple[Way, Way]) -> str:
    """What the chart of both losses shows."""
    kl, cross_entropy = (way.loss for way in ways)
    return (
        f"Line chart of the loss over {sample.descent.steps} steps: KL from "
        f"{fmt.number(kl[0])} to {fmt.number(kl[-1])} nats, cross-entropy from "
        f"{fmt.number(cross_entropy[0])} to {fmt.number(cross_entropy[-1])} nats."
    )


def paths(sample: Sample, ways: tuple[Way, Way]) -> str:
    """What the chart of q shows."""
    (kl, cross_entropy), true = (way.q[:, sample.true] for way in ways), sample.true
    return (
        f"Line chart of every q over {sample.descent.steps} steps. That of {sample.names[true]} "
        f"goes from {fmt.number(kl[0])} to {fmt.number(kl[-1])} with KL and to "
        f"{fmt.number(cross_entropy[-1])} with cross-entropy."
    )


def cliff(sample: Sample, found: Answers, what: str) -> str:
    """What a chart along the true logit shows."""
    kl, other = (
        (found.kl, found.compiled) if what == "value" else (found.kl_slope, found.compiled_slope)
    )
    name = {"value": "losses", "slope": "slopes"}[what]
    return (
        f"Line chart of Keras’s {name} along the logit of {sample.names[sample.true]}. Where it "
        f"stands, at {fmt.number(sample.logits[sample.true])}: KL {fmt.number(kl)}, "
        f"cross-entropy {fmt.number(other)}."
    )


def distributions(sample: Sample, found: Results) -> str:
    """What the chart of P and Q shows."""
    return _bars(sample, "P", found.p, "Q", found.q)


def gradients(sample: Sample, found: Results) -> str:
    """What the chart of the slopes shows."""
    return _bars(sample, "the slopes of KL", found.gradient, "of cross-entropy", found.gradient)


def moving(sample: Sample, found: Moving) -> str:
    """What the chart of slopes in P's logits shows."""
    return _bars(
        sample, "the slopes of KL(P‖Q)", found.kl, "of H(P, Q) in P’s logits", found.cross_entropy
    )


def dead_zone(counts: Sequence[Count]) -> str:
    """What the chart of the dead zone shows."""
    epochs = max(count.epoch for count in counts)
    dead = sum(count.dead for count in counts)
    return (
        f"Line chart of the training images in the dead zone in each of {epochs} epochs, in a "
        f"million: {dead:,} in all, the most {fmt.number(worst(counts))}."
    )


def _bars(sample: Sample, first: str, one: Array, second: str, other: Array) -> str:
    """What a chart of bars shows."""
    each = "; ".join(
        f"{name}: {fmt.number(a)} and {fmt.number(b)}"
        for name, a, b in zip(sample.names, one, other, strict=True)
    )
    return f"Bars of {first} and {second}, by class. {each}."

"""What stands around the charts and pictures, what charts show in words, and the cards' text."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pages.ui import formatting as fmt
from pages.ui.predictions.people.prose import AUTHORS, HEADINGS, HOME, NETS, TERMS, coloured
from pages.ui.predictions.people.results import Apart, Results, Where
from pages.ui.predictions.repository import CLASSES

LICENCE = f"Computed from the votes of CIFAR-10H by {AUTHORS}, {HOME}, licence {TERMS}."
CORRECTED = "The line across each bar: where green ends once H(P) is corrected."
GREEN = (
    "Green: mean H(Q) of photographs on which people doubt about as much, with its 95 % interval. "
    "Dashed: the net would doubt as much as people. H(P) is not corrected here, so points lie a "
    "little too far left."
)
MARKS = {
    False: f"Blue: a photograph. {GREEN}",
    True: f"Blue: the stronger, the more photographs. {GREEN}",
}
NO_PICTURES = (
    "CIFAR-10 is not here, so the cards have no pictures. The page *Training* downloads it "
    "(170 MB), or run `python -m models data` in a shell."
)
SOME_PICTURES = (
    "The copy of CIFAR-10 that is here lacks some of these photographs, or holds others in their "
    "place."
)


def parts(found: Results) -> str:
    """The stacked bars."""
    entropy = fmt.number(found.entropy.mean())
    each = [
        f"of {name} {fmt.number(net.cross_entropy.mean())} nats, made of H(P) = {entropy} and "
        f"KL(P‖Q) = {fmt.number(net.kl.mean())}"
        for name, net in zip(NETS, found.nets, strict=True)
    ]
    return (
        f"Two stacked bars, mean over {found.n:,} photographs: cross-entropy {'; '.join(each)}. "
        f"Corrected, H(P) would be {fmt.number(found.corrected.mean())}."
    )


def doubts(found: Results, groups: pd.DataFrame) -> str:
    """H(Q) against H(P), with the means of groups; columns as in `frames.groups`."""
    each = [
        f"mean H(Q) {fmt.number(net)} where H(P) is about {fmt.number(people)} (n = {images:,})"
        for images, people, net in zip(
            *(groups[c] for c in ("images", "people", "net")), strict=True
        )
    ]
    return (
        f"Doubt of KL’s net against that of people on {found.n:,} photographs, rank correlation "
        f"{fmt.number(found.doubts.rho)}. In nats: {'; '.join(each)}."
    )


def card(found: Results, number: int, where: Where, apart: Apart | None) -> str:
    """What people and both nets say of one photograph."""
    lines = [
        f"**Number {number:,}**, labelled **{CLASSES[found.labels[number]]}**",
        f"People: {_most(found, number)}",
        f":green[H(P)] = {fmt.quantity(found.entropy[number], 'nats')}",
    ]
    lines += [
        f"{name}: {CLASSES[net.guess[number]]}, {_q(float(net.sure[number]))}"
        for name, net in zip(coloured(HEADINGS), found.nets, strict=True)
    ]
    if where == "nets" and apart is not None:
        lines.append(f"Nets apart: {fmt.quantity(apart.values[number], 'nats')}")
    if where == "part":
        lines.append(f"KL(people‖net) = {fmt.quantity(found.kl.kl[number], 'nats')}")
    return "  \n".join(lines)


def _q(value: float) -> str:
    return f"q = {fmt.number(value)}".replace(" ", "\N{NO-BREAK SPACE}")


def _most(found: Results, number: int) -> str:
    """What most people chose, with its share: "cat, 62.0 %", "cat and dog, 50.0 % each"."""
    counts = found.votes.counts[number]
    first = np.flatnonzero(counts == counts.max())
    share = fmt.percent(float(counts.max() / counts.sum()))
    return f"{fmt.join([CLASSES[c] for c in first])}, {share}{' each' * (len(first) > 1)}"


def picture(found: Results, number: int) -> str:
    """What stands for the picture, for who cannot see it."""
    return f"Test photograph number {number}, labelled {CLASSES[found.labels[number]]}"

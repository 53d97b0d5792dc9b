"""What people's votes say of two nets, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from models.evaluation.metrics import Mean
from pages.ui import formatting as fmt
from pages.ui.predictions.people.results import Apart, Results, Where

AUTHORS = "Peterson, Battleday, Griffiths & Russakovsky (2019)"
HOME = "[github.com/jcpeterson/cifar-10h](https://github.com/jcpeterson/cifar-10h)"
TERMS = "CC BY-NC-SA 4.0"
IDEA = (
    "About 50 people looked at each photograph of the test set, and each chose one of the ten "
    "classes (CIFAR-10H). Their votes are a P that is not one-hot. :green[**H(P)**] is how much "
    "people themselves disagree: the part of cross-entropy that no net can remove. "
    "**KL(people‖net)** is the part that a net can. Together they are all of it: "
    + "H(P, Q) = H(P) + KL(P‖Q).".replace(" ", "\N{NO-BREAK SPACE}")
)
MISSING = (
    f"The votes are not here yet. {AUTHORS} publish them on {HOME} under the licence {TERMS}: do "
    "not use them commercially, name the authors, and pass on what you make of them under the "
    "same licence. So they do not come with this book. The button fetches them once."
)
WHERE: dict[Where, str] = {
    "people": "people disagree most",
    "nets": "the nets disagree most",
    "part": "people and KL’s net differ most",
}
READING = (
    "ρ compares only the order: whether the photographs on which people doubt are those on which "
    "the net doubts. It does not say that both doubt between the same classes, nor for the same "
    "reason, nor that both doubt equally much. Few votes blur the order, which pulls ρ towards 0."
)


def capital(said: str) -> str:
    """As it stands at the beginning of a line."""
    return f"{said[0].upper()}{said[1:]}"


def coloured(names: Sequence[str]) -> list[str]:
    """Both nets' names, each in its colour."""
    return [f":{c}[{name}]" for c, name in zip(("blue", "orange"), names, strict=True)]


NETS = "KL’s net", "cross-entropy’s net"
HEADINGS = [capital(name) for name in NETS]
COLOURED = coloured(NETS)


def parts(found: Results) -> str:
    """How much of each net's cross-entropy is people's own disagreement."""
    people = found.votes.people
    entropy = float(found.entropy.mean())
    each = [
        f"{fmt.percent(entropy / mean)} of the {fmt.quantity(mean, 'nats')} that {name} pays"
        for name, mean in zip(
            COLOURED, (float(net.cross_entropy.mean()) for net in found.nets), strict=True
        )
    ]
    return (
        f"Mean over {found.n:,} test photographs, on each of which {_range(people)} people voted: "
        f"H(P) is {fmt.quantity(entropy, 'nats')}, {fmt.join(each)}."
    )


def bias(found: Results) -> str:
    """What so few votes do to both parts, and what the correction makes of them."""
    votes = round(float(found.votes.people.mean()))
    means = [(net.kl.mean(), (net.kl - found.correction).mean()) for net in found.nets]
    kls = [
        f"{fmt.number(before)} to {fmt.number(after)} ({name})"
        for name, (before, after) in zip(NETS, means, strict=True)
    ]
    return (
        f"**From only about {votes} votes a photograph, H(P) comes out too small on average, and "
        "KL too large by the same amount**; their sum is right. The correction of Miller and Madow "
        "adds (m − 1) / 2n, with n votes for m different classes. It takes part of that away, and "
        "too little where a class that few people would choose got no vote. H(P) rises from "
        f"{fmt.number(found.entropy.mean())} to {fmt.number(found.corrected.mean())} nats, "
        f"and KL falls from {' and from '.join(kls)}. Both nets’ KL fall by the same, so their "
        "difference stays."
    )


def figures(found: Results) -> str:
    """What stands in the table."""
    return (
        f"In nats: the mean over {found.n:,} photographs, and its 95 % interval for other "
        "photographs like these. The interval does not cover the bias of few votes."
    )


def paired(found: Results) -> str:
    """Which net is nearer to people, if the interval says so."""
    difference, over = found.difference, f"the same {found.n:,} photographs"
    if not math.isfinite(difference.value):
        return f"**No mean difference.** {_infinite(found)}"
    low, high = difference.interval
    said = (
        f"KL(people‖net) of {COLOURED[0]} minus that of {COLOURED[1]} is on average "
        f"{signed(difference.value)} nats {_interval(difference)} over {over}."
    )
    if math.isnan(low):
        return f"{said} One photograph has no interval."
    if low <= 0 <= high:
        return (
            f"**Neither net is shown to be nearer to people.** {said} The 95 % interval holds 0, "
            "so these photographs cannot tell the two nets apart."
        )
    nearer = COLOURED[0] if high < 0 else COLOURED[1]
    return (
        f"**Nearer to people is {nearer}.** {said} The 95 % interval leaves out 0. It speaks of "
        "these two nets: another seed makes two others."
    )


def _infinite(found: Results) -> str:
    counts = [int(np.isinf(net.kl).sum()) for net in found.nets]
    each = [
        f"of {name} for {count:,}" for name, count in zip(COLOURED, counts, strict=True) if count
    ]
    return (
        f"KL(people‖net) is ∞ {fmt.join(each)} of {found.n:,} photographs: there the net calls "
        "impossible what somebody chose."
    )


def doubts(found: Results) -> str:
    """Whether KL's net doubts where people doubt, if the interval says so."""
    rank = found.doubts
    low, high = rank.interval
    over = f"{rank.n:,} photographs"
    if math.isnan(low):
        return (
            f"No order can be compared over {over}: people, or {COLOURED[0]}, doubt equally on all."
        )
    said = (
        f"Spearman’s rank correlation of H(P) and H(Q) of {COLOURED[0]} is ρ = "
        f"{fmt.number(rank.rho)} [{fmt.number(low)}, {fmt.number(high)}] over {over}."
    )
    if low > 0:
        return f"**Where people doubt more, the net tends to doubt more.** {said}"
    if high < 0:
        return f"**Where people doubt more, the net tends to doubt less.** {said}"
    return f"**No common order shows.** {said} The 95 % interval holds 0."


def agreed(found: Results) -> str:
    """What the net believes where all people agree, and elsewhere."""
    sure = found.entropy == 0
    parts = [
        f"on the {np.count_nonzero(those):,} photographs on which {which}, its H(Q) is "
        f"{fmt.quantity(found.kl.entropy[those].mean(), 'nats')} on average"
        for those, which in (
            (sure, "all people agree"),
            (~sure, "they do not"),
        )
        if those.any()
    ]
    return f"{capital('; '.join(parts))}."


def ranked(where: Where, apart: Apart | None) -> str:
    """By what the photographs are ranked."""
    if where == "people":
        return "Ranked by H(P) of the votes: 0 where all people agree, at most ln 10 = 2.303 nats."
    if where == "part" or apart is None:
        return (
            f"Ranked by KL(people‖net) of {COLOURED[0]}. It is ∞, and comes first, where the net "
            "calls impossible what somebody chose."
        )
    if apart.nets < 2:
        return "Fewer than two recorded nets with plain labels can be read here: none disagree."
    return (
        f"Ranked by the Jensen–Shannon divergence of all {apart.nets} recorded nets with plain "
        "labels at once, H(mean q) − mean H(q): 0 where all believe the same, and large where each "
        "is sure of another class."
    )


def signed(value: float) -> str:
    """A number with its sign, plus included."""
    return f"{'+' if value > 0 else ''}{fmt.number(value)}"


def _interval(mean: Mean) -> str:
    low, high = mean.interval
    return "" if math.isnan(low) else f"[{signed(low)}, {signed(high)}]"


def _range(people: np.ndarray) -> str:
    low, high = int(people.min()), int(people.max())
    return f"{low}" if low == high else f"{low} to {high}"

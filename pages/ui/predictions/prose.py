"""What two nets believe about one picture, and what it costs, in words."""

from __future__ import annotations

import numpy as np

import kl_core
from models.runs.spec import LOSSES
from pages.ui import formatting as fmt
from pages.ui.pairs import prose
from pages.ui.pairs.results import solve
from pages.ui.pairs.state import Pair
from pages.ui.predictions import repository
from pages.ui.predictions.subject import Floats, Subject

SURE = 0.9  # of what is at least as likely nothing more is said
NO_RUNS = (
    "No nets are recorded here. They come with the project, in `models/saved`; the page *Training* "
    "trains new ones."
)
NO_PICTURES = (
    "CIFAR-10 is not on this machine, so the photographs themselves cannot be shown; all numbers "
    "stand without them. The page *Training* downloads it with its first run, and so does "
    "`python -m models data`."
)
NO_PICTURE_YET = "Hand in a picture, and both nets say at once what they take it for."


def says(q: Floats) -> str:
    """The likeliest classes: "dog (62.0 %), then cat (30.1 %)"."""
    first, second = np.argsort(-q, kind="stable")[:2]
    likeliest = f"**{repository.CLASSES[first]}** ({fmt.percent(q[first])})"
    if q[first] >= SURE:
        return likeliest
    return f"{likeliest}, then {repository.CLASSES[second]} ({fmt.percent(q[second])})"


def answers(subject: Subject) -> str:
    """The label, what people said, and what both nets say."""
    lines = [f"{subject.says}: **{repository.CLASSES[subject.label]}**."]
    if subject.people:
        lines.append(f"{subject.people} people: {says(subject.p)}.")
    for loss, title in LOSSES.items():
        lines.append(f"The net trained with {_lower(title.title)}: {says(subject.beliefs[loss])}.")
    return "\n".join(f"- {line}" for line in lines)


def _lower(title: str) -> str:
    return title if title.startswith("KL") else title[0].lower() + title[1:]


def cost(subject: Subject, shown: Pair, edited: bool) -> str:
    """What KL(P‖Q) is here: this picture's share of the loss, and of what it consists."""
    pq = solve(shown, "nats").pq
    reading = prose.reading(pq)
    if edited:
        return f"{reading} You have moved the bars: *Reset* brings back what was said."
    if pq.entropy == 0:
        true = shown.names[int(np.argmax(pq.p))]
        who = "people’s votes rule" if subject.people else "the label rules"
        return (
            f"{reading} It is $-\\ln q$ of {true} alone, as {who} all others out. H(P) is 0, so "
            "the cross-entropy is the same number: **what this picture costs by either loss.**"
        )
    total = fmt.quantity(pq.entropy + pq.kl, "nats")
    return (
        f"{reading} People disagree among themselves: :green[**H(P)**] = "
        f"{fmt.quantity(pq.entropy, 'nats')}. The cross-entropy H(P, Q) is the sum, {total}: H(P) "
        "no net can take away, KL(P‖Q) it can."
    )


def other_way(shown: Pair) -> str:
    """Why KL(Q‖P) is infinite beside a label; nothing where it is not."""
    ruled_out = any(q > 0 and p == 0 for p, q in zip(shown.p, shown.q, strict=True))
    if not ruled_out:
        return ""
    return (
        "KL(Q‖P) is infinite: Q gives probability to what P rules out. So it cannot serve as a "
        "loss against such a P."
    )


def apart(subject: Subject) -> str:
    """How far the two nets' beliefs lie apart."""
    first, second = (kl_core.normalize(subject.beliefs[loss]) for loss in LOSSES)
    between = kl_core.js_divergence(first, second)
    same = int(np.argmax(first)) == int(np.argmax(second))
    opening = "Both nets guess the same class" if same else "The two nets guess different classes"
    return (
        f"{opening}. The Jensen–Shannon divergence of their beliefs is "
        f"{fmt.quantity(between, 'nats')}: 0 is agreement, ln 2 = 0.6931 the most there is."
    )


def chart(subject: Subject) -> str:
    """What the chart of both nets' beliefs shows, for who cannot see it."""
    each = [
        f"{LOSSES[loss].title}: "
        + ", ".join(
            f"{repository.CLASSES[i]} {fmt.percent(q[i])}"
            for i in np.argsort(-q, kind="stable")[:3]
        )
        for loss, q in subject.beliefs.items()
    ]
    return f"Bar chart of what both nets believe. {'. '.join(each)}."

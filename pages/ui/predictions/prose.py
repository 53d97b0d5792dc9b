"""What two networks predict for one picture, and what it costs, in words."""

from __future__ import annotations

import numpy as np

from models.data.cifar10 import CLASSES
from models.runs.spec import LOSSES
from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.pairs import prose
from pages.ui.pairs.results import Direction
from pages.ui.predictions.results import js_divergence
from pages.ui.predictions.state import Floats, Subject

SURE = 0.9  # of what is at least as likely nothing more is said


def _ranked(q: Floats) -> list[tuple[str, str]]:
    """The classes and their probabilities as text, the likeliest first."""
    return [(CLASSES[i], fmt.percent(q[i])) for i in np.argsort(-q, kind="stable")]


def likeliest(q: Floats) -> str:
    """The likeliest classes: "dog (62.0 %), then cat (30.1 %)"."""
    (first, most), (second, next_most), *_ = _ranked(q)
    rest = "" if max(q) >= SURE else f", then {second} ({next_most})"
    return f"**{first}** ({most}){rest}"


def answers(subject: Subject) -> str:
    """The label, what people said, and what both networks say."""
    lines = [f"{subject.says}: **{CLASSES[subject.label]}**."]
    if subject.people:
        lines.append(f"{subject.people} people: {likeliest(subject.p)}.")
    for loss, name in zip(LOSSES, ("KL divergence", "categorical cross-entropy"), strict=True):
        lines.append(f"The net trained with {name}: {likeliest(subject.q[loss])}.")
    return "\n".join(f"- {line}" for line in lines)


def cost(subject: Subject, pq: Direction, *, edited: bool) -> str:
    """What KL(P‖Q) is here: this picture's part of the loss, and of what it consists."""
    if edited:
        then = content.text("predictions/moved")
    elif pq.entropy == 0:
        who = "people’s votes rule" if subject.people else "the label rules"
        then = content.text("predictions/certain", true=CLASSES[int(np.argmax(pq.p))], who=who)
    else:
        entropy, total = (fmt.quantity(nats, "nats") for nats in (pq.entropy, pq.cross_entropy))
        then = content.text("predictions/uncertain", entropy=entropy, total=total)
    return f"{prose.reading(pq)} {then}"


def apart(subject: Subject) -> str:
    """How far the two networks' predictions lie apart."""
    first, second = (int(np.argmax(q)) for q in subject.q.values())
    opening = (
        "Both nets guess the same class"
        if first == second
        else "The two nets guess different classes"
    )
    js = fmt.quantity(js_divergence(subject), "nats")
    return content.text("predictions/apart", opening=opening, js=js)


def alt_probabilities(subject: Subject) -> str:
    """The chart of both networks' predictions, for who cannot see it."""
    each = [
        f"{LOSSES[loss].title}: {', '.join(' '.join(one) for one in _ranked(q)[:3])}"
        for loss, q in subject.q.items()
    ]
    return f"Bar chart of what both nets believe. {'. '.join(each)}."

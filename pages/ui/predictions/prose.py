"""What two networks predict for one picture, and its loss, in words."""

from __future__ import annotations

import numpy as np

import kl_core
from models.data.cifar10 import CLASSES
from models.runs.spec import LOSSES
from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.pairs import prose
from pages.ui.pairs.results import Direction
from pages.ui.predictions.results import js_divergence
from pages.ui.predictions.state import Floats, Subject

DOMINANT = 0.9  # a probability from which on the second class is left out


def _ranked(q: Floats) -> list[tuple[str, str]]:
    """The classes and their probabilities as text, the most probable first."""
    return [(CLASSES[i], fmt.percent(q[i])) for i in np.argsort(-q, kind="stable")]


def most_probable(q: Floats) -> str:
    """The most probable classes: "dog (62.0 %), then cat (30.1 %)"."""
    (first, most), (second, next_most), *_ = _ranked(q)
    rest = "" if max(q) >= DOMINANT else f", then {second} ({next_most})"
    return f"**{first}** ({most}){rest}"


def answers(subject: Subject) -> str:
    """The label, people's votes, and what both networks predict, with its entropy."""
    lines = [f"{subject.description}: **{CLASSES[subject.label]}**."]
    if subject.people:
        lines.append(f"Votes of {subject.people} people: {most_probable(subject.p)}.")
    names = "KL divergence", "categorical cross-entropy"
    terms = "**predictive entropy**, the entropy of this softmax, ", ""  # bold at its first use
    for loss, name, term in zip(LOSSES, names, terms, strict=True):
        q = subject.q[loss]
        entropy = fmt.quantity(float(kl_core.entropy(kl_core.normalize(q))), "nats")
        predicts = f"The network trained with {name}: {most_probable(q)}"
        lines.append(f"{predicts}; {term}H(Q) = {entropy}.")
    return "\n".join(f"- {line}" for line in lines)


def loss(subject: Subject, pq: Direction, *, edited: bool) -> str:
    """What KL(P‖Q) is here: this picture's loss, and of what it consists."""
    if edited:
        then = content.text("predictions/edited")
    elif pq.entropy == 0:
        start = "All votes are for one class, so P is" if subject.people else "The label is"
        true = CLASSES[int(np.argmax(pq.p))]
        then = content.text("predictions/one-hot", true=true, start=start)
    else:
        entropy, total = (fmt.quantity(nats, "nats") for nats in (pq.entropy, pq.cross_entropy))
        then = content.text("predictions/soft", entropy=entropy, total=total)
    return f"{prose.reading(pq)} {then}"


def reverse(qp: Direction) -> str:
    """KL(Q‖P): its value, or how many classes make it infinite."""
    if not qp.ruled_out:
        return content.text("predictions/reverse", kl=fmt.quantity(qp.kl, "nats"))
    n = len(qp.ruled_out)
    classes = f"{fmt.number_of(n)} class{'es' * (n > 1)}"
    return content.text("predictions/reverse-infinite", classes=classes)


def apart(subject: Subject) -> str:
    """How far the two networks' predictions lie apart."""
    first, second = (int(np.argmax(q)) for q in subject.q.values())
    opening = (
        "Both networks predict the same class"
        if first == second
        else "The two networks predict different classes"
    )
    js = fmt.quantity(js_divergence(subject), "nats")
    return content.text("predictions/apart", opening=opening, js=js)


def alt_probabilities(subject: Subject) -> str:
    """The chart of both networks' predictions, for who cannot see it."""
    each = [
        f"{LOSSES[loss].title}: {', '.join(' '.join(one) for one in _ranked(q)[:3])}"
        for loss, q in subject.q.items()
    ]
    return f"Bar chart of both networks’ predicted distributions. {'. '.join(each)}."

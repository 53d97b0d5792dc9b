"""Every pitfall, and its example computed, ready to be shown."""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

from pages.ui import formatting as fmt
from pages.ui.reference import sources
from pages.ui.reference.pitfalls import in_keras, in_others, in_pytorch, in_scipy
from pages.ui.reference.pitfalls.pitfall import Pitfall, Value

PITFALLS = {
    "Keras": in_keras.PITFALLS,
    "SciPy": in_scipy.PITFALLS,
    "PyTorch": in_pytorch.PITFALLS,
    "Other libraries": in_others.LIBRARIES,
    "Explanations": in_others.EXPLANATIONS,
}
NO_ANSWER = "an error"


class Shown(NamedTuple):
    """A pitfall as text, its sources as links; without an example, its last five are empty."""

    where: str
    claim: str
    sources: str
    call: str
    answers: str
    right: str
    right_is: str
    why: str


@cache
def shown() -> tuple[Shown, ...]:
    """Every pitfall with its example computed, in reading order."""
    return tuple(_shown(where, each) for where, those in PITFALLS.items() for each in those)


def _shown(where: str, pitfall: Pitfall) -> Shown:
    why = ""
    try:
        right = _said(pitfall.right, pitfall.right_in)
    except ValueError as refusal:
        right, why = NO_ANSWER, str(refusal)
    answers = _said(pitfall.answers, pitfall.answers_in)
    right_is = pitfall.right_is if pitfall.call else ""
    links = " · ".join(map(sources.link, pitfall.sources))
    return Shown(where, pitfall.claim, links, pitfall.call, answers, right, right_is, why)


def _said(value: Value | None, unit: str) -> str:
    if value is None:
        return ""
    number = float(value())
    return fmt.quantity(number, unit) if unit and not math.isnan(number) else fmt.number(number)

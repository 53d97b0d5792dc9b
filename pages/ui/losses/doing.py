"""What a visitor does to the sample on show, which the trail keeps.

A button may be pressed before Python has heard of what the bars have just told: so each begins
with that, and works on the sample as it is then.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import streamlit as st

from pages.ui import frame, words
from pages.ui.losses import sample
from pages.ui.losses.presets import HOME
from pages.ui.losses.sample import Sample
from pages.ui.pairs.dragbars import edited
from pages.ui.pairs.pair import Pair
from pages.ui.trail import ECHO, Trail

TRAIL = Trail("loss", "logits", HOME, sample.decode)
BARS = "loss:bars"


def show_in(slider: str, value: float) -> None:
    """Give a slider, by its key, what the trail has, unless it stands there already.

    One that is set anew jumps back under a hand that has gone on meanwhile.
    """
    now = st.session_state.get(slider, math.nan)
    if not math.isclose(now, value, abs_tol=1e-6):
        left = st.session_state.setdefault(f"{slider}:left", {})
        left[now] = time.monotonic()
        st.session_state[slider] = value


def slid(slider: str, how: Callable[[Sample, float], Sample]) -> None:
    """Put on show what comes of the sample and the place that a slider was moved to."""
    place = st.session_state[slider]
    # After an undo the browser may still tell where Python took the slider from.
    left = st.session_state.get(f"{slider}:left", {}).get(place, -math.inf)
    if time.monotonic() - left > ECHO:
        change(lambda now: how(now, place))


def take_from_bars() -> None:
    """Take up what was done to the target's bars."""
    shown = TRAIL.current()
    weights = shown.weights or (1.0,) * len(shown.names)  # the target may be no longer by hand
    try:
        edit = edited(BARS, Pair(shown.names, weights, weights))
        if isinstance(edit, Pair):
            TRAIL.show(shown.with_bars(edit.names, edit.p))
    except ValueError as error:
        _refuse(error)
        return
    if edit == "undo":
        TRAIL.undo()
    elif edit == "redo":
        TRAIL.redo()


def _refuse(error: ValueError) -> None:
    st.toast(f"{words.plain(str(error))} What was on show stays.", icon=frame.WARNING)


def after_bars(act: Callable[[], None]) -> None:
    """Undo, redo or reset."""
    take_from_bars()
    act()


def put(how: Callable[[Sample], Sample]) -> None:
    """Put on show what comes of the sample. Raises ValueError where that can be none."""
    take_from_bars()
    TRAIL.show(how(TRAIL.current()))


def change(how: Callable[[Sample], Sample]) -> None:
    """Put on show what comes of the sample; what cannot be one is refused in a sentence."""
    try:
        put(how)
    except ValueError as error:
        _refuse(error)


def start(new: Sample) -> None:
    """Begin with another sample."""
    take_from_bars()
    TRAIL.show(new, new)

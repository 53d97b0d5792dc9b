"""The pairs that a visitor has had on show: the last is on show now, undo goes back, redo on."""

from __future__ import annotations

import math
import time
from typing import NamedTuple

import streamlit as st

from pages.ui import pair, words
from pages.ui.pair import Pair
from pages.ui.presets import PRESETS

CODE = "pq"  # the name of the pair's code in the page's address
HOME = PRESETS[0].pair
STEPS, AHEAD = "pair:trail", "pair:ahead"  # up to the one on show, and those undone
UNREAD = "pair:unread"  # a code that could not be read, until there is another
REPLACED = "pair:replaced"  # when each code went out of use
MOST = 100  # steps that are kept
ECHO = 2.0  # seconds in which the browser may still send a code that went out of use


class Step(NamedTuple):
    """A pair that was on show, and the preset, link or pasted code that it was made from."""

    pair: Pair
    origin: Pair


def current() -> Pair:
    """The pair on show; at first the one that the address names."""
    state = st.session_state
    if STEPS not in state:
        state[AHEAD], state[REPLACED] = [], {}
        code = st.query_params.get(CODE, HOME.encode())
        try:
            first = pair.decode(code)
        except ValueError:
            first, state[UNREAD] = HOME, code
        state[STEPS] = [Step(first, first)]
    return _steps()[-1].pair


def origin() -> Pair:
    """What the pair on show was made from."""
    return _steps()[-1].origin


def code() -> str:
    """The code of the pair on show, or the one that could not be read."""
    return st.session_state.get(UNREAD) or current().encode()


def trouble() -> str | None:
    """Why the code cannot be read, and what is shown instead; None where it can."""
    try:
        pair.decode(code())
    except ValueError as error:
        example = [step.pair for step in _steps()] == [HOME]
        instead = "a first example" if example else "the last pair that could be read"
        return f"{words.plain(str(error))} Shown is {instead}."
    return None


def show(new: Pair, made_from: Pair | None = None) -> None:
    """Put another pair on show, made from the same as the one before if nothing is said."""
    step = Step(new, made_from or origin())
    st.session_state[UNREAD] = None
    if step != _steps()[-1]:
        _replace()
        _steps().append(step)
        del _steps()[:-MOST]
        st.session_state[AHEAD] = []


def paste(typed: str) -> None:
    """Put on show what a code holds; one that cannot be read waits to be mended."""
    # Who presses two buttons quickly sends the code that was in the field before the first.
    if time.monotonic() - st.session_state[REPLACED].get(typed, -math.inf) < ECHO:
        return
    try:
        new = pair.decode(typed)
    except ValueError:
        st.session_state[UNREAD] = typed
    else:
        show(new, new)


def can_undo() -> bool:
    """Whether there is anything to take back."""
    return len(_steps()) > 1 or bool(st.session_state.get(UNREAD))


def can_redo() -> bool:
    """Whether anything was taken back."""
    return bool(st.session_state[AHEAD])


def undo() -> None:
    """Back by one step; from a code that could not be read, to the pair on show."""
    if not st.session_state.get(UNREAD) and len(_steps()) > 1:
        _replace()
        st.session_state[AHEAD].append(_steps().pop())
    st.session_state[UNREAD] = None


def redo() -> None:
    """On by one step that was undone."""
    if can_redo():
        _replace()
        _steps().append(st.session_state[AHEAD].pop())


def _replace() -> None:
    """Note that the code of the pair on show is about to go out of use."""
    now = time.monotonic()
    recent = {code: when for code, when in st.session_state[REPLACED].items() if now - when < ECHO}
    st.session_state[REPLACED] = {**recent, current().encode(): now}


def _steps() -> list[Step]:
    return st.session_state[STEPS]

"""Widgets → plain values. What a visitor can get wrong is prevented or answered here.

A key without a colon is bound to the page's address; all others are private.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, Literal, NamedTuple, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer
from streamlit.elements.lib.mutable_tab_container import TabContainer

from pages.ui import formatting as fmt
from pages.ui import layout, parsing

UNITS = {"bits": 2.0, "nats": None}
MOST = 10**9 - 1  # that a whole number may be where nothing else bounds it
FEW = 10  # choices that are named where none of them was
DIRECTIONS: dict[Literal["pq", "qp"], str] = {"pq": "KL(P‖Q)", "qp": "KL(Q‖P)"}

T = TypeVar("T")


def unit() -> tuple[str, float | None]:
    """The unit and its logarithm's base."""
    name = st.radio(
        "Unit",
        list(UNITS),
        horizontal=True,
        key="unit",
        bind=one_of("unit", UNITS),
        help="Bits use the logarithm to base 2, nats the natural one. "
        f"1 nat is {1 / math.log(2):.4g} bits.",
    )
    return name, UNITS[name]


def direction() -> Literal["pq", "qp"]:
    """Which direction of KL the formula spells out."""
    return choice("Spell out", DIRECTIONS, "direction")


def choice(label: str, options: Mapping[T, str], key: str, **more: Any) -> T:
    """One of the options, which stand under their titles in a row; at first the first."""
    first = next(iter(options))
    chosen = st.segmented_control(
        label,
        list(options),
        default=first,
        format_func=options.__getitem__,
        required=True,
        key=key,
        bind=one_of(key, options.values()),
        **more,
    )
    return first if chosen is None else chosen


def refusal(why: str | None, place: DeltaGenerator | None = None) -> None:
    """Why something was not taken, in Markdown; of nothing, an empty place.

    Without that, all below would move by one element when a refusal comes or goes, and Streamlit
    show it twice for a moment.
    """
    empty = (place or st).empty()
    if why:
        empty.error(why, icon=layout.WARNING)


class Refused(NamedTuple):
    """What was typed into a field, why it was not taken, and what stood there before."""

    typed: str
    why: str
    instead_of: str


def text(
    label: str,
    key: str,
    now: str,
    put: Callable[[str], object],
    *,
    place: DeltaGenerator | None = None,
    below: DeltaGenerator | None = None,
    longest: int | None = None,
    height: int | None = None,
    says: str | None = None,
    empty: str | None = None,
    stays: str = "What was on show stays.",
) -> None:
    """A field that shows what is `now`, and gives to `put` what is typed; of a `height` for rows.

    empty: what is written, faintly, in a field with nothing in it.

    What `put` refuses, by ValueError, stays in the field, with the reason and what `stays` below
    it; or in the place `below`, where the field is too narrow for a sentence.
    """
    where, refused = place or st, st.session_state.get(f"{key}:refused")
    if refused and refused.instead_of != now:  # another way has changed it since
        refused = st.session_state[f"{key}:refused"] = None
    st.session_state[key] = refused.typed if refused else now
    field = where.text_input if height is None else partial(where.text_area, height=height)
    args = key, now, put
    field(
        label,
        key=key,
        max_chars=longest,
        on_change=_typed,
        args=args,
        help=says,
        placeholder=empty,
    )
    refusal(f"{fmt.plain(refused.why)} {stays}" if refused else None, below or place)


def _typed(key: str, now: str, put: Callable[[str], object]) -> None:
    given = st.session_state[key] or ""
    st.session_state[f"{key}:refused"] = None
    try:
        put(given)
    except ValueError as error:
        st.session_state[f"{key}:refused"] = Refused(given, str(error), now)


def number(
    label: str,
    key: str,
    now: float,
    put: Callable[[float], object],
    *,
    place: DeltaGenerator | None = None,
) -> None:
    """As `text`, for a number, with a decimal point or a comma.

    Not Streamlit's field for numbers: it drops a comma, so that "1,5" becomes 15.
    """
    text(label, key, parsing.number(now), lambda given: put(parsing.read(given)), place=place)


def count(
    label: str,
    name: str,
    least: int,
    most: int,
    *,
    place: DeltaGenerator | None = None,
    below: DeltaGenerator | None = None,
    says: str | None = None,
    empty: str | None = None,
) -> None:
    """As `text`, for the whole number that the session has under this name; see `linked`.

    With `empty` none need be there, and who empties the field asks for that.
    """
    now = st.session_state[name]

    def put(given: str) -> None:
        none = empty is not None and not given.strip()
        st.session_state[name] = None if none else parsing.count(given, least, most)

    shown = "" if now is None else str(now)
    text(
        label,
        f"{name}:typed",
        shown,
        put,
        place=place,
        below=below,
        says=says,
        empty=empty,
        stays=f"{label}: still {shown or empty}.",
    )


def show(**numbers: int | None) -> None:
    """Put whole numbers under their names, also where something else waits to be mended."""
    for name, number in numbers.items():
        st.session_state[name] = number
        st.session_state[f"{name}:typed:refused"] = None


def python(script: str, place: DeltaGenerator | None = None) -> None:
    """Python to copy, on the page or in `place`; `frame` gives it colours that can be read.

    It breaks its lines: who has no pointer could not scroll to their ends.
    """
    (place or st).code(script, language="python", wrap_lines=True)


def downloads(*files: tuple[str, str | Callable[[], str | bytes], str, str]) -> None:
    """A button a file: its label, its content or how to make it, its name, its type."""
    with st.container(horizontal=True):
        for label, content, name, kind in files:
            # A rerun would drop the function that draws a picture before it has drawn it.
            st.download_button(label, content, name, kind, on_click="ignore")


def one_of(name: str, labels: Collection[str], must_be: str = "") -> Literal["query-params"]:
    """Binds a choice to the address, and says so if a link asks for none of these labels.

    must_be: what a link has to ask for, where that says more than the labels.
    """
    if strange := [told for told in st.query_params.get_all(name) if told not in labels]:
        few = len(labels) <= FEW
        named = ", ".join(f"“{label}”" for label in labels) if few else "the choices on this page"
        layout.cannot_read(name, strange[0], must_be or f"one of {named}")
    return "query-params"


def tabs(name: str, labels: Sequence[str]) -> Sequence[TabContainer]:
    """Tabs, the open one of which is in the address; only that one needs to be filled."""
    return st.tabs(labels, key=name, bind=one_of(name, labels))


def flag(name: str) -> Literal["query-params"]:
    """Binds a toggle to the address, and says so if a link holds something else there."""
    told = st.query_params.get(name, "")
    if told.lower() not in ("", "true", "false"):
        layout.cannot_read(name, told, "true or false")
    return "query-params"


def between(name: str, low: float, high: float) -> Literal["query-params"] | None:
    """Binds a slider to the address, unless a link holds there what it cannot be set to."""
    told = st.query_params.get(name, "")
    try:
        good = not told or low <= float(told) <= high
    except ValueError:
        good = False
    if good:
        return "query-params"
    layout.cannot_read(name, told, f"a number from {low:g} to {high:g}".replace("-", "−"))
    return None


def whole(name: str, least: int = 0, most: int = MOST) -> Literal["query-params"] | None:
    """Binds what asks for a whole number to the address, unless a link holds there what is none."""
    told = st.query_params.get(name, "")
    if not told or (re.fullmatch(r"\d{1,9}", told) and least <= int(told) <= most):
        return "query-params"
    bounds = f" from {least:,} to {most:,}" if most < MOST else ""
    layout.cannot_read(name, told, f"a whole number{bounds}")
    return None


def linked(name: str, first: int | None, least: int = 0, most: int = MOST) -> int | None:
    """The whole number that the session has under this name; at first the link's, or `first`.

    Streamlit knows the address as the page was opened, and may be the last to hear of a change.
    """
    if name not in st.session_state:
        told = st.query_params.get(name) if whole(name, least, most) else None
        st.session_state[name] = int(told) if told else first
    return st.session_state[name]


def fold(label: str, name: str, *keys: str) -> ExpanderContainer:
    """An expander, closed at first unless a link names one of these keys of what is in it."""
    if name not in st.session_state and name not in st.query_params:
        st.session_state[name] = any(key in st.query_params for key in keys)
    return st.expander(label, key=name, on_change="rerun", bind=flag(name))

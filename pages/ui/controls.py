"""Widgets → plain values. A visitor's errors are prevented, or answered in a sentence, here.

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
MOST = 10**9 - 1  # the greatest whole number, where there is no other bound
FEW = 10  # choices at most that a warning lists
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
    """The direction of KL whose formula is shown."""
    return choice("Show formula", DIRECTIONS, "direction")


def choice(label: str, options: Mapping[T, str], key: str, **more: Any) -> T:
    """One of the options, shown by their titles in a row; the first by default."""
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
    """An error in Markdown, or an empty placeholder.

    Without the placeholder, all elements below would shift by one when an error appears, and
    Streamlit would show some twice for a moment.
    """
    empty = (place or st).empty()
    if why:
        empty.error(why, icon=layout.WARNING)


class Refused(NamedTuple):
    """The text typed into a field, why it is invalid, and the former value."""

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
    stays: str = "The page is unchanged.",
) -> None:
    """A field that shows `now` and passes typed text to `put`; a `height` makes it a text area.

    says: its tooltip; empty: its placeholder.

    Text for which `put` raises ValueError stays in the field, with the reason and the sentence
    `stays` below it; or in the container `below`, where the field is too narrow for a sentence.
    """
    where, refused = place or st, st.session_state.get(f"{key}:refused")
    if refused and refused.instead_of != now:  # changed since in another way
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
    """As `text`, for the whole number in the session under this name; see `linked`.

    With `empty`, an empty field is valid and means None.
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
        stays=f"The value stays {shown or empty}.",
    )


def show(**numbers: int | None) -> None:
    """Set whole numbers under their names, also where an invalid text waits in the field."""
    for name, number in numbers.items():
        st.session_state[name] = number
        st.session_state[f"{name}:typed:refused"] = None


def python(script: str, place: DeltaGenerator | None = None) -> None:
    """Python to copy, on the page or in `place`; page.css gives it colours of enough contrast.

    Its lines wrap, as the keyboard cannot scroll to their ends.
    """
    (place or st).code(script, language="python", wrap_lines=True)


def downloads(*files: tuple[str, str | Callable[[], str | bytes], str, str]) -> None:
    """A button for each file: label, content or a function that makes it, file name, MIME type."""
    with st.container(horizontal=True):
        for label, content, name, kind in files:
            # A rerun would drop the function that draws a picture before it has drawn it.
            st.download_button(label, content, name, kind, on_click="ignore")


def one_of(name: str, labels: Collection[str], must_be: str = "") -> Literal["query-params"]:
    """Binds a choice to the address, and warns if a link has none of these labels.

    must_be: a description of valid values, if the labels do not suffice.
    """
    if strange := [given for given in st.query_params.get_all(name) if given not in labels]:
        few = len(labels) <= FEW
        named = ", ".join(f"“{label}”" for label in labels) if few else "the choices on this page"
        layout.cannot_read(name, strange[0], must_be or f"one of {named}")
    return "query-params"


def tabs(name: str, labels: Sequence[str]) -> Sequence[TabContainer]:
    """Tabs; the open one is in the address, and only it needs content."""
    return st.tabs(labels, key=name, bind=one_of(name, labels))


def flag(name: str) -> Literal["query-params"]:
    """Binds a toggle to the address, and warns if a link has another value there."""
    given = st.query_params.get(name, "")
    if given.lower() not in ("", "true", "false"):
        layout.cannot_read(name, given, "true or false")
    return "query-params"


def between(name: str, low: float, high: float) -> Literal["query-params"] | None:
    """Binds a slider to the address, unless a link has an invalid value there."""
    given = st.query_params.get(name, "")
    try:
        good = not given or low <= float(given) <= high
    except ValueError:
        good = False
    if good:
        return "query-params"
    layout.cannot_read(name, given, f"a number from {low:g} to {high:g}".replace("-", "−"))
    return None


def whole(name: str, least: int = 0, most: int = MOST) -> Literal["query-params"] | None:
    """Binds a whole number to the address, unless a link has an invalid value there."""
    given = st.query_params.get(name, "")
    if not given or (re.fullmatch(r"\d{1,9}", given) and least <= int(given) <= most):
        return "query-params"
    bounds = f" from {least:,} to {most:,}" if most < MOST else ""
    layout.cannot_read(name, given, f"a whole number{bounds}")
    return None


def linked(name: str, first: int | None, least: int = 0, most: int = MOST) -> int | None:
    """The whole number in the session under this name; at first the link's, or `first`.

    Streamlit's copy of the address may be older than the session.
    """
    if name not in st.session_state:
        given = st.query_params.get(name) if whole(name, least, most) else None
        st.session_state[name] = int(given) if given else first
    return st.session_state[name]


def fold(label: str, name: str, *keys: str) -> ExpanderContainer:
    """An expander, closed at first unless a link names one of these keys of what is in it."""
    if name not in st.session_state and name not in st.query_params:
        st.session_state[name] = any(key in st.query_params for key in keys)
    return st.expander(label, key=name, on_change="rerun", bind=flag(name))

"""Which nets, and which picture they look at: widgets → what the page shows.

A key without a colon is bound to the page's address; all others are private.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from models.runs.spec import LOSSES
from pages.ui import controls
from pages.ui.predictions import photo_order, repository
from pages.ui.predictions.repository import KINDS, Kind, MatchedRuns
from pages.ui.predictions.subject import Truth

OWN = "own"
PICTURES = {
    "validation": "held-out photographs",
    "test": "test photographs",
    OWN: "a picture of yours",
}
TRUTHS = {"label": "the label", "people": "what people said"}
IMAGE = "image"  # the photograph's number
FIRST = "belief:first"  # whether the list is another: it begins with its first
SHOWN = "belief:shown"  # how often one was put on show from below


def nets_and_pictures(there: Mapping[str, MatchedRuns]) -> tuple[MatchedRuns, str]:
    """The two nets that the page speaks of, and what they look at: a key of `PICTURES`."""
    left, right = st.columns(2, gap="medium")
    with left:
        pair = _nets(there)
    with right:
        return pair, _pictures()


def _nets(there: Mapping[str, MatchedRuns]) -> MatchedRuns:
    titles = {key: f"{twins.title}, with either loss" for key, twins in there.items()}
    key = st.selectbox(
        "Two nets",
        list(titles),
        format_func=titles.__getitem__,
        key="nets",
        bind=controls.one_of("nets", titles.values()),
        help="Both began with the same weights and saw the same images in the same order. One was "
        "trained with KL divergence, one with categorical cross-entropy.",
    )
    return there[key]


def _pictures() -> str:
    chosen = st.segmented_control(
        "They look at",
        list(PICTURES),
        default=KINDS[0],
        format_func=PICTURES.__getitem__,
        required=True,
        key="pictures",
        bind=controls.one_of("pictures", PICTURES.values()),
        on_change=_forget,
        help="Held-out photographs decided nothing in training. The test photographs are the "
        "official ones, which people have looked at, too.",
    )
    return chosen or KINDS[0]


def sides(kind: Kind | None) -> tuple[str, Truth]:
    """By which loss the net was trained whose belief is Q, and what P is; `kind` of photographs."""
    with st.container(horizontal=True, gap="medium"):
        # People's votes are an answer for the test photographs alone.
        voted = kind == "test" and repository.have_votes()
        truth = _segments("P is", TRUTHS, "p") if voted else "label"
        titles = {loss: choice.title for loss, choice in LOSSES.items()}
        loss = _segments("Q is the belief of the net trained with", titles, "net")
    return loss, "people" if truth == "people" else "label"


def _segments(label: str, options: Mapping[str, str], key: str) -> str:
    chosen = st.segmented_control(
        label,
        list(options),
        default=next(iter(options)),
        format_func=options.__getitem__,
        required=True,
        key=key,
        bind=controls.one_of(key, options.values()),
    )
    return chosen or next(iter(options))  # none is chosen where the address says “net=”


def photograph(pair: MatchedRuns, loss: str, kind: Kind) -> int:
    """The number of the photograph on show. Raises ValueError where none can be read."""
    first, second, third = st.columns(3)
    known = photo_order.known(kind)
    order = first.selectbox(
        "Order",
        known,
        format_func=photo_order.ORDERS.__getitem__,
        key="order",
        bind=controls.one_of("order", [photo_order.ORDERS[key] for key in known]),
        on_change=_forget,
    )
    classes = [photo_order.ANY, *repository.CLASSES]
    of, taken_for = (
        column.selectbox(
            label, classes, key=key, bind=controls.one_of(key, classes), on_change=_forget
        )
        for column, label, key in ((second, "That show", "truth"), (third, "Taken for", "guess"))
    )
    numbers = photo_order.listed(pair, loss, kind, order, of, taken_for).tolist()
    return _one(numbers, len(repository.believed(pair.kl, kind).labels))


def _one(numbers: list[int], n: int) -> int:
    """One of the photographs, at first the first of those in the list."""
    first = numbers[0] if numbers else 0
    number = controls.linked(IMAGE, first, 0, n - 1)
    if st.session_state.pop(FIRST, False) or number is None or number >= n:
        number = first
        controls.show(**{IMAGE: number})
    row, below = st.container(horizontal=True, vertical_alignment="bottom"), st.container()
    with row:
        label, narrow = f"Number (0 to {n - 1:,})", st.container(width=180)
        controls.count(label, IMAGE, 0, n - 1, place=narrow, below=below)
        place = numbers.index(number) if number in numbers else -1
        for label, to in (("Previous", place - 1), ("Next", place + 1)):
            there = 0 <= to < len(numbers)
            args = (numbers[to],) if there else ()
            st.button(label, key=f"belief:{label}", disabled=not there, on_click=_show, args=args)
        st.markdown(_place(place, len(numbers)))
    return number


def _place(place: int, found: int) -> str:
    if not found:
        return "No photograph matches."
    if place < 0:
        return f"This one is not among the {found:,} that match."
    return f"{place + 1:,} of {found:,}"


def put_on_show(number: int) -> None:
    """Show a test photograph, with what people said of it as P."""
    st.session_state.update({"pictures": "test", "p": "people"})
    controls.show(**{IMAGE: number})
    st.session_state.update({"truth": photo_order.ANY, "guess": photo_order.ANY})
    # Streamlit leaves out of the address what is set before its widget has stood on the page.
    st.query_params["p"] = TRUTHS["people"]
    st.session_state[SHOWN] = st.session_state.get(SHOWN, 0) + 1


def _show(number: int) -> None:
    controls.show(**{IMAGE: number})


def _forget() -> None:
    """Another list begins with its first photograph."""
    st.session_state[FIRST] = True

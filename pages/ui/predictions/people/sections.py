"""The part of the page on what people believe: their votes, and both nets beside them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui import controls, images, layout, tables, vega
from pages.ui import formatting as fmt
from pages.ui.predictions import repository
from pages.ui.predictions.people import alt_text, charts, frames, prose, results
from pages.ui.predictions.people.frames import Pixels
from pages.ui.predictions.people.results import Results, Where
from pages.ui.predictions.repository import MatchedRuns

Choose = Callable[[int], None]

CARDS = 12  # on a page of the gallery
CARD, ZOOM = 152, 3  # a card's width, of which a phone has room for two; a pixel's in it
PAGE = "people_page"


def show(pair: MatchedRuns, choose: Choose) -> None:
    """What people believe of the test images, and how far both nets are from it.

    `choose`: what to do with the number of the image that the visitor picks.
    """
    st.header("What people believe")
    st.markdown(prose.IDEA)
    try:
        votes = repository.votes()
        found = None if votes is None else results.held(pair, votes)
    except ValueError as error:
        st.error(fmt.plain(str(error)))
        return
    if found is None:
        _offer()
        return
    _parts(found)
    st.subheader("Where people, or nets, disagree")
    _gallery(found, pair, choose)
    st.subheader("Does KL’s net doubt where people doubt?")
    _doubts(found)
    with layout.controls("people values"):
        values = partial(tables.to_csv, frames.values(found), frames.DIGITS)
        controls.downloads(
            ("Values as CSV", values, "people-and-nets.csv", "text/csv"),
            *vega.files(partial(_picture, found), "people-and-nets"),
        )
        st.caption(alt_text.LICENCE)


def _offer() -> None:
    """The votes, to be fetched."""
    st.markdown(prose.MISSING)
    size = f"{repository.VOTES_BYTES / 1e6:.1f} MB"
    if not st.button(f"Download the votes ({size})", key="people:fetch"):
        return
    bar = st.progress(0.0, f"Downloading {size} …")
    try:
        repository.fetch_votes(lambda done, total: _tell(bar, done / total))
    except repository.DataUnavailableError as error:
        bar.empty()
        st.error(fmt.plain(str(error)))
    else:
        st.rerun()


def _tell(bar: DeltaGenerator, share: float) -> None:
    bar.progress(min(share, 1.0), f"{fmt.percent(min(share, 1.0))} of the votes are here")


def _parts(found: Results) -> None:
    """Cross-entropy in its two parts, for both nets."""
    st.markdown(prose.parts(found))
    left, right = st.columns(2, gap="large")
    says = alt_text.parts(found)
    left.vega_lite_chart(frames.parts(found), charts.parts(), key="chart:people parts", alt=says)
    left.caption(alt_text.CORRECTED)
    right.markdown(prose.paired(found))
    right.markdown(prose.bias(found))
    with layout.controls("people figures"):
        st.table(frames.figures(found), alt="Both parts of cross-entropy, for both nets")
        st.caption(prose.figures(found))
    st.caption(alt_text.LICENCE)


def _gallery(found: Results, pair: MatchedRuns, choose: Choose) -> None:
    """The photographs, ranked: a page of cards."""
    where: Where = st.segmented_control(
        "Show where",
        list(prose.WHERE),
        default="people",
        format_func=prose.WHERE.__getitem__,
        required=True,
        key="people_where",
        bind=controls.one_of("people_where", prose.WHERE.values()),
        on_change=_first_page,
    )
    apart = results.apart(found) if where == "nets" else None
    st.markdown(prose.ranked(where, apart))
    cards = st.container()  # above the pages, which say what it holds
    pages = -(-found.n // CARDS)
    page = st.pagination(pages, key=PAGE, bind=controls.whole(PAGE, 1, pages))
    order = results.order(where, found, None if apart is None else apart.values)
    numbers = order[(page - 1) * CARDS : page * CARDS].tolist()
    says = {number: alt_text.card(found, number, where, apart) for number in numbers}
    with cards:
        _cards(found, pair, says, choose)


def _first_page() -> None:
    st.session_state[PAGE] = 1


def _cards(found: Results, pair: MatchedRuns, says: dict[int, str], choose: Choose) -> None:
    """A card for each photograph, by its number: what is said of it, and a button."""
    pictures = [repository.picture(pair, "test", number) for number in says]
    if any(picture is None for picture in pictures):
        here = repository.have_pictures()
        st.markdown(alt_text.SOME_PICTURES if here else alt_text.NO_PICTURES)
    with st.container(horizontal=True, gap="small"):
        for (number, said), picture in zip(says.items(), pictures, strict=True):
            with st.container(border=True, width=CARD):
                _card(found, number, picture, said)
                # With its number, so that buttons that are heard one by one can be told apart.
                key, label = f"people:bars:{number}", f"Bars of {number:,}"
                st.button(label, key=key, on_click=choose, args=(number,))


def _card(found: Results, number: int, picture: Pixels | None, says: str) -> None:
    if picture is not None:
        alt = alt_text.picture(found, number)
        st.image(images.magnified(picture, ZOOM), output_format="PNG", alt=alt)
    st.markdown(says)


def _doubts(found: Results) -> None:
    """Doubt against doubt, image by image."""
    rows = frames.doubts(found)
    says = alt_text.doubts(found, rows[rows["row"] == "group"])
    spec = _doubts_spec(found)
    left, right = st.columns(2, gap="large")
    left.vega_lite_chart(rows, spec, key="chart:people doubts", alt=says)
    left.caption(alt_text.MARKS[found.n > frames.MOST_POINTS])
    right.markdown(prose.doubts(found))
    right.markdown(prose.agreed(found))
    right.markdown(prose.READING)


def _doubts_spec(found: Results) -> vega.Spec:
    return charts.doubts(found.n > frames.MOST_POINTS, frames.CELL)


def _picture(found: Results) -> vega.Spec:
    parts = frames.parts(found), charts.parts()
    return vega.board([[parts, (frames.doubts(found), _doubts_spec(found))]])

"""The part of the page on what people say: their votes, and both networks beside them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import numpy as np
import streamlit as st

from models.data import cifar10, cifar10h
from models.data.cifar10h import Votes
from models.data.download import DataUnavailableError
from models.evaluation.agreement import jensen_shannon
from pages.ui import content, controls, images, layout, tables, vega
from pages.ui import formatting as fmt
from pages.ui.predictions import repository
from pages.ui.predictions.people import charts, figures, prose, results
from pages.ui.predictions.people.results import Disagreement, Results, Where
from pages.ui.predictions.state import MatchedRuns, Pixels

Choose = Callable[[int], None]

WHERE: dict[Where, str] = {
    "people": "people disagree most",
    "nets": "the nets disagree most",
    "part": "people and KL’s net differ most",
}
CARDS = 12  # on a page of the gallery
CARD, ZOOM = 152, 3  # a card's width, of which a phone has room for two; a pixel's in it
PAGE = "people_page"


@repository.cached(max_entries=16)
def evaluated(pair: MatchedRuns, published: str, _votes: Votes) -> Results:
    """Both networks of a pair beside people's votes on the test images.

    published: the digest of the votes' one file. Raises ValueError where predictions are missing,
    or a training diverged.
    """
    return Results.of(_votes, *(repository.predictions(run, "test") for run in pair.runs))


@repository.cached(max_entries=4)
def disagreement(pairs: list[MatchedRuns], labels: bytes) -> Disagreement:
    """How far all recorded networks with plain labels are apart on the images with these labels.

    Those that cannot be read, or saw other images, are left out.
    """
    predicted = []
    for run in (run for pair in pairs for run in pair.runs):
        with suppress(ValueError):
            those = repository.predictions(run, "test")
            if those.labels.tobytes() == labels:
                predicted.append(those.q)
    apart = jensen_shannon(predicted) if predicted else np.zeros(len(labels))
    return Disagreement(apart, len(predicted))


def show(pair: MatchedRuns, choose: Choose) -> None:
    """What people say of the test images, and how far both networks are from it.

    choose: what to do with the number of the image that the visitor picks.
    """
    st.header(content.heading("predictions/people"))
    st.markdown(content.text("predictions/people"))
    try:
        votes = repository.votes()
        both = None if votes is None else evaluated(pair, cifar10h.SHA256, votes)
    except ValueError as error:
        st.error(fmt.plain(str(error)))
        return
    if both is None:
        _offer()
        return
    _parts(both)
    st.subheader(content.heading("predictions/disagreement"))
    _gallery(both, pair, choose)
    st.subheader(content.heading("predictions/entropies"))
    _entropies(both)
    with layout.controls("people values"):
        name, digits = "people-and-nets", figures.DIGITS
        controls.downloads(
            (
                "Values as CSV",
                lambda: tables.to_csv(figures.values(both), digits),
                f"{name}.csv",
                "text/csv",
            ),
            *vega.files(lambda: vega.board([[charts.parts(both), charts.entropies(both)]]), name),
        )
        st.caption(content.text("predictions/licence"))


def _offer() -> None:
    """The votes, to be fetched."""
    st.markdown(content.text("predictions/no-votes"))
    size = f"{cifar10h.BYTES / 1e6:.1f} MB"
    if not st.button(f"Download the votes ({size})", key="people:fetch"):
        return
    bar = st.progress(0.0, f"Downloading {size} …")

    def tell(done: int, total: int) -> None:
        share = min(done / total, 1.0)
        bar.progress(share, f"{fmt.percent(share)} of the votes are here")

    try:
        cifar10h.download(tell)
    except DataUnavailableError as error:
        bar.empty()
        st.error(fmt.plain(str(error)))
    else:
        st.rerun()


def _parts(both: Results) -> None:
    """Cross-entropy in its two parts, for both networks."""
    st.markdown(prose.parts(both))
    left, right = st.columns(2, gap="large")
    says = prose.alt_parts(both)
    left.vega_lite_chart(*charts.parts(both), key="chart:people parts", alt=says)
    left.caption(content.text("predictions/corrected"))
    right.markdown(prose.paired(both))
    right.markdown(prose.bias(both))
    with layout.controls("people figures"):
        st.table(figures.figures(both), alt="Both parts of cross-entropy, for both nets")
        st.caption(content.text("predictions/figures", n=f"{both.n:,}"))
    st.caption(content.text("predictions/licence"))


def _gallery(both: Results, pair: MatchedRuns, choose: Choose) -> None:
    """The photographs, ranked: a page of cards."""
    where = controls.choice("Show where", WHERE, "people_where", on_change=_first_page)
    between = None
    if where == "nets":
        between = disagreement(repository.plain_pairs(), both.labels.tobytes())
    with layout.heard("ranked"):
        st.markdown(prose.ranked(where, between))
    cards = st.container()  # above the pages, which say what it holds
    pages = -(-both.n // CARDS)
    page = st.pagination(pages, key=PAGE, bind=controls.whole(PAGE, 1, pages))
    order = results.order(where, both, between)
    numbers = order[(page - 1) * CARDS : page * CARDS].tolist()
    pictures = [repository.picture(pair, "test", number) for number in numbers]
    with cards:
        if any(picture is None for picture in pictures):
            st.markdown(
                content.text("predictions/some-pictures")
                if cifar10.is_present()
                else content.text("predictions/no-pictures")
            )
        with st.container(horizontal=True, gap="small"):
            for number, picture in zip(numbers, pictures, strict=True):
                with st.container(border=True, width=CARD):
                    _picture(both, number, picture)
                    st.markdown(prose.card(both, number, where, between))
                    # With its number, so that buttons heard one by one can be told apart.
                    key, label = f"people:bars:{number}", f"Bars of {number:,}"
                    st.button(label, key=key, on_click=choose, args=(number,))


def _picture(both: Results, number: int, pixels: Pixels | None) -> None:
    if pixels is not None:
        alt = prose.alt_picture(both, number)
        st.image(images.magnified(pixels, ZOOM), output_format="PNG", alt=alt)


def _first_page() -> None:
    st.session_state[PAGE] = 1


def _entropies(both: Results) -> None:
    """Uncertainty against uncertainty, image by image."""
    left, right = st.columns(2, gap="large")
    says = prose.alt_entropies(both)
    left.vega_lite_chart(*charts.entropies(both), key="chart:people doubts", alt=says)
    blue = "the stronger, the more photographs" if charts.are_many(both) else "a photograph"
    left.caption(content.text("predictions/entropies", blue=blue))
    right.markdown(prose.rank_correlation(both))
    right.markdown(prose.agreed(both))
    right.markdown(content.text("predictions/rank-correlation"))

"""People's votes and both networks beside them: the parts of cross-entropy, cards, entropies."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import numpy as np
import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from models.data import cifar10, cifar10h
from models.data.cifar10h import Votes
from models.data.download import DataUnavailableError
from models.evaluation.agreement import jensen_shannon
from pages.ui import book, content, controls, images, layout, tables, vega
from pages.ui import formatting as fmt
from pages.ui.human_labels import charts, figures, prose, results
from pages.ui.human_labels.results import Disagreement, Results, Where
from pages.ui.predictions import editor, repository, selection
from pages.ui.predictions.state import MatchedRuns, Pixels

WHERE: dict[Where, str] = {
    "people": "people disagree most",
    "nets": "networks disagree most",
    "part": "KL(P‖Q) is largest",
}
# What these were called in addresses before.
FORMER: dict[Where, str] = {
    "nets": "the nets disagree most",
    "part": "people and KL’s net differ most",
}


def arrive() -> None:
    """Understand an address from before the rankings were renamed."""
    selection.translate("people_where", FORMER, WHERE)


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
    """The JS divergence of all recorded networks with plain labels on the images with these labels.

    Those that cannot be read, or predicted other images, are left out.
    """
    predicted = []
    for run in (run for pair in pairs for run in pair.runs):
        with suppress(ValueError):
            those = repository.predictions(run, "test")
            if those.labels.tobytes() == labels:
                predicted.append(those.q)
    apart = jensen_shannon(predicted) if predicted else np.zeros(len(labels))
    return Disagreement(apart, len(predicted))


def show(pairs: Mapping[str, MatchedRuns]) -> None:
    """People's votes on the test photographs, and how far two networks are from them."""
    overview = st.container()
    with layout.controls("networks"):
        pair = selection.networks(pairs)
    with overview:
        both = _evaluated(pair)
        if both is None:
            return
        _parts(both)
    _details(both)
    st.header(content.heading("human_labels/disagreement"))
    _gallery(both, pair)
    st.header(content.heading("human_labels/entropies"))
    _entropies(both)
    with (
        layout.controls("people values"),
        _fold("downloads", content.heading("human_labels/downloads")) as box,
    ):
        if box.open:
            _downloads(both)


def _evaluated(pair: MatchedRuns) -> Results | None:
    """Both networks beside the votes; where there are none, why, or how to get them."""
    try:
        votes = repository.votes()
        if votes is not None:
            return evaluated(pair, cifar10h.SHA256, votes)
    except ValueError as error:
        st.error(fmt.plain(str(error)))
    else:
        _offer()
    return None


def _offer() -> None:
    """The votes, to be fetched."""
    st.markdown(content.text("human_labels/no-votes"))
    size = f"{cifar10h.BYTES / 1e6:.1f} MB"
    if not st.button(f"Download the votes ({size})", key="people:fetch"):
        return
    bar = st.progress(0.0, f"Downloading {size} …")

    def tell(done: int, total: int) -> None:
        fraction = min(done / total, 1.0)
        bar.progress(fraction, f"{fmt.percent(fraction)} of the votes are here")

    try:
        cifar10h.download(tell)
    except DataUnavailableError as error:
        bar.empty()
        st.error(fmt.plain(str(error)))
    else:
        st.rerun()


def _parts(both: Results) -> None:
    """Cross-entropy in its two parts, for both networks."""
    left, right = st.columns(2, gap="large")
    alt = prose.alt_parts(both)
    left.vega_lite_chart(*charts.parts(both), key="chart:people parts", alt=alt)
    left.caption(content.text("human_labels/corrected"))
    right.markdown(prose.parts(both))
    right.markdown(prose.paired(both))
    right.markdown(content.text("human_labels/licence"))


def _details(both: Results) -> None:
    """The bias of few votes, and the means with their intervals."""
    with _fold("bias", content.heading("human_labels/bias")) as box:
        if box.open:
            st.markdown(prose.bias(both))
    with (
        layout.controls("people figures"),
        _fold("figures", content.heading("human_labels/figures")) as box,
    ):
        if box.open:
            table = figures.figures(both).rename_axis(f"n = {both.n:,} photographs").reset_index()
            alt = "Both parts of cross-entropy, for both networks"
            st.table(table, hide_index=True, alt=alt)
            st.caption(content.text("human_labels/figures", n=f"{both.n:,}"))


def _fold(key: str, label: str) -> ExpanderContainer:
    """What is built only where somebody opens it."""
    return st.expander(label, key=f"people:{key}", on_change="rerun")


def _downloads(both: Results) -> None:
    name, digits = "people-and-networks", figures.DIGITS
    controls.downloads(
        (
            "Values as CSV",
            lambda: tables.to_csv(figures.values(both), digits),
            f"{name}.csv",
            "text/csv",
        ),
        *vega.files(lambda: vega.board([[charts.parts(both), charts.entropies(both)]]), name),
    )
    st.markdown(content.text("human_labels/licence"))


def _gallery(both: Results, pair: MatchedRuns) -> None:
    """The photographs, ranked: a page of cards."""
    where = controls.choice("Photographs on which", WHERE, "people_where", on_change=_first_page)
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
                content.text("human_labels/some-pictures")
                if cifar10.is_present()
                else content.text("human_labels/no-pictures")
            )
        with st.container(horizontal=True, gap="small"):
            for number, picture in zip(numbers, pictures, strict=True):
                with st.container(border=True, width=CARD):
                    _picture(both, number, picture)
                    st.markdown(prose.card(both, number, where, between))
                    _link(pair, number)


def _picture(both: Results, number: int, pixels: Pixels | None) -> None:
    if pixels is not None:
        alt = prose.alt_picture(both, number)
        st.image(images.magnified(pixels, ZOOM), output_format="PNG", alt=alt)


def _link(pair: MatchedRuns, number: int) -> None:
    """To the page Predictions, with this photograph, and people's votes as P."""
    # With its number, so that links heard one by one can be told apart.
    layout.link(
        book.find("pages/predictions.py"),
        f"Open {number:,}",
        **selection.query(pair, "test"),
        p=editor.SOURCES["people"],
        **{editor.IMAGE: f"{number}"},
    )


def _first_page() -> None:
    st.session_state[PAGE] = 1


def _entropies(both: Results) -> None:
    """Predictive entropy against the entropy of the votes, image by image."""
    left, right = st.columns(2, gap="large")
    alt = prose.alt_entropies(both)
    left.vega_lite_chart(*charts.entropies(both), key="chart:people doubts", alt=alt)
    blue = "the more opaque, the more photographs" if charts.are_many(both) else "a photograph"
    left.caption(content.text("human_labels/entropies", blue=blue))
    right.markdown(prose.rank_correlation(both))
    right.markdown(prose.agreed(both))
    right.markdown(content.text("human_labels/rank-correlation"))

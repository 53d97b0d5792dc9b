"""The front page: what this is, something to take hold of, and the way through the book."""

import streamlit as st

import kl_core
from pages.ui import content, controls, layout
from pages.ui import formatting as fmt
from pages.ui.book import BOOK, find
from pages.ui.pairs import editor, prose
from pages.ui.pairs.editor import FRONT
from pages.ui.pairs.results import solve
from pages.ui.recap import close


@st.fragment  # so that an edit draws anew what depends on it, and nothing else
def try_it() -> None:
    """Two bars each for P and Q, and what the two numbers are."""
    controls.refusal(FRONT.history.refusal(linked=True))
    editor.bars(FRONT, "small", "bits")
    layout.keep()
    pair = FRONT.current()
    if pair.weightless:
        st.error(prose.weightless(pair.weightless), icon=layout.WARNING)
        return
    results = solve(pair, "bits")
    for way in (results.pq, results.qp):
        if way.ruled_out:
            st.markdown(prose.reading(way))
    st.markdown(prose.difference(results))


if layout.page("app.py"):
    FRONT.history.open_link()

try_it()

st.header(content.heading("app/contents"))
st.markdown(content.text("app/contents"))
for page in BOOK[1:]:
    name, summary = st.columns([1, 4], gap="small", vertical_alignment="center")
    with name:
        layout.link(page)
    summary.markdown(page.summary)

st.header(content.heading("app/uses"))
for file, use, what in (
    ("pages/training.py", content.heading("app/training"), content.text("app/training")),
    ("pages/vae.py", content.heading("app/vae"), content.text("app/vae")),
    ("pages/regression.py", content.heading("app/regression"), content.text("app/regression")),
):
    name, text = st.columns([1, 4], gap="small", vertical_alignment="center")
    with name:
        layout.link(find(file))
    text.markdown(f"**{use}.** {what}")

fair, loaded = [0.5, 0.5], [0.9, 0.1]
half = fmt.quantity(kl_core.kl_divergence(loaded, fair, base=2), "bits")
more = fmt.quantity(kl_core.kl_divergence(fair, loaded, base=2), "bits")
close(
    content.points("app/key-points"),
    content.question("app/check-yourself", half=half, more=more),
)
layout.turn_page("app.py")

"""The front page: what this is, something to take hold of, and the way through the book."""

import streamlit as st

import kl_core
from pages.ui import content, controls, layout
from pages.ui import formatting as fmt
from pages.ui.book import find
from pages.ui.gallery import tiles
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

for column, (file, name, says) in zip(
    st.columns(3, gap="large"),
    (
        ("pages/entropy.py", content.heading("app/understand"), content.text("app/understand")),
        ("pages/kl_in_keras.py", content.heading("app/keras"), content.text("app/keras")),
        ("pages/reference.py", content.heading("app/compute"), content.text("app/compute")),
    ),
    strict=True,
):
    with column:
        layout.link(find(file), name)
        st.markdown(says)

st.header(content.heading("app/contents"))
st.markdown(content.text("app/contents"))
tiles.show()

fair, loaded = [0.5, 0.5], [0.9, 0.1]
half = fmt.quantity(kl_core.kl_divergence(loaded, fair, base=2), "bits")
more = fmt.quantity(kl_core.kl_divergence(fair, loaded, base=2), "bits")
close(
    content.points("app/key-points"),
    content.question("app/check-yourself", half=half, more=more),
)
layout.turn_page("app.py")

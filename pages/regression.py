"""Points and four lines: what least squares assumes of the noise, and what KL says of it."""

import streamlit as st

from pages.ui import content, controls, layout, recap
from pages.ui.regression import editor, frames, prose, sentences
from pages.ui.regression.editor import EDITOR
from pages.ui.regression.presets import PRESETS
from pages.ui.regression.results import solve


@st.fragment  # so that an edit draws anew what depends on it, and nothing else
def explore() -> None:
    """All that the points decide."""
    shown = EDITOR.current()
    controls.refusal(EDITOR.history.refusal(linked=True))
    EDITOR.notice(PRESETS, content.text("regression/no-preset"))
    found = solve(shown)
    editor.plot(found)
    editor.other_ways()
    layout.keep()
    if refused := sentences.refusals(found):
        st.warning(refused, icon=layout.WARNING)
    st.header(content.heading("regression/nearest"))
    st.table(frames.models(shown, found), hide_index=True)
    st.markdown(f"{sentences.nearest(found, len(shown.points))}\n\n{sentences.truth(shown, found)}")
    st.markdown(content.text("regression/nearest"))
    # Its charts take half a second to load, which the points need not wait for.
    from pages.ui.regression import sections

    sections.one_residual(shown, found)


def figures() -> None:
    """All that does not depend on the points."""
    from pages.ui.regression import sections

    sections.noises()
    sections.study()


if layout.page("pages/regression.py"):
    EDITOR.history.open_link()

st.title(content.heading("regression/title"))
st.markdown(content.text("regression/title"))
with layout.controls("start"):
    EDITOR.presets(PRESETS)
explore()

figures()
recap.close(content.points("regression/key-points"), prose.question())
layout.turn_page("pages/regression.py")

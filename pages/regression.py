"""Points and four lines: what least squares assumes of the noise, and what KL says of it."""

import streamlit as st

from pages.ui import controls, layout, recap
from pages.ui.regression import editor, frames, prose, sentences
from pages.ui.regression.editor import EDITOR
from pages.ui.regression.presets import PRESETS
from pages.ui.regression.results import solve


@st.fragment  # so that an edit draws anew what depends on it, and nothing else
def explore() -> None:
    """All that the points decide."""
    shown = EDITOR.current()
    controls.refusal(EDITOR.history.refusal(linked=True))
    EDITOR.notice(PRESETS, "Your own points. Add an outlier and see which lines give way.")
    found = solve(shown)
    editor.plot(found)
    editor.other_ways()
    layout.keep()
    if refused := sentences.refusals(found):
        st.warning(refused, icon=layout.WARNING)
    st.header("What KL sees")
    st.table(frames.models(shown, found), hide_index=True)
    st.markdown(f"{sentences.nearest(found, len(shown.points))}\n\n{sentences.truth(shown, found)}")
    st.markdown(prose.NATS)
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

st.title("What does least squares assume?")
st.markdown(
    "A straight line, and some noise around it. **Least squares is what KL divergence asks for if "
    "the noise is Gaussian and equally wide everywhere**; assume another noise and the same "
    "divergence asks for another line. Drag a point and see which lines follow it."
)
with layout.controls("start"):
    EDITOR.presets(PRESETS)
explore()

figures()
recap.close(prose.SAYINGS, prose.question())
layout.turn_page("pages/regression.py")

"""What the page shows of P and Q, in order."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from pages.ui import content, controls, layout, tables, vega
from pages.ui.fitting import charts, editor, prose
from pages.ui.fitting.editor import EDITOR
from pages.ui.fitting.presets import PRESETS
from pages.ui.fitting.results import Results, script, solve

TABS, MORE = "fit_tab", "fit:more"


@st.fragment  # so that an edit draws anew what depends on it, and nothing else
def explore() -> None:
    """All that depends on P and Q."""
    results = solve(EDITOR.current())
    controls.refusal(EDITOR.history.refusal(linked=True))
    EDITOR.notice(PRESETS, content.text("fitting/no-preset"))
    unit, base = editor.settings()
    editor.maps(results, unit, base)
    layout.keep()
    with st.container():
        paragraphs = (
            prose.both_divergences(results, unit),
            prose.forward_kl(results),
            prose.reverse_kl(results, unit),
        )
        st.markdown("\n\n".join(paragraphs))
        editor.fill_empty_bins()
    editor.other_controls()
    with layout.controls("more"):
        _more(results, unit, base)


def _more(results: Results, unit: str, base: float | None) -> None:
    """Method, searches, Python and downloads, folded; a link to one of its tabs opens it."""
    label = content.heading("fitting/more")
    if MORE not in st.session_state:
        st.session_state[MORE] = TABS in st.query_params
    with st.expander(label, key=MORE, on_change="rerun") as box:
        if box.open:
            _method(results, unit, base)


def _method(results: Results, unit: str, base: float | None) -> None:
    st.markdown(content.text("fitting/more"))
    # Only what the open tab contains is made.
    searches, python = controls.tabs(
        TABS, [content.heading("fitting/searches"), content.heading("fitting/script")]
    )
    if searches.open:
        searches.markdown(content.text("fitting/searches"))
        searches.table(prose.searches(results, unit), hide_index=True)
    if python.open:
        python.markdown(content.text("fitting/script"))
        controls.python(script(results.fit, unit), python)

    def curves() -> str:
        return tables.to_csv(pd.DataFrame(results.curves()))

    controls.downloads(
        ("Curves as CSV", curves, "fit.csv", "text/csv"),
        *vega.files(partial(charts.picture, results, unit, base), "fit"),
    )

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


@st.fragment  # so that an edit draws anew what depends on it, and nothing else
def explore(unit: str, base: float | None) -> None:
    """All that P and Q decide."""
    results = solve(EDITOR.current())
    controls.refusal(EDITOR.history.refusal(linked=True))
    EDITOR.notice(PRESETS, content.text("fitting/no-preset"))
    editor.maps(results, unit, base)
    layout.keep()
    with st.container():
        said = prose.cost(results, unit), prose.covers(results), prose.seeks(results, unit)
        st.markdown("\n\n".join(said))
        editor.mend_holes()
    editor.other_ways()
    with layout.controls("more"):
        _more(results, unit, base)


def _more(results: Results, unit: str, base: float | None) -> None:
    """What else there is to say of the fit, and to take along."""
    # Only what the open tab holds is made.
    starts, python = controls.tabs(
        "fit_tab", [content.heading("fitting/starts"), content.heading("fitting/script")]
    )
    if starts.open:
        starts.markdown(content.text("fitting/starts"))
        starts.table(prose.starts(results, unit), hide_index=True)
    if python.open:
        python.markdown(content.text("fitting/script"))
        controls.python(script(results.fit, unit), python)

    def curves() -> str:
        return tables.to_csv(pd.DataFrame(results.curves()))

    controls.downloads(
        ("Curves as CSV", curves, "fit.csv", "text/csv"),
        *vega.files(partial(charts.picture, results, unit, base), "fit"),
    )

"""What the page shows, in its order: q by hand, the loss of a VAE, gradient descent on q.

Altair takes half a second to load, and what is dragged need not wait for it: so the function that
draws charts imports `charts` itself.
"""

from __future__ import annotations

import streamlit as st

from pages.ui import book, content, controls, layout
from pages.ui.scripts.fill import fill
from pages.ui.vae import editor, prose, results
from pages.ui.vae.editor import CURVES, GAUSSIAN
from pages.ui.vae.gaussian import gaussian
from pages.ui.vae.presets import PRESETS
from pages.ui.vae.state import Posterior

# The parameters by which links opened the trained networks when these were on this page.
OF_NETWORKS = ("beta", "point", "view", "class", "sample")


@st.fragment  # so that an edit draws anew what depends on it, and nothing else
def by_hand() -> None:
    """All that q decides."""
    controls.refusal(GAUSSIAN.history.refusal(linked=True))
    q = GAUSSIAN.current()
    solved = results.solve(q)
    gaussian(q, address=GAUSSIAN.address(), key=CURVES, on_edit=GAUSSIAN.receive)
    st.markdown(prose.kl(q, solved))
    with layout.controls("start"):
        GAUSSIAN.presets(PRESETS)
    GAUSSIAN.notice(PRESETS, content.text("vae/no-preset"))
    with layout.controls("q"):
        editor.below_curves()
    layout.keep()
    st.header(content.heading("vae/elbo"))
    st.markdown(content.text("vae/elbo"))
    _cross_entropy(q, solved)
    with (
        layout.controls("q script"),
        st.expander(content.heading("vae/script"), key="vae:q:script", on_change="rerun") as box,
    ):
        if box.open:
            st.markdown(content.text("vae/script"))
            controls.python(fill("vae", mean=q.mean, std=q.std))


def _cross_entropy(q: Posterior, solved: results.Results) -> None:
    from pages.ui.vae import charts

    st.header(content.heading("vae/cross-entropy"))
    left, right = st.columns(2, gap="large")
    table, alt = charts.gradients_table(solved.gradients), prose.gradients_alt(solved.gradients)
    left.vega_lite_chart(table, charts.gradients(), key="chart:slopes", alt=alt)
    table, alt = charts.descents_table(solved.descents), prose.descents_alt(q, solved)
    right.vega_lite_chart(table, charts.descents(), key="chart:descents", alt=alt)
    st.markdown(content.text("vae/cross-entropy"))
    st.markdown(prose.descents(q, solved))


def links() -> None:
    """Links to the pages where this goes on; what an old link asked of a network goes with it."""
    with st.container(horizontal=True, gap="large"):
        asked = {name: st.query_params[name] for name in OF_NETWORKS if name in st.query_params}
        layout.link(book.find("pages/beta_vae.py"), "β-VAE: what trained networks do", **asked)
        layout.link(book.find("pages/fitting.py"), "Fitting: forward and reverse KL")
        layout.link(book.find("pages/loss.py"), "Loss: KL with a fixed first argument")

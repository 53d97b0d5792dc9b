"""The KL term of a variational autoencoder: by hand, and in trained networks."""

import streamlit as st

from pages.ui import book, content, layout, recap
from pages.ui.reference import sources
from pages.ui.vae import prose, sections
from pages.ui.vae.editor import GAUSSIAN, POINT
from pages.ui.vae.presets import PRESETS

if layout.page("pages/vae.py"):
    GAUSSIAN.history.open_link()
    POINT.history.open_link()

st.header(content.heading("vae/price"))
st.markdown(content.text("vae/price"))
with layout.controls("start"):
    GAUSSIAN.presets(PRESETS)
sections.by_hand()

st.header(content.heading("vae/codes"))
st.markdown(prose.codes())
sections.recorded()
st.markdown(
    content.text(
        "vae/sources",
        vae=sources.link("D. P. Kingma"),
        beta=sources.link("I. Higgins"),
        rate=sources.link("A. A. Alemi"),
        collapse=sources.link("Y. Burda"),
    )
)
layout.link(book.find("pages/fitting.py"), "Both directions of KL for one Gaussian: Fitting")
recap.close(content.points("vae/key-points"), prose.question())
layout.turn_page("pages/vae.py")

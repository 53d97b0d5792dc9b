"""Trained β-VAEs: what the weight of the KL term changes."""

import streamlit as st

from pages.ui import book, content, layout, recap
from pages.ui.beta_vae import prose, sections
from pages.ui.beta_vae.editor import POINT
from pages.ui.reference import sources

if layout.page("pages/beta_vae.py"):
    POINT.history.open_link()

sections.recorded()
st.markdown(
    content.text(
        "beta_vae/sources",
        beta=sources.link("I. Higgins"),
        rate=sources.link("A. A. Alemi"),
        collapse=sources.link("Y. Burda"),
    )
)
layout.link(book.find("pages/vae.py"), "VAE: the KL term for one Gaussian")
recap.close(content.points("beta_vae/key-points"), prose.question())
layout.turn_page("pages/beta_vae.py")

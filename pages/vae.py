"""The KL term of a variational autoencoder, for one Gaussian by hand."""

import streamlit as st

from pages.ui import content, layout, recap
from pages.ui.reference import sources
from pages.ui.vae import prose, sections
from pages.ui.vae.editor import GAUSSIAN

if layout.page("pages/vae.py"):
    GAUSSIAN.history.open_link()

sections.by_hand()
sections.links()
st.markdown(content.text("vae/source", vae=sources.link("D. P. Kingma")))
recap.close(content.points("vae/key-points"), prose.question())
layout.turn_page("pages/vae.py")

"""Fit one Gaussian to P by hand and by search, in either direction of KL."""

import streamlit as st

from pages.ui import content, controls, layout, recap
from pages.ui.fitting import prose, sections
from pages.ui.fitting.editor import EDITOR
from pages.ui.fitting.presets import PRESETS

if layout.page("pages/fitting.py"):
    EDITOR.history.open_link()

with layout.controls("settings"):
    EDITOR.presets(PRESETS)
    unit, base = controls.unit()
sections.explore(unit, base)
st.header(content.heading("fitting/why"))
st.markdown(content.text("fitting/why"))
st.header(content.heading("fitting/sides"))
st.markdown(content.text("fitting/sides"))
recap.close(content.points("fitting/key-points"), prose.question())
layout.turn_page("pages/fitting.py")

"""Pick a loss, load a run or train one, watch the curves."""

import streamlit as st

import kl_core
from pages.ui import content, layout
from pages.ui import formatting as fmt
from pages.ui.recap import close
from pages.ui.training import editor, run_service, sections, selection, visitor

layout.page("pages/training.py")

visitor.greet()
queue = run_service.current_queue()
with layout.controls("settings"):
    editor.presets(queue)
    spec = editor.settings()
    editor.train_or_load(spec, queue)
    selection.refusal()
    st.header(content.heading("training/curves"))
    names = selection.chosen(queue)
sections.follow(queue, names)
with layout.controls("downloads"):
    sections.downloads(names)
with layout.controls("code"):
    st.header(content.heading("training/code"))
    sections.script(spec)

eighth = fmt.quantity(kl_core.kl_divergence([1, 0], [1 / 8, 7 / 8]), "nats")
close(
    content.points("training/key-points"),
    content.question("training/check-yourself", eighth=eighth),
)
layout.turn_page("pages/training.py")

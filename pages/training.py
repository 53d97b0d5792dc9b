"""A recorded run and its learning curves; train another one and follow it."""

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
    names = selection.chosen(queue)
    with editor.fold():
        editor.presets(queue)
        spec = editor.settings(queue)
    selection.refusal()
sections.follow(queue, names)
st.header(content.heading("training/reading"))
st.markdown(content.text("training/reading"))
with layout.controls("files"):
    sections.files(names, spec)

eighth = fmt.quantity(kl_core.kl_divergence([1, 0], [1 / 8, 7 / 8]), "nats")
close(
    content.points("training/key-points"),
    content.question("training/check-yourself", eighth=eighth),
)
layout.turn_page("pages/training.py")

"""Pick a loss, load a run or train one, watch the curves."""

from dataclasses import asdict

import streamlit as st

import kl_core
from pages.ui import controls, layout
from pages.ui import formatting as fmt
from pages.ui.content import Question
from pages.ui.recap import close
from pages.ui.scripts.fill import fill
from pages.ui.training import following, run_service, settings, shown, visitor

layout.page("pages/training.py")

st.title("Does it matter which loss you train with?")
st.markdown(
    "A small convolutional net (a ConvNet) learns to tell ten kinds of pictures apart. A picture’s "
    "label is the truth P, the net’s probabilities are the model Q."
)
visitor.greet()
queue = run_service.current_queue()
with layout.controls("settings"):
    settings.presets(queue)
    spec = settings.settings()
    settings.train_or_load(spec, queue)
    shown.refusal()
    st.header("The curves")
    names = shown.chosen(queue)
following.follow(queue, names)
with layout.controls("downloads"):
    shown.downloads(names)
    settings.rules()

with layout.controls("code"):
    st.header("The code")
    st.markdown(
        "The settings above as a complete Keras script: the same first weights and the same order "
        "of the images, so on the same machine it gives the same curves."
    )
    script = fill("training", **asdict(spec))
    st.download_button(
        "Download the script", script, f"{spec.id}.py", "text/x-python", on_click="ignore"
    )
    with st.container(height=420, border=False):  # unlike st.code's own, the keyboard scrolls it
        controls.python(script)

eighth = fmt.quantity(kl_core.kl_divergence([1, 0], [1 / 8, 7 / 8]), "nats")
close(
    (
        "The label is P and the net’s softmax is Q: the loss is KL(P‖Q), or the cross-entropy "
        "H(P, Q).",
        "A label that is certain has H(P) = 0, so the two losses are one function.",
        "Training runs in a process of its own and keeps a checkpoint of each epoch: close the "
        "page, restart the machine, and it can go on to the very same figures.",
    ),
    Question(
        "The label says cat, and the net gives cat one eighth. What is the loss of this picture?",
        (
            f"{eighth}, by both",
            f"{eighth} by KL divergence, and more by cross-entropy",
            "that depends on how the rest is spread over the other classes",
        ),
        f"{eighth}, by both",
        "All other classes have $p_i = 0$ and add nothing, whatever the net gives them. What "
        "remains is $\\ln 8$, and H(P) = 0 adds nothing either.",
    ),
)
layout.turn_page("pages/training.py")

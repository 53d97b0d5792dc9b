"""Pick a loss, load a run or train one, watch the curves."""

import streamlit as st

import kl_core
from pages.ui import charts, frame, lab, runs, snippets, tables, words
from pages.ui.closing import Question, close

frame.page("pages/training.py")

st.title("Does it matter which loss you train with?")
st.markdown(
    "A small convolutional net (a ConvNet) learns to tell ten kinds of pictures apart. Each "
    "picture’s label is the truth P, the net’s probabilities are the model Q. Load a run that was "
    "trained for this page, or train your own."
)
with frame.controls("settings"):
    spec = runs.settings()
    runs.train_or_load(spec)
    name = runs.on_show()


pace = lab.pace(name)


@st.fragment(run_every=pace)
def curves(name: str) -> None:
    """The run on show, drawn anew every second while it trains."""
    if pace and not lab.pace(name):
        st.rerun()  # it has just ended: the whole page may say so
    run = lab.find(name)
    if run is None:
        st.warning("The files of this run can no longer be read. Choose another run.", icon="⚠️")
        return
    if isinstance(run, lab.Job):
        runs.follow(run)
    else:
        st.markdown(words.result(run))
    if not run.history:
        return
    history = tables.history(name, run.spec, run.history)
    for column, measure in zip(st.columns(2, gap="large"), ("loss", "accuracy"), strict=True):
        rows = tables.curves(history, measure)
        column.vega_lite_chart(
            rows,
            charts.one_run(measure, run.spec.epochs),
            key=f"chart:{measure}",
            alt=words.curves(measure, *tables.two_curves(rows)),
        )


if name:
    curves(name)

with frame.controls("code"):
    st.header("The code")
    st.markdown(
        "The settings above as a complete Keras script: the same first weights and the same order "
        "of the images, so on the same machine it gives the same curves."
    )
    script = snippets.keras_script(spec)
    st.download_button(
        "Download the script", script, f"{spec.id}.py", "text/x-python", on_click="ignore"
    )
    with st.container(height=420, border=False):  # unlike st.code's own, the keyboard scrolls it
        st.code(script, wrap_lines=True)

eighth = words.quantity(kl_core.kl_divergence([1, 0], [1 / 8, 7 / 8]), "nats")
close(
    (
        "The label is P and the net’s softmax is Q: the loss is KL(P‖Q), or the cross-entropy "
        "H(P, Q).",
        "A label that is certain has H(P) = 0, so the two losses are one function.",
        "Training runs in a process of its own: close the page, come back, and it is there.",
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
frame.turn_page("pages/training.py")

"""Pick a loss, load a run or train one, watch the curves."""

import streamlit as st

from pages.ui import charts, frame, lab, runs, snippets, tables, words

frame.page("pages/training.py")

st.title("Does it matter which loss you train with?")
st.markdown(
    "A small convolutional net (a ConvNet) learns to tell ten kinds of pictures apart. Each "
    "picture’s label is the truth P, the net’s probabilities are the model Q. Load a run that was "
    "trained for this page, or train your own."
)
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

st.header("The code")
st.markdown(
    "The settings above as a complete Keras script: the same first weights and the same order of "
    "the images, so on the same machine it gives the same curves."
)
script = snippets.keras_script(spec)
st.download_button(
    "Download the script", script, f"{spec.id}.py", "text/x-python", on_click="ignore"
)
st.code(script, height=420)
frame.turn_page("pages/training.py")

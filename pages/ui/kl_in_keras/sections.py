"""What the page shows, in order."""

from __future__ import annotations

import math

import streamlit as st

from pages.ui import book, content, controls, layout
from pages.ui import formatting as fmt
from pages.ui.comparison import results as comparison
from pages.ui.kl_in_keras import results
from pages.ui.training import run_service

LEAST, MOST, FIRST = -12.0, -0.5, -9.0  # of log10 q
# The versions on which the examples were run; a test runs them on those that are installed.
KERAS, TENSORFLOW = "3.15", "2.21"


@st.fragment  # so that another q draws nothing else anew
def clip() -> None:
    """Both losses and their gradients at a q that the visitor sets."""
    exponent = st.slider(
        content.heading("kl_in_keras/q"),
        LEAST,
        MOST,
        FIRST,
        0.5,
        format="10^%g",
        key="log10_q",
        bind=controls.between("log10_q", LEAST, MOST),
        help=content.text("kl_in_keras/q"),
    )
    layout.keep()
    answers = results.answers(10**exponent)
    with layout.heard("clip"):
        st.table(
            {
                "loss": list(answers),
                "loss in nats": [fmt.number(each.loss) for each in answers.values()],
                "gradient (logit of the true class)": [
                    fmt.number(each.gradient) for each in answers.values()
                ],
            },
            hide_index=True,
        )
    most = fmt.quantity(-math.log(1e-7), "nats")
    st.markdown(content.text("kl_in_keras/clip", most=most))


def found() -> None:
    """Where cross-entropy is clipped too."""
    _folded("found", "clip")


def which() -> None:
    """Which of the two losses, and the evidence."""
    st.header(content.heading("kl_in_keras/which"))
    st.markdown(content.text("kl_in_keras/which"))
    recorded = [("recorded", run) for run in run_service.recorded().values()]
    pairs = [pair for pair in comparison.versus(comparison.group(recorded)) if pair.is_sound]
    if pairs:
        differences = pairs[0].differences
        low, high = differences.interval
        st.markdown(
            content.text(
                "kl_in_keras/evidence",
                seeds=str(len(pairs[0].pairs)),
                difference=_points(differences.mean),
                interval=f"{_points(low)} to {_points(high)}",
            )
        )
    layout.link(book.find("pages/comparison.py"), "Evidence: Comparison")


def _points(share: float) -> str:
    return f"{100 * share:+.2f}".replace("-", "−")


def names() -> None:
    """The calls that work, for keras and for tf.keras."""
    st.header(content.heading("kl_in_keras/names"))
    tabs = controls.tabs("names_of", ["keras", "tf.keras"])
    for tab, example in zip(tabs, ("names", "tf_names"), strict=True):
        with tab:
            controls.python(results.example(example))
    st.markdown(content.text("kl_in_keras/names", keras=KERAS, tensorflow=TENSORFLOW))
    st.markdown(content.text("kl_in_keras/gone"))


def logits() -> None:
    """Probabilities or logits, and a loss that takes the latter."""
    st.header(content.heading("kl_in_keras/logits"))
    st.markdown(content.text("kl_in_keras/logits"))
    controls.python(results.example("logits"))
    st.subheader(content.heading("kl_in_keras/paste"))
    st.markdown(content.text("kl_in_keras/paste"))
    box = st.expander("KLDivergenceFromLogits", key="keras:paste", on_change="rerun")
    if box.open:
        controls.python(results.pasted(), box)
    controls.downloads(
        ("The loss function as a file", results.pasted, "kl_from_logits.py", "text/x-python")
    )


def reductions() -> None:
    """How a batch becomes one number."""
    st.header(content.heading("kl_in_keras/reductions"))
    st.markdown(content.text("kl_in_keras/reductions"))
    controls.python(results.example("reductions"))
    _folded("masks", "masks")


def _folded(key: str, example: str) -> None:
    said = {
        "found": (content.heading("kl_in_keras/found"), content.text("kl_in_keras/found")),
        "masks": (content.heading("kl_in_keras/masks"), content.text("kl_in_keras/masks")),
    }
    heading, text = said[key]
    box = st.expander(heading, key=f"keras:{key}", on_change="rerun")
    if box.open:
        box.markdown(text)
        controls.python(results.example(example), box)

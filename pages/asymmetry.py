"""Edit P and Q, see KL(P‖Q) against KL(Q‖P)."""

from functools import partial
from typing import Literal

import streamlit as st

import kl_core
from pages.ui import book, controls, layout, tables, vega
from pages.ui import formatting as fmt
from pages.ui.pairs import charts, editor, measures, prose, quiz
from pages.ui.pairs import prediction as prediction_of
from pages.ui.pairs.editor import ASYMMETRY
from pages.ui.pairs.pair import Pair
from pages.ui.pairs.presets import PRESETS
from pages.ui.recap import Question, close
from pages.ui.scripts.fill import fill


@st.fragment  # so that an edit draws anew what depends on it, and nothing else
def explore(unit: str, base: float | None, direction: Literal["pq", "qp"]) -> None:
    """All that P and Q decide."""
    pair = ASYMMETRY.current()
    controls.refusal(ASYMMETRY.history.refusal(linked=True))
    prediction = quiz.prediction(pair)
    if prediction == "open":
        st.info(
            "The numbers wait: say below the bars what you expect.",
            icon=":material/visibility_off:",
        )
    else:  # of a preset also while it is dragged about: nothing jumps under the hand
        ASYMMETRY.notice(PRESETS, "Your own pair. Drag a bar to 0, first in P, then in Q.")

    waits = prediction == "open"
    editor.bars(ASYMMETRY, "pair", unit, base, direction=direction, hidden=waits)
    layout.keep()
    if prediction == "open":
        quiz.ask(pair)
        editor.other_ways(ASYMMETRY)
        return
    if weightless := [name for name, row in (("P", pair.p), ("Q", pair.q)) if not any(row)]:
        st.error(prose.weightless(weightless), icon=layout.WARNING)
        editor.other_ways(ASYMMETRY)
        return
    say(pair, prediction, unit, base)
    editor.other_ways(ASYMMETRY)
    with layout.controls("more"):
        more(pair, unit, base)


def say(pair: Pair, prediction: tuple[str, str] | None, unit: str, base: float | None) -> None:
    """Both numbers in words, after what there is to say of a prediction."""
    p, q = kl_core.normalize(pair.p), kl_core.normalize(pair.q)
    kl_pq = float(kl_core.kl_divergence(p, q, base=base))
    kl_qp = float(kl_core.kl_divergence(q, p, base=base))
    if prediction:
        verdict = prediction_of.judge(pair.names, p, q, kl_pq, kl_qp, unit, *prediction)
        st.markdown(verdict.text)
    st.markdown(
        f"{prose.reading(kl_pq, unit, 'KL(P‖Q)', pair.names, p, q)}\n\n"
        f"{prose.reading(kl_qp, unit, 'KL(Q‖P)', pair.names, q, p)}\n\n"
        f"{prose.difference(kl_pq, kl_qp, unit)}"
    )


def more(pair: Pair, unit: str, base: float | None) -> None:
    """What else there is to say of the pair, and to take along."""
    p, q = kl_core.normalize(pair.p), kl_core.normalize(pair.q)
    # Only what the open tab holds is made.
    pay, relatives, elsewhere, script = controls.tabs(
        "tab",
        ["What you would pay", "Other divergences", "The same pair elsewhere", "Copy as Python"],
    )
    if pay.open:
        pay.markdown(
            "Entropy is what the truth costs even when you know it. The cross-entropy is what you "
            "pay when you believe the other distribution. KL is the difference."
        )
        pay.table(measures.costs(p, q, unit, base), hide_index=True)
    if relatives.open:
        relatives.markdown("The same P and Q, measured by what the field uses beside KL.")
        relatives.table(tables.records(measures.relatives(p, q, unit, base)), hide_index=True)
    if elsewhere.open:
        elsewhere.markdown(
            "What other libraries answer for KL(P‖Q) of exactly this pair, in nats. None of them "
            "is loaded here: `kl_core` follows their rules, and tests hold it to SciPy, to Keras "
            "and to PyTorch’s documentation."
        )
        elsewhere.table(tables.records(measures.elsewhere(p, q)), hide_index=True)
    if script.open:
        script.markdown(
            "The page’s address holds all that you see. So does this script, which prints it:"
        )
        controls.python(fill("asymmetry", unit=unit, weights=pair.weights), script)

    both = {
        "KL(P‖Q)": kl_core.kl_terms(p, q, base=base),
        "KL(Q‖P)": kl_core.kl_terms(q, p, base=base),
    }
    shares = partial(tables.kl_terms, pair.names, p, q, both)

    def picture() -> vega.Spec:
        return charts.pair(tables.distributions(pair.names, p, q), shares(), unit)

    def file() -> str:
        return tables.to_csv(tables.infinite(shares(), "term").assign(unit=unit))

    controls.downloads(
        ("Shares as CSV", file, "shares.csv", "text/csv"),
        *vega.files(picture, "shares"),
    )


if layout.page("pages/asymmetry.py"):
    ASYMMETRY.history.open_link()

st.title("Which way do you measure?")
st.markdown(
    "KL divergence says what it costs to believe Q when the truth is P. Drag a bar, and see that "
    "the cost of believing P when the truth is Q is another number."
)
with st.container(key="start"):  # on the wall too: there a class says what it expects
    ASYMMETRY.presets(PRESETS)
    quiz.predict_first()
with (
    layout.controls("settings"),
    st.container(horizontal=True, gap="medium", vertical_alignment="bottom"),
):
    unit, base = controls.unit()
    direction = controls.direction()
explore(unit, base, direction)
st.markdown(
    "When the truth never changes, as with a training set’s labels, its entropy is a constant. "
    "Then making the cross-entropy small and making KL small are the same task: the page "
    "*Training* puts that to the test. But in which direction? What a model becomes depends on "
    "that, and the next page lets you watch it."
)
layout.link(
    book.find("pages/predictions.py"),
    "The same bars, with a photograph’s label and a net’s softmax",
)

sun, guess = [1, 0], [0.25, 0.75]
costs = fmt.quantity(kl_core.kl_divergence(sun, guess, base=2), "bits")
other = fmt.quantity(kl_core.kl_divergence(guess, sun, base=2), "bits")
close(
    (
        "KL(P‖Q) is an average over what really happens; KL(Q‖P) is one over what the model "
        "expects.",
        "Who calls impossible what happens pays without bound. Who expects what never comes pays "
        "only for the probability wasted on it.",
        "Where P and Q are close, the two directions nearly agree, and twice the gap costs about "
        "four times as much.",
    ),
    Question(
        "The sun always shines. Your model gives sun only a quarter, and rain the rest. What is "
        "KL(P‖Q)?",
        ("0.75 bits", other, costs),
        costs,
        "Only what happens counts: each sunny day surprises you by $\\log_2 4$ bits. In the other "
        f"direction it is {other}, as there the rain that your model expects would be real.",
    ),
)
layout.turn_page("pages/asymmetry.py")

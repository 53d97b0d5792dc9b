"""Edit P and Q, see KL(P‖Q) against KL(Q‖P)."""

from functools import partial
from typing import Literal

import streamlit as st

import kl_core
from pages.ui import book, content, controls, layout, tables, vega
from pages.ui import formatting as fmt
from pages.ui.pairs import charts, editor, prose, quiz, results
from pages.ui.pairs import prediction as prediction_of
from pages.ui.pairs.editor import ASYMMETRY
from pages.ui.pairs.pair import Pair
from pages.ui.pairs.presets import PRESETS
from pages.ui.recap import close
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
        ASYMMETRY.notice(PRESETS, content.text("asymmetry/no-preset"))

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
    costs, relatives, elsewhere, script = controls.tabs(
        "tab",
        [
            content.heading("asymmetry/costs"),
            content.heading("asymmetry/relatives"),
            content.heading("asymmetry/elsewhere"),
            content.heading("asymmetry/script"),
        ],
    )
    if costs.open:
        costs.markdown(content.text("asymmetry/costs"))
        costs.table(results.costs(p, q, unit, base), hide_index=True)
    if relatives.open:
        relatives.markdown(content.text("asymmetry/relatives"))
        relatives.table(tables.records(results.relatives(p, q, unit, base)), hide_index=True)
    if elsewhere.open:
        elsewhere.markdown(content.text("asymmetry/elsewhere"))
        elsewhere.table(tables.records(results.elsewhere(p, q)), hide_index=True)
    if script.open:
        script.markdown(content.text("asymmetry/script"))
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

st.title(content.heading("asymmetry/title"))
st.markdown(content.text("asymmetry/title"))
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
st.markdown(content.text("asymmetry/constant-entropy"))
layout.link(
    book.find("pages/predictions.py"),
    "The same bars, with a photograph’s label and a net’s softmax",
)

sun, guess = [1, 0], [0.25, 0.75]
costs = fmt.quantity(kl_core.kl_divergence(sun, guess, base=2), "bits")
other = fmt.quantity(kl_core.kl_divergence(guess, sun, base=2), "bits")
close(
    content.points("asymmetry/key-points"),
    content.question("asymmetry/check-yourself", costs=costs, other=other),
)
layout.turn_page("pages/asymmetry.py")

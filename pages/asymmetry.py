"""Edit P and Q, see KL(P‖Q) against KL(Q‖P)."""

from typing import Literal

import streamlit as st

import kl_core
from pages.ui import charts, controls, editor, frame, measures, snippets, tables, words
from pages.ui import prediction as prediction_of


@st.fragment  # so that an edit draws anew what depends on it, and nothing else
def explore(unit: str, base: float | None, direction: Literal["pq", "qp"]) -> None:
    """All that P and Q decide."""
    pair = editor.current()
    preset = editor.preset()
    prediction = controls.prediction(pair)
    if prediction == "open":
        st.info("The numbers wait until you have said what you expect.", icon="👀")
    elif preset:  # also while it is dragged about: nothing jumps under the hand
        st.info(f"{preset.notice} **{preset.do}**", icon="👀")
    else:
        st.info("Your own pair. Drag a bar to 0, first in P, then in Q.", icon="👀")

    editor.two_distributions(pair, unit, base, direction, hidden=prediction == "open")
    frame.keep()
    weightless = [name for name, weights in (("P", pair.p), ("Q", pair.q)) if not any(weights)]
    if weightless:
        st.error(
            f"All weights of {words.join(weightless)} are zero, so nothing can be said about it. "
            "Give at least one outcome a weight above zero.",
            icon="⚠️",
        )
    if weightless or prediction == "open":
        return

    p, q = kl_core.normalize(pair.p), kl_core.normalize(pair.q)
    kl_pq, kl_qp = kl_core.kl_divergence(p, q, base=base), kl_core.kl_divergence(q, p, base=base)
    if prediction:
        verdict = prediction_of.judge(
            pair.names, p, q, float(kl_pq), float(kl_qp), unit, *prediction
        )
        st.markdown(verdict.text)
    for column, name, value, truth, model in zip(
        st.columns(2, gap="large"),
        ("KL(P‖Q)", "KL(Q‖P)"),
        (kl_pq, kl_qp),
        (p, q),
        (q, p),
        strict=True,
    ):
        column.metric(words.coloured(name), words.quantity(value, unit))
        bits = kl_core.kl_divergence(truth, model, base=2)
        column.markdown(words.reading(bits, name, pair.names, truth, model))
    st.markdown(words.difference(float(kl_pq), float(kl_qp), unit))

    st.header("Where the two numbers come from")
    st.markdown(
        "Each outcome adds its own share, $p_i \\log(p_i/q_i)$ in one direction and "
        "$q_i \\log(q_i/p_i)$ in the other. :blue[Blue] bars: P says the outcome is likelier. "
        ":orange[Orange] bars: Q does. A share can be negative; the sum cannot."
    )
    both = {
        "KL(P‖Q)": kl_core.kl_terms(p, q, base=base),
        "KL(Q‖P)": kl_core.kl_terms(q, p, base=base),
    }
    bars, shares = tables.distributions(pair.names, p, q), tables.kl_terms(pair.names, p, q, both)
    rows = [[(bars, charts.distributions())], [(shares, charts.kl_terms(n, unit)) for n in both]]
    st.vega_lite_chart(*rows[0][0], key="chart:bars", alt=words.bars(pair.names, p, q))
    for column, chart, (name, terms) in zip(
        st.columns(2, gap="large"), rows[1], both.items(), strict=True
    ):
        alt = words.terms(pair.names, terms, name, unit)
        column.vega_lite_chart(*chart, key=f"chart:{name}", alt=alt)
    controls.downloads(
        ("Shares as CSV", shares.to_csv(index=False), "shares.csv", "text/csv"),
        ("Charts as SVG", lambda: charts.svg(charts.board(rows)), "shares.svg", "image/svg+xml"),
        ("Charts as PNG", lambda: charts.png(charts.board(rows)), "shares.png", "image/png"),
    )

    st.header("What you would pay anyway, and what the wrong model adds")
    st.markdown(
        "Entropy is what the truth costs even when you know it. The cross-entropy is what you pay "
        "when you believe the other distribution. KL is the difference."
    )
    st.table(
        {
            "truth, then model": ["P, Q", "Q, P"],
            "entropy of the truth": [
                f"H(P) = {words.number(kl_core.entropy(p, base=base))}",
                f"H(Q) = {words.number(kl_core.entropy(q, base=base))}",
            ],
            "plus divergence": [
                f"KL(P‖Q) = {words.number(kl_pq)}",
                f"KL(Q‖P) = {words.number(kl_qp)}",
            ],
            f"makes cross-entropy ({unit})": [
                f"H(P, Q) = {words.number(kl_core.cross_entropy(p, q, base=base))}",
                f"H(Q, P) = {words.number(kl_core.cross_entropy(q, p, base=base))}",
            ],
        },
        hide_index=True,
    )

    st.header("Other ways to say how far apart they are")
    st.markdown("The same P and Q, measured by what the field uses beside KL divergence.")
    st.table(tables.records(measures.relatives(p, q, unit, base)), hide_index=True)

    st.header("The same P and Q elsewhere")
    st.markdown(
        "What other libraries answer for KL(P‖Q) of exactly this pair, in nats. None of them is "
        "loaded here: `kl_core` follows their rules, and tests hold it to SciPy, to Keras and to "
        "PyTorch’s documentation."
    )
    st.table(tables.records(measures.elsewhere(p, q)), hide_index=True)

    st.header("Take it with you")
    st.markdown("The page’s address holds all that you see. So does this script, which prints it:")
    st.code(snippets.pair_script(pair.names, pair.p, pair.q, unit, base), language="python")


frame.page("pages/asymmetry.py")

st.title("Which way do you measure?")
st.markdown(
    "KL divergence says what it costs to believe Q when the truth is P. Drag a bar, and see that "
    "the cost of believing P when the truth is Q is another number."
)
editor.presets()
with st.container(horizontal=True, gap="large", vertical_alignment="bottom"):
    unit, base = controls.unit()
    direction = controls.direction()
    controls.predict_first()
explore(unit, base, direction)
st.markdown(
    "When the truth never changes, as with a training set’s labels, its entropy is a constant. "
    "Then making the cross-entropy small and making KL small are the same task. The next page "
    "puts that to the test."
)
frame.turn_page("pages/asymmetry.py")

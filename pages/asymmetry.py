"""Edit P and Q, see KL(P‖Q) against KL(Q‖P)."""

import streamlit as st

import kl_core
from pages.ui import charts, controls, editor, frame, tables, words
from pages.ui.pair import PRESETS

frame.page("pages/asymmetry.py")

st.title("Which way do you measure?")
st.markdown(
    "KL divergence says what it costs to believe Q when the truth is P. Change a weight, and see "
    "that the cost of believing P when the truth is Q is another number."
)

editor.presets()
notice = st.container()
left, right = st.columns([6, 5], gap="medium")
with left:
    pair = editor.two_distributions()
notice.info(
    next(
        (preset.notice for preset in PRESETS if preset.pair == pair),
        "Your own pair. Try a weight of 0, first in P, then in Q; “Undo” takes you back.",
    ),
    icon="👀",
)

weightless = [name for name, weights in (("P", pair.p), ("Q", pair.q)) if not any(weights)]
if weightless:
    st.error(
        f"All weights of {words.join(weightless)} are zero, so nothing can be said about it. "
        "Give at least one outcome a weight above zero.",
        icon="⚠️",
    )
    frame.turn_page("pages/asymmetry.py")
    st.stop()

p, q = kl_core.normalize(pair.p), kl_core.normalize(pair.q)
with right:
    st.vega_lite_chart(
        tables.distributions(pair.names, p, q),
        charts.distributions(),
        key="chart:bars",
        alt=words.bars(pair.names, p, q),
    )
    st.caption(
        f"P’s weights sum to {words.number(sum(pair.p))}, Q’s to {words.number(sum(pair.q))}. "
        "Each is divided by its sum: a distribution’s probabilities sum to 1."
    )

unit, base = controls.unit()
kl_pq, kl_qp = kl_core.kl_divergence(p, q, base=base), kl_core.kl_divergence(q, p, base=base)
for column, name, value, truth, model in zip(
    st.columns(2, gap="large"), ("KL(P‖Q)", "KL(Q‖P)"), (kl_pq, kl_qp), (p, q), (q, p), strict=True
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
table = tables.kl_terms(pair.names, p, q, both)
for column, (name, terms) in zip(st.columns(2, gap="large"), both.items(), strict=True):
    column.vega_lite_chart(
        table,
        charts.kl_terms(name, unit),
        key=f"chart:{name}",
        alt=words.terms(pair.names, terms, name, unit),
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
st.markdown(
    "When the truth never changes, as with a training set’s labels, its entropy is a constant. "
    "Then making the cross-entropy small and making KL small are the same task. The next page "
    "puts that to the test."
)
frame.turn_page("pages/asymmetry.py")

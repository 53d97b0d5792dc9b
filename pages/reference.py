"""Formulas, what each Keras spelling does today, and the sources."""

import streamlit as st

from pages.ui import api, frame, sources, words


@st.fragment  # so that a search, or a name that is opened, draws nothing else anew
def public_names() -> None:
    """Every public name of the library; what it says of itself comes when it is opened."""
    wanted = st.text_input("Search the names and their descriptions", key="search", max_chars=100)
    frame.keep()
    found = {
        title: [entry for entry in entries if entry.matches(wanted)]
        for title, entries in api.groups().items()
    }
    for title, entries in found.items():
        if entries:
            st.markdown(f"#### {title}")
        for entry in entries:
            label = f"`{entry.name}`: {words.plain(entry.summary)}"
            box = st.expander(label, key=f"api:{entry.name}", on_change="rerun")
            if box.open:
                box.code(entry.signature, language="python", wrap_lines=True)
                box.code(entry.details, language=None, wrap_lines=True)
    if not any(found.values()):
        st.info(
            "No name has all of these words. Try fewer, or a part of one, such as “diverg”.",
            icon="🔎",
        )


frame.page("pages/reference.py")

st.title("What exactly does it say?")
st.markdown(
    "Every formula of this book in one place, the ways to ask Keras for it, and where it all "
    "comes from. P is always the truth and Q the model, in that order."
)

st.header("Formulas")
st.markdown(
    "$P = (p_1, \\dots, p_k)$ and $Q = (q_1, \\dots, q_k)$ are two distributions over the same $k$ "
    "outcomes. With the natural logarithm the unit is the nat, with base 2 the bit; one nat is "
    "$1/\\ln 2 \\approx 1.443$ bits. $0 \\log 0$ counts as 0."
)
for name, formula, remark in (
    ("Surprise", r"\log \frac{1}{p_i}", "of the outcome $i$"),
    (
        "Entropy",
        r"H(P) = \sum_i p_i \log \frac{1}{p_i}",
        "the surprise expected by whoever knows $P$",
    ),
    (
        "Cross-entropy",
        r"H(P, Q) = \sum_i p_i \log \frac{1}{q_i}",
        "the surprise expected by whoever believes $Q$ while $P$ is true",
    ),
    (
        "KL divergence",
        r"\mathrm{KL}(P \,\|\, Q) = \sum_i p_i \log \frac{p_i}{q_i} = H(P, Q) - H(P) \;\ge\; 0",
        "0 only where $P = Q$; infinite where some $q_i = 0 < p_i$; not symmetric",
    ),
    (
        "Softmax",
        r"q_i = \frac{e^{z_i}}{\sum_j e^{z_j}}",
        "turns a net’s logits $z$ into a distribution",
    ),
    (
        "Gradient of both losses",
        r"\frac{\partial}{\partial z_i} H(P, Q) = \frac{\partial}{\partial z_i} "
        r"\mathrm{KL}(P \,\|\, Q) = q_i - p_i",
        "for a fixed target $P$ and $Q$ the softmax of $z$",
    ),
    (
        "Label smoothing",
        r"p_i' = (1 - s)\, p_i + \frac{s}{k}",
        "mixes a label with a share $s$ of the uniform distribution; $H(P')$ is then positive, and "
        "cross-entropy and KL differ by that constant",
    ),
):
    left, right = st.columns([2, 3], vertical_alignment="center")
    left.markdown(f"**{name}**: {remark}")
    right.latex(formula)

st.header("What each Keras spelling does today")
st.markdown("Tried on Keras 3.15 with TensorFlow 2.21; a test of this project tries them again.")
st.table(
    {
        "you write": [f"`{spelling.code}`" for spelling in sources.SPELLINGS],
        "it works": ["yes" if spelling.works else "**no**" for spelling in sources.SPELLINGS],
        "note": [spelling.note for spelling in sources.SPELLINGS],
    },
    hide_index=True,
)
st.markdown(
    """
The order is `loss(y_true=P, y_pred=Q)`: the truth first, as in KL(P‖Q). Two things to know:

- Keras’s KL divergence clips both arguments to $[10^{-7}, 1]$ before it takes logarithms. Where
  the true value is infinite it answers with a number: $\\mathrm{KL}((0.5, 0.5)\\|(1, 0))$ comes out
  as 7.366 nats. `kl_core.kl_divergence` answers ∞.
- It does not check that its arguments are distributions, and does not normalise them:
  $((0.2, 0.2), (0.9, 0.9))$ gives −0.60, which no divergence can be. `kl_core` refuses such input
  and says why.
"""
)

st.header("In Python")
st.markdown(
    "`pip install .` in this project’s folder installs `kl_core` alone; it needs numpy and "
    "nothing else."
)
st.code(
    """\
import kl_core

p = kl_core.normalize([9, 12, 4])
q = kl_core.normalize([1, 1, 1])
kl_core.kl_divergence(p, q)            # 0.0852996 nats
kl_core.kl_divergence(q, p, base=2)    # 0.1405978 bits
kl_core.kl_terms(p, q)                 # each outcome's share; they sum to the first line
"""
)

st.subheader("Every public name")
st.markdown(
    "What the library says of itself: how to call it, its formula, shapes and units, what it "
    "refuses, and where it comes from."
)
public_names()

st.header("Sources")
for title, texts in (
    ("The article that this book began with:", [sources.ARTICLE]),
    ("What that article builds on:", sources.CITED_BY_THE_ARTICLE),
    ("What this book adds:", sources.SOURCES),
):
    items = [f"- [{text.reference}]({text.address}): {text.what_for}." for text in texts]
    st.markdown("\n".join([title, "", *items]))
frame.turn_page("pages/reference.py")

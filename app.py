"""The front page: what this is, something to take hold of, and the way through the book."""

import streamlit as st

import kl_core
from pages.ui import controls, layout
from pages.ui import formatting as fmt
from pages.ui.book import BOOK, find
from pages.ui.content import Question
from pages.ui.pairs import editor, prose
from pages.ui.pairs.editor import FRONT
from pages.ui.pairs.results import solve
from pages.ui.recap import close


@st.fragment  # so that an edit draws anew what depends on it, and nothing else
def try_it() -> None:
    """Two bars each for P and Q, and what the two numbers are."""
    controls.refusal(FRONT.history.refusal(linked=True))
    editor.bars(FRONT, "small", "bits")
    layout.keep()
    pair = FRONT.current()
    if pair.weightless:
        st.error(prose.weightless(pair.weightless), icon=layout.WARNING)
        return
    results = solve(pair, "bits")
    for way in (results.pq, results.qp):
        if way.ruled_out:
            st.markdown(prose.reading(way))
    st.markdown(prose.difference(results))


layout.page("app.py")

st.title("How wrong is your model of the world?")
st.markdown(
    "**P** is how a coin really falls, **Q** how you believe it falls. Kullback–Leibler "
    "divergence, **KL(P‖Q)**, is the price of that belief: how many more 0s and 1s (bits) you "
    "spend a toss, to report how it fell, because you planned for Q. KL(Q‖P) is the price if it "
    "were the other way round. **Drag a bar: can you make the two equal? Or one less than 0?**"
)
try_it()

st.header("What fifteen minutes give you")
st.markdown(
    """
You will be able to say

- what a divergence of half a bit costs, and whom;
- why KL(P‖Q) is not KL(Q‖P), and which of the two you want;
- why training a net with KL divergence or with cross-entropy is the same thing, where the two part
  after all, and what that did to real nets on real photographs.

Everything here moves when you move it. Take the pages in order, or only the one you came for:
"""
)
for entry in BOOK[1:]:
    name, summary = st.columns([1, 4], gap="small", vertical_alignment="center")
    with name:
        layout.link(entry)
    summary.markdown(entry.summary)

st.header("Where you meet it")
for file, use, what in (
    (
        "pages/training.py",
        "Classification",
        "The label is P; the probabilities that the net gives the classes are Q. Training makes "
        "KL(P‖Q) small, whether the loss is called KL divergence or cross-entropy.",
    ),
    (
        "pages/vae.py",
        "Variational autoencoders",
        "Each input becomes a cloud of codes, and the loss holds KL from that cloud to a standard "
        "normal distribution. Here the *first* argument is what learns.",
    ),
    (
        "pages/regression.py",
        "In place of least squares",
        "Least squares makes KL small already: from the true distribution of the answers to a "
        "Gaussian of fixed width. Assume another shape and KL gives another loss.",
    ),
):
    name, text = st.columns([1, 4], gap="small", vertical_alignment="center")
    with name:
        layout.link(find(file))
    text.markdown(f"**{use}.** {what}")

fair, loaded = [0.5, 0.5], [0.9, 0.1]
half = f"{fmt.quantity(kl_core.kl_divergence(loaded, fair, base=2), 'bits')}"
more = f"{fmt.quantity(kl_core.kl_divergence(fair, loaded, base=2), 'bits')}"
close(
    (
        "KL(P‖Q) is the price, in bits an outcome, of believing Q while P is true.",
        "It is 0 where the belief is right, and never below 0: no belief beats the truth.",
        "Truth and belief do not play the same part, so KL(P‖Q) and KL(Q‖P) are two numbers.",
    ),
    Question(
        "You believe in a fair coin, and it shows heads nine times in ten. Your friend believes "
        "in that loaded coin, and hers is fair. Who pays more?",
        ("You do", "Your friend", "Both pay the same"),
        "Your friend",
        f"She pays {more} a toss and you pay {half}. What costs most is an outcome that comes "
        "often and was held for unlikely: her tails.",
    ),
)
layout.turn_page("app.py")

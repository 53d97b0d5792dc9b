"""The front page: what this is, who it is for, and the way through it."""

import streamlit as st

import kl_core
from pages.ui import frame, words
from pages.ui.book import BOOK

frame.page("app.py")

st.title("How wrong is your model of the world?")
st.markdown(
    "Kullback–Leibler divergence answers in bits. Here you take two distributions in your hands, "
    "see why the answer depends on which one you call the truth, and then train a neural "
    "network with it, on real photographs."
)

for entry in BOOK[1:]:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        frame.link(entry)
        st.markdown(entry.summary)

st.header("From surprise to KL, with one coin")
percent = st.slider(
    "The coin is fair. Out of 100 tosses, how many heads do you believe in?",
    1,
    99,
    90,
    key="belief",
    bind="query-params",
)
truth, belief = [0.5, 0.5], [percent / 100, 1 - percent / 100]
entropy = kl_core.entropy(truth, base=2)
cross_entropy = kl_core.cross_entropy(truth, belief, base=2)
divergence = kl_core.kl_divergence(truth, belief, base=2)
reverse = kl_core.kl_divergence(belief, truth, base=2)
st.markdown(
    f"""
1. **Surprise.** An outcome of probability $p$ surprises you by $\\log_2 (1/p)$ bits: heads from a
   fair coin by 1 bit, something certain not at all.
2. **Entropy** is the surprise you expect if you know the truth $P$, which gives outcome $i$ the
   probability $p_i$: $H(P) = \\sum_i p_i \\log_2 (1/p_i)$. For the fair coin it is
   {words.quantity(entropy, "bits")}.
3. **Cross-entropy** is the surprise you expect if you believe a model $Q$ instead, with its own
   probabilities $q_i$. The outcomes still follow $P$, your surprise follows $Q$:
   $H(P, Q) = \\sum_i p_i \\log_2 (1/q_i)$. With your belief it is
   {words.quantity(cross_entropy, "bits")}.
4. **KL divergence** is the difference, the price of your belief:
   $\\mathrm{{KL}}(P \\| Q) = H(P, Q) - H(P)$. It comes to
   **{words.quantity(divergence, "bits")}** a toss. It is 0 where $Q = P$ and never negative: no
   belief is cheaper than the truth.

If it were the other way round, the coin as loaded as you believe and your belief a fair coin, the
price would be {words.quantity(reverse, "bits")}. These are two questions, and they seldom have one
answer: the next page lets you take hold of both.
"""
)

st.header("Where you meet it")
st.markdown(
    """
- **Classification.** The label is P; the probabilities that the net gives the classes are Q.
  Training makes KL(P‖Q) small, whether the loss is called KL divergence or cross-entropy. Two pages
  of this book show why that is the same thing, and measure it.
- **Variational autoencoders.** Each input becomes a cloud of codes, and the loss holds KL from that
  cloud to a standard normal distribution. Here the *first* argument is what learns.
- **In place of least squares.** Least squares makes KL small already: from the true distribution of
  the answers to a Gaussian of fixed width. Assume another shape and KL gives another loss.
"""
)
frame.turn_page("app.py")

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

fair, loaded = [0.5, 0.5], [0.9, 0.1]
entropy = kl_core.entropy(fair, base=2)
cross_entropy = kl_core.cross_entropy(fair, loaded, base=2)
divergence = kl_core.kl_divergence(fair, loaded, base=2)
reverse = kl_core.kl_divergence(loaded, fair, base=2)

st.header("From surprise to KL, with one coin")
st.markdown(
    f"""
1. **Surprise.** An outcome with probability $p$ surprises you by $\\log_2 1/p$ bits. Heads from
   a fair coin: 1 bit. Something certain: none at all.
2. **Entropy** is the surprise you expect on average, when you know the true distribution $P$:
   $H(P) = \\sum_i p_i \\log_2 1/p_i$. For the fair coin, {words.quantity(entropy, "bits")}.
3. **Cross-entropy.** Now believe a model $Q$ that says heads nine times in ten, and go on
   tossing the fair coin. Your surprise follows $Q$, the outcomes follow $P$:
   $H(P, Q) = \\sum_i p_i \\log_2 1/q_i$ = {words.quantity(cross_entropy, "bits")}.
4. **KL divergence** is the difference, the price of believing $Q$:
   KL(P‖Q) $= H(P, Q) - H(P) = \\sum_i p_i \\log_2 (p_i / q_i)$ =
   **{words.quantity(divergence, "bits")}** a toss, expected. It is 0 where $Q = P$, and never
   negative: no wrong model is cheaper than the truth.

Had the coin been the loaded one, and your model fair, the price would be
{words.quantity(reverse, "bits")}. Two distributions, two answers: that is the next page.
"""
)
frame.turn_page("app.py")

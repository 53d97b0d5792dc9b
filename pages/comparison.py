"""Runs side by side: what many seeds of either loss say together."""

import streamlit as st

import kl_core
from pages.ui import book, layout
from pages.ui import formatting as fmt
from pages.ui.comparison import alt_text, choice, groups, sections
from pages.ui.content import Question
from pages.ui.recap import close

layout.page("pages/comparison.py")

st.title("Are the two losses really different?")
answer = st.container()
with layout.controls("runs"):
    available = choice.available()
    chosen = choice.runs(available)
    view = choice.view()
if not chosen:
    st.info(alt_text.NO_MATCH if available else alt_text.NO_RUNS)
    layout.turn_page("pages/comparison.py")
    st.stop()

found = groups.group(chosen)
if len(found) > choice.MOST:
    st.info(alt_text.too_many(len(found), choice.MOST))
found = found[: choice.MOST]
pairs = groups.versus(found)
drawn = st.container()
st.header("How sure is that?")
margin = choice.margin()
with answer:  # before the curves, which take longer
    sections.answer(pairs, margin)
with drawn:
    panels = sections.curves(found, view)
    sections.sheet(found)
    with layout.controls("downloads"):
        sections.downloads(found, view, panels)
sections.certainty(pairs, margin)

st.header("When do the curves part, and why?")
for pair in pairs[:1]:
    sections.parting(pair)
label, tenths = [1] + 9 * [0], 10 * [0.1]
clip = kl_core.keras_kl_divergence(label, tenths) - kl_core.kl_divergence(label, tenths)
clipped = fmt.quantity(clip, "nats")
st.markdown(
    f"""
A plain label puts probability 1 on one class, so its entropy $H(P)$ is 0, and

$$H(P, Q) = H(P) + \\mathrm{{KL}}(P\\|Q) = \\mathrm{{KL}}(P\\|Q).$$

The two losses are then **the same function**, not just similar ones: same value, same gradient.
In the logits $z$ of the softmax that gradient is $q - p$, for both.

Then why do the curves part? Because Keras’s two functions are not quite those two. Its KL raises
every probability below $10^{{-7}}$ to $10^{{-7}}$ before it takes logarithms, the label’s nine
zeros included. At the start, while the net gives each class about a tenth, that changes the loss by
$9 \\cdot 10^{{-7}} \\ln (10^{{-7}} / 0.1)$, which is {clipped}. And each function rounds in its own
way. Training multiplies these specks, as it multiplies every small change, and by the end they are
two different nets. Another seed would have made two others: one run of each loss cannot tell which
loss is better.
"""
)
layout.link(
    book.find("pages/predictions.py"),
    "What these nets believe about photographs on which people disagree",
    pictures="test photographs",
    p="what people said",
    order="people least sure first",
)

offset = fmt.quantity(kl_core.entropy(kl_core.smooth_labels(label, 0.1)), "nats")
close(
    (
        "With plain labels KL divergence and cross-entropy are the same function of the net’s "
        "weights.",
        "What parts the curves is how Keras computes them: its clip, and rounding, multiplied by "
        "training.",
        "One run of each loss says nothing about which is better: that takes many seeds.",
    ),
    Question(
        "Smooth the labels by 0.1 over ten classes. How do the two loss curves differ then?",
        ("not at all", f"by {offset}, at every epoch", "more and more as training goes on"),
        f"by {offset}, at every epoch",
        "That is H(P), the entropy of the smoothed label. It holds no weight of the net: the "
        "gradients stay equal.",
    ),
)
layout.turn_page("pages/comparison.py")

"""Runs side by side: overlaid curves and a table of last and best figures."""

import streamlit as st

import kl_core
from pages.ui import charts, controls, frame, tables, words
from pages.ui.closing import Question, close
from pages.ui.runs import compared

frame.page("pages/comparison.py")

st.title("Are the two losses really different?")
st.markdown(
    "Lay the curves over each other. KL divergence is blue with circles, cross-entropy orange "
    "with squares. The training images stand on the left, the held-out validation images on the "
    "right, on the same scale."
)
with frame.controls("runs"):
    chosen = compared.to_compare()
if not chosen:
    st.info("Choose at least one run above, or train one on the training page.", icon="🌱")
    frame.turn_page("pages/comparison.py")
    st.stop()

for kl, ce in tables.same_but_for_the_loss(chosen):
    st.markdown(
        words.two_losses(
            kl.spec.settings,
            (kl.history[0].loss, kl.last.val_accuracy),
            (ce.history[0].loss, ce.last.val_accuracy),
            kl.images["validation"],
        )
    )

history = tables.histories(chosen)
epochs = max(run.spec.epochs for run in chosen)
panels = []
for measure in ("loss", "accuracy"):
    curves = tables.curves(history, measure, panel="images")
    row = [(images, charts.overlay(measure, images, epochs)) for images in charts.KINDS]
    for column, (images, spec) in zip(st.columns(2, gap="large"), row, strict=True):
        column.vega_lite_chart(
            curves,
            spec,
            key=f"chart:{measure} {images}",
            alt=words.overlay(measure, images, tables.ends(curves, images)),
        )
    panels.append([(curves, spec) for _, spec in row])

figures = tables.figures(chosen)
st.table(tables.legible(figures))
st.caption(
    "“Best epoch” is chosen after the fact, on the validation images themselves: it flatters. "
    "Losses are in nats. Minutes depend on what else the machine was doing."
)
board = charts.board(panels)
with frame.controls("downloads"):
    controls.downloads(
        ("Curves as CSV", history.to_csv(index=False), "curves.csv", "text/csv"),
        ("Figures as CSV", figures.to_csv(index=False), "figures.csv", "text/csv"),
        ("Chart as SVG", lambda: charts.svg(board), "curves.svg", "image/svg+xml"),
        ("Chart as PNG", lambda: charts.png(board), "curves.png", "image/png"),
    )

st.header("Why they nearly coincide, and why not quite")
label, tenths = [1] + 9 * [0], 10 * [0.1]
clip = kl_core.keras_kl_divergence(label, tenths) - kl_core.kl_divergence(label, tenths)
clipped = words.quantity(clip, "nats")
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

offset = words.quantity(kl_core.entropy(kl_core.smooth_labels(label, 0.1)), "nats")
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
frame.turn_page("pages/comparison.py")

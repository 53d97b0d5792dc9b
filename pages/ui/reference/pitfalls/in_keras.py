"""Where KL divergence and cross-entropy go wrong in Keras."""

from __future__ import annotations

import numpy as np

import kl_core
from pages.ui.reference.pitfalls.pitfall import FAINT, FAIR, FULL, Pitfall

LABEL, WRONG = [1.0, 0.0, 0.0], [-20.0, 0.0, 0.0]  # a label, and logits that all but rule it out
PER_LOGIT = "nats per unit of z"
ONE_HOT = np.eye(10)[0]
SMOOTHED = kl_core.smooth_labels(ONE_HOT, 0.1)

PITFALLS = (
    Pitfall(
        "KL divergence clips both arguments to between 10⁻⁷ and 1. Where the true value is "
        "infinite, you get a number.",
        ("Keras: Probabilistic losses", "Keras: keras/src/losses"),
        "p, q = [0.5, 0.5], [1.0, 0.0]\nkeras.losses.kl_divergence(p, q)",
        lambda: kl_core.keras_kl_divergence(FAIR, [1, 0]),
        lambda: kl_core.kl_divergence(FAIR, [1, 0]),
    ),
    Pitfall(
        "In KL divergence no outcome costs more than −ln 10⁻⁷ nats. Beyond that, a worse model "
        "looks no worse.",
        ("Keras: keras/src/losses",),
        "p, q = [1.0, 0.0], [1e-20, 1.0]\nkeras.losses.kl_divergence(p, q)",
        lambda: kl_core.keras_kl_divergence([1, 0], [1e-20, 1]),
        lambda: kl_core.kl_divergence([1, 0], [1e-20, 1]),
    ),
    Pitfall(
        "KL divergence stops teaching where the net gives the true class less than 10⁻⁷: the clip "
        "lets no gradient through. What is left of the slope at that class is all but 0.",
        ("Keras: keras/src/losses",),
        "p = [[1.0, 0.0, 0.0]]\n"
        "z = tf.Variable([[-20.0, 0.0, 0.0]])\n"
        "with tf.GradientTape() as tape:\n"
        "    q = keras.activations.softmax(z)\n"
        "    loss = keras.losses.kl_divergence(p, q)\n"
        "tape.gradient(loss, z)[0, 0]",
        lambda: kl_core.keras_kl_logit_gradient(LABEL, WRONG)[0],
        lambda: kl_core.logit_gradient(LABEL, WRONG)[0],
        answers_in=PER_LOGIT,
        right_in=PER_LOGIT,
    ),
    Pitfall(
        "Cross-entropy goes on teaching below 10⁻⁷, but only where Keras finds the logits again: "
        "in a compiled model, or after `keras.activations.softmax`. After `tf.nn.softmax`, run "
        "eagerly, it stops too.",
        ("Keras: keras/src/backend",),
        "p = [[1.0, 0.0, 0.0]]\n"
        "z = tf.Variable([[-20.0, 0.0, 0.0]])\n"
        "with tf.GradientTape() as tape:\n"
        "    q = tf.nn.softmax(z)\n"
        "    loss = keras.losses.categorical_crossentropy(p, q)\n"
        "tape.gradient(loss, z)[0, 0]",
        lambda: kl_core.keras_cross_entropy_logit_gradient(LABEL, WRONG, recovers_logits=False)[0],
        lambda: kl_core.logit_gradient(LABEL, WRONG)[0],
        answers_in=PER_LOGIT,
        right_in=PER_LOGIT,
    ),
    Pitfall(
        "KL divergence does not ask whether you gave it distributions. It can come out below 0, "
        "which no divergence can be.",
        ("Keras: keras/src/losses",),
        "p, q = [0.2, 0.2], [0.9, 0.9]\nkeras.losses.kl_divergence(p, q)",
        lambda: kl_core.keras_kl_divergence(FAINT, FULL),
        lambda: kl_core.kl_divergence(FAINT, FULL),
    ),
    Pitfall(
        "KL divergence lifts numbers below 0 to 10⁻⁷ and cuts those above 1. Two rows that are no "
        "distributions pass for one and the same.",
        ("Keras: keras/src/losses",),
        "p, q = [-1.0, 2.0], [-3.0, 4.0]\nkeras.losses.kl_divergence(p, q)",
        lambda: kl_core.keras_kl_divergence([-1, 2], [-3, 4]),
        lambda: kl_core.kl_divergence([-1, 2], [-3, 4]),
    ),
    Pitfall(
        "`KLDivergence` wants probabilities. It has no `from_logits`, no `label_smoothing` and no "
        "`axis`, and logits slip through unnoticed.",
        ("Keras: Probabilistic losses",),
        "p, q = [0.5, 0.5], [2.0, 1.0]\nkeras.losses.kl_divergence(p, q)",
        lambda: kl_core.keras_kl_divergence(FAIR, [2, 1]),
        lambda: kl_core.kl_divergence(FAIR, kl_core.softmax([2, 1])),
    ),
    Pitfall(
        "Cross-entropy, unlike KL divergence, divides the prediction by its sum first, and "
        "says nothing of it.",
        ("Keras: keras/src/losses", "Keras: keras/src/backend"),
        "p, q = [0.5, 0.5], [0.9, 0.9]\nkeras.losses.categorical_crossentropy(p, q)",
        lambda: kl_core.keras_categorical_crossentropy(FAIR, FULL),
        lambda: kl_core.cross_entropy(FAIR, FULL),
    ),
    Pitfall(
        "Do not read cross-entropy as a distance. With label smoothing, a net that hits the "
        "smoothed label exactly still has a loss: the entropy of that label.",
        ("Keras: keras/src/losses",),
        "label = np.eye(10)[0]\n"
        "q = 0.9 * label + 0.01\n"
        "keras.losses.categorical_crossentropy(\n"
        "    label, q, label_smoothing=0.1\n"
        ")",
        lambda: kl_core.keras_categorical_crossentropy(ONE_HOT, SMOOTHED, label_smoothing=0.1),
        lambda: kl_core.kl_divergence(SMOOTHED, SMOOTHED),
    ),
)

"""Pitfalls of KL divergence and cross-entropy in Keras."""

from __future__ import annotations

import numpy as np

import kl_core
from pages.ui.reference.pitfalls.pitfall import FAINT, FAIR, FULL, Pitfall

LABEL, WRONG = [1.0, 0.0, 0.0], [-20.0, 0.0, 0.0]  # a label, and logits with q(label) ≈ 10⁻⁹
PER_LOGIT = "nats per unit of z"
ONE_HOT = np.eye(10)[0]
SMOOTHED = kl_core.smooth_labels(ONE_HOT, 0.1)

PITFALLS = (
    Pitfall(
        "KL divergence clips both arguments to the interval from 10⁻⁷ to 1. If the true value is "
        "infinite, the result is finite.",
        ("Keras: Probabilistic losses", "Keras: keras/src/losses"),
        "p, q = [0.5, 0.5], [1.0, 0.0]\nkeras.losses.kl_divergence(p, q)",
        lambda: kl_core.keras_kl_divergence(FAIR, [1, 0]),
        lambda: kl_core.kl_divergence(FAIR, [1, 0]),
    ),
    Pitfall(
        "With a one-hot label, KL divergence is at most −ln 10⁻⁷ nats. A worse model gets the "
        "same loss.",
        ("Keras: keras/src/losses",),
        "p, q = [1.0, 0.0], [1e-20, 1.0]\nkeras.losses.kl_divergence(p, q)",
        lambda: kl_core.keras_kl_divergence([1, 0], [1e-20, 1]),
        lambda: kl_core.kl_divergence([1, 0], [1e-20, 1]),
    ),
    Pitfall(
        "If the network gives the true class a probability below 10⁻⁷, the gradient of KL "
        "divergence vanishes: the clip passes no gradient. In the logits it is below 10⁻⁶.",
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
        "Below 10⁻⁷, cross-entropy keeps its gradient only if Keras finds the logits: with the "
        "TensorFlow backend, softmax as the last operation, and its output not cast. After an "
        "eager `tf.nn.softmax`, after a `Reshape`, in `mixed_float16` or `mixed_bfloat16`, the "
        "gradient is 0. The JAX and PyTorch backends never look for the logits. "
        "`from_logits=True` works everywhere.",
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
        "KL divergence does not check that its arguments are distributions. The result can be "
        "negative, which no divergence can be.",
        ("Keras: keras/src/losses",),
        "p, q = [0.2, 0.2], [0.9, 0.9]\nkeras.losses.kl_divergence(p, q)",
        lambda: kl_core.keras_kl_divergence(FAINT, FULL),
        lambda: kl_core.kl_divergence(FAINT, FULL),
    ),
    Pitfall(
        "KL divergence clips negative numbers to 10⁻⁷ and numbers above 1 to 1. Two different "
        "rows, neither of them a distribution, get a divergence of 0.",
        ("Keras: keras/src/losses",),
        "p, q = [-1.0, 2.0], [-3.0, 4.0]\nkeras.losses.kl_divergence(p, q)",
        lambda: kl_core.keras_kl_divergence([-1, 2], [-3, 4]),
        lambda: kl_core.kl_divergence([-1, 2], [-3, 4]),
    ),
    Pitfall(
        "`KLDivergence` expects probabilities. It has no `from_logits`, no `label_smoothing` and "
        "no `axis`, and it accepts logits without an error.",
        ("Keras: Probabilistic losses",),
        "p, q = [0.5, 0.5], [2.0, 1.0]\nkeras.losses.kl_divergence(p, q)",
        lambda: kl_core.keras_kl_divergence(FAIR, [2, 1]),
        lambda: kl_core.kl_divergence(FAIR, kl_core.softmax([2, 1])),
    ),
    Pitfall(
        "Cross-entropy, unlike KL divergence, first divides the prediction by its sum, without "
        "a warning.",
        ("Keras: keras/src/losses", "Keras: keras/src/backend"),
        "p, q = [0.5, 0.5], [0.9, 0.9]\nkeras.losses.categorical_crossentropy(p, q)",
        lambda: kl_core.keras_categorical_crossentropy(FAIR, FULL),
        lambda: kl_core.cross_entropy(FAIR, FULL),
    ),
    Pitfall(
        "Cross-entropy is not a distance: its minimum is not 0. With label smoothing, a network "
        "that predicts the smoothed label exactly has a loss equal to the entropy of this label. "
        "Its KL divergence from that label is 0.",
        ("Keras: keras/src/losses",),
        "label = np.eye(10)[0]\n"
        "q = 0.9 * label + 0.01\n"
        "keras.losses.categorical_crossentropy(\n"
        "    label, q, label_smoothing=0.1\n"
        ")",
        lambda: kl_core.keras_categorical_crossentropy(ONE_HOT, SMOOTHED, label_smoothing=0.1),
        lambda: kl_core.kl_divergence(SMOOTHED, SMOOTHED),
        right_is="KL divergence",
    ),
)

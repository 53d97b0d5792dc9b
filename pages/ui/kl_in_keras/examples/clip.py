"""A sample whose true class has q below 1e-7: its loss, and the gradient in its logit."""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

p = tf.constant([[1.0, 0.0, 0.0]])
z = tf.Variable([[-30.0, 0.0, 0.0]])  # q of the true class: 4.7e-14


def gradient(loss: Callable[..., Any], last: Callable[..., Any]) -> list[float]:
    """The loss, and its gradient in the true class's logit."""
    with tf.GradientTape() as tape:
        value = loss(p, last(z))
    return [float(value), float(tape.gradient(value, z)[0, 0])]


kl, ce = keras.losses.KLDivergence(), keras.losses.CategoricalCrossentropy()
logits_ce = keras.losses.CategoricalCrossentropy(from_logits=True)
clipped = gradient(kl, keras.activations.softmax)  # [16.12, 0]
# Keras finds the logits behind its own softmax, if that is the last operation:
found = gradient(ce, keras.activations.softmax)  # [30.69, -1]
flattened = gradient(ce, lambda z: keras.ops.reshape(keras.ops.softmax(z), (1, 3)))  # [16.12, 0]
eager = gradient(ce, tf.nn.softmax)  # [16.12, 0]
from_logits = gradient(logits_ce, tf.identity)  # [30.69, -1]

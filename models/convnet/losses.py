"""Keras's losses by key, and the samples in the dead zone of its KL divergence."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from kl_core.compat import EPSILON

KERAS_LOSSES: dict[str, type[keras.losses.Loss]] = {
    "kl_divergence": keras.losses.KLDivergence,
    "categorical_crossentropy": keras.losses.CategoricalCrossentropy,
}


def count_dead(q: Any, labels: Any) -> Any:
    """The number of samples whose true class has a probability below 1e-7.

    There Keras clips the probability, and the gradient of its KL vanishes.
    """
    true = tf.gather(q, tf.cast(labels, tf.int32), batch_dims=1)
    return tf.math.count_nonzero(true < EPSILON)

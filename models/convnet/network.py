"""The source article's ConvNet."""

from __future__ import annotations

import keras
from keras import layers


def build(precision: str = "float32") -> keras.Model:
    """(32, 32, 3) pixels in [0, 1] → ten probabilities; 612,042 parameters.

    Weights and probabilities are float32; `precision` is the dtype policy of the layers between.
    Source: MachineCurve (2019), "How to use Kullback-Leibler divergence with Keras?".
    """
    conv = {"kernel_size": (3, 3), "activation": "relu", "dtype": precision}
    return keras.Sequential(
        [
            layers.Input((32, 32, 3)),
            layers.Conv2D(32, name="conv_1", **conv),
            layers.MaxPooling2D((2, 2), dtype=precision),
            layers.Dropout(0.5, dtype=precision),
            layers.Conv2D(64, name="conv_2", **conv),
            layers.MaxPooling2D((2, 2), dtype=precision),
            layers.Dropout(0.5, dtype=precision),
            layers.Flatten(dtype=precision),
            layers.Dense(256, activation="relu", name="dense_1", dtype=precision),
            # The losses take logarithms of these: bfloat16 keeps only three digits.
            layers.Dense(10, activation="softmax", name="dense_2", dtype="float32"),
        ],
        name="convnet",
    )

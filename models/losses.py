"""Loss key → Keras loss."""

from __future__ import annotations

import keras

KERAS_LOSSES: dict[str, type[keras.losses.Loss]] = {
    "kl_divergence": keras.losses.KLDivergence,
    "categorical_crossentropy": keras.losses.CategoricalCrossentropy,
}

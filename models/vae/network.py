"""A small convolutional variational autoencoder with two latent dimensions."""

from __future__ import annotations

import keras
from keras import layers

from models.vae import decoder


def build_encoder() -> keras.Model:
    """(28, 28, 1) pixels in [0, 1] → mean (2,) and log variance (2,) of q(z given x)."""
    conv = {"kernel_size": 4, "strides": 2, "padding": "same", "activation": "relu"}
    pixels = layers.Input((decoder.SIDE, decoder.SIDE, 1))
    x = layers.Conv2D(16, name="conv_1", **conv)(pixels)
    x = layers.Conv2D(32, name="conv_2", **conv)(x)
    x = layers.Dense(64, activation="relu", name="dense")(layers.Flatten()(x))
    heads = [layers.Dense(decoder.DIMENSIONS, name=name)(x) for name in ("mean", "log_var")]
    return keras.Model(pixels, heads, name="encoder")


def build_decoder() -> keras.Model:
    """(2,) a latent z → (28, 28, 1) logits: how probable it is that each pixel is white."""
    up = {"kernel_size": 4, "strides": 2, "padding": "same"}
    return keras.Sequential(
        [
            layers.Input((decoder.DIMENSIONS,)),
            layers.Dense(64, activation="relu", name="dense_1"),
            layers.Dense(7 * 7 * 32, activation="relu", name="dense_2"),
            layers.Reshape((7, 7, 32)),
            layers.Conv2DTranspose(16, activation="relu", name="up_1", **up),
            layers.Conv2DTranspose(1, name="up_2", **up),
        ],
        name="decoder",
    )

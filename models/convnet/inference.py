"""The ConvNet's forward pass in numpy, for a server that never loads TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

import kl_core

Floats = NDArray[np.float32]

SHAPES: dict[str, tuple[int, ...]] = {
    "conv_1/kernel": (3, 3, 3, 32),
    "conv_1/bias": (32,),
    "conv_2/kernel": (3, 3, 32, 64),
    "conv_2/bias": (64,),
    "dense_1/kernel": (2304, 256),
    "dense_1/bias": (256,),
    "dense_2/kernel": (256, 10),
    "dense_2/bias": (10,),
}
IMAGE = (32, 32, 3)
WHITE = np.float32(255)
AT_ONCE = 32  # images per block; their windows take about 10 MB


def probabilities(weights: Mapping[str, Floats], pixels: NDArray[np.uint8]) -> Floats:
    """The ConvNet's softmax for images, dropout off.

    weights: by name, as `store.load_weights` gives them; pixels: (n, 32, 32, 3), uint8, as files
    hold them → (n, 10), softmax. All in float32, whatever the precision of the training.
    Raises ValueError for weights of another network or of one whose training diverged, and for
    pixels of another shape or type.
    """
    _check_weights(weights)
    _check_pixels(pixels)
    q = np.empty((len(pixels), 10), np.float32)
    for start in range(0, len(pixels), AT_ONCE):
        here = slice(start, start + AT_ONCE)
        q[here] = kl_core.softmax(_logits(weights, pixels[here].astype(np.float32) / WHITE))
    return q


def _logits(weights: Mapping[str, Floats], images: Floats) -> Floats:
    # Max pooling before bias and ReLU, which are monotone: the same values at less cost.
    x = _relu(_pool(_convolve(images, weights["conv_1/kernel"])) + weights["conv_1/bias"])
    x = _relu(_pool(_convolve(x, weights["conv_2/kernel"])) + weights["conv_2/bias"])
    x = x.reshape(len(x), -1)
    x = _relu(x @ weights["dense_1/kernel"] + weights["dense_1/bias"])
    return x @ weights["dense_2/kernel"] + weights["dense_2/bias"]


def _convolve(x: Floats, kernel: Floats) -> Floats:
    """Each 3 × 3 window times the kernel: (n, h, w, c) → (n, h − 2, w − 2, filters)."""
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))
    n, h, w = windows.shape[:3]
    rows = windows.transpose(0, 1, 2, 4, 5, 3).reshape(n * h * w, -1)
    return (rows @ kernel.reshape(rows.shape[1], -1)).reshape(n, h, w, -1)


def _pool(x: Floats) -> Floats:
    """2 × 2 max pooling; an odd last row or column is dropped."""
    h, w = (size // 2 * 2 for size in x.shape[1:3])
    rows = np.maximum(x[:, 0:h:2, :w], x[:, 1:h:2, :w])
    return np.maximum(rows[:, :, 0::2], rows[:, :, 1::2])


def _relu(x: Floats) -> Floats:
    return np.maximum(x, 0)


def _check_weights(weights: Mapping[str, Floats]) -> None:
    if weights.keys() != SHAPES.keys():
        raise ValueError(f"weights must be {', '.join(SHAPES)}; they are {', '.join(weights)}.")
    for name, shape in SHAPES.items():
        found = weights[name]
        if found.shape != shape or found.dtype != np.float32:
            raise ValueError(
                f"{name} must be float32 of shape {shape}; it is {found.dtype} of {found.shape}."
            )
        if not np.isfinite(found).all():
            raise ValueError(f"{name} must be finite; the training of this network diverged.")


def _check_pixels(pixels: NDArray[np.uint8]) -> None:
    if pixels.dtype != np.uint8 or pixels.shape[1:] != IMAGE:
        raise ValueError(
            f"pixels must be uint8 of shape (n, 32, 32, 3); they are {pixels.dtype} of "
            f"{pixels.shape}."
        )

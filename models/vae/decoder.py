"""The decoder of the VAEs in numpy, for a server that never loads TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 2
SIDE = 28
FURTHEST = 100.0  # of a latent from 0; no recorded network encodes a picture beyond it
AT_ONCE = 256  # pictures, whose planes take about 10 MB

DECODER: dict[str, tuple[int, ...]] = {
    "decoder/dense_1/kernel": (DIMENSIONS, 64),
    "decoder/dense_1/bias": (64,),
    "decoder/dense_2/kernel": (64, 7 * 7 * 32),
    "decoder/dense_2/bias": (7 * 7 * 32,),
    "decoder/up_1/kernel": (4, 4, 16, 32),
    "decoder/up_1/bias": (16,),
    "decoder/up_2/kernel": (4, 4, 1, 16),
    "decoder/up_2/bias": (1,),
}

Floats = NDArray[np.float32]


def decode(weights: Mapping[str, Floats], z: NDArray[np.floating]) -> Floats:
    """The decoder's forward pass.

    weights: by name, as `load_weights` gives them; z: latents (n, 2) → pictures (n, 28, 28) from 0,
    black, to 1, white, in float32.
    Raises ValueError for latents of another shape, and unless each lies within ±100.
    """
    z = np.asarray(z, np.float32)
    if z.ndim != 2 or z.shape[1] != DIMENSIONS:
        raise ValueError(f"z must be latents of shape (n, {DIMENSIONS}); its shape is {z.shape}.")
    if not (abs(z) <= FURTHEST).all():  # nan is not
        raise ValueError(f"z must lie within ±{FURTHEST:g}; it reaches {abs(z).max():g}.")
    pictures = np.empty((len(z), SIDE, SIDE), np.float32)
    for start in range(0, len(z), AT_ONCE):
        here = slice(start, start + AT_ONCE)
        pictures[here] = _decode(weights, z[here])
    return pictures


def _decode(weights: Mapping[str, Floats], z: Floats) -> Floats:
    given = {key.removeprefix("decoder/"): value for key, value in weights.items()}
    x = np.maximum(z @ given["dense_1/kernel"] + given["dense_1/bias"], 0)
    x = np.maximum(x @ given["dense_2/kernel"] + given["dense_2/bias"], 0).reshape(-1, 7, 7, 32)
    x = np.maximum(_upsampled(x, given["up_1/kernel"]) + given["up_1/bias"], 0)
    logits = _upsampled(x, given["up_2/kernel"]) + given["up_2/bias"]
    # The logistic function by way of tanh, which no logit makes overflow.
    return (0.5 + 0.5 * np.tanh(logits[..., 0] / 2)).astype(np.float32)


def _upsampled(x: Floats, kernel: Floats) -> Floats:
    """Transposed convolution, 4 × 4, stride 2, "same": (n, h, w, c) → (n, 2h, 2w, filters)."""
    n, h, w, channels = x.shape
    filters = kernel.shape[2]
    spread = x.reshape(-1, channels) @ kernel.reshape(-1, channels).T
    spread = spread.reshape(n, h, w, 4, 4, filters)
    out = np.zeros((n, 2 * h + 2, 2 * w + 2, filters), np.float32)  # with an edge of 1 to cut off
    for row in range(4):
        for column in range(4):
            out[:, row : row + 2 * h : 2, column : column + 2 * w : 2] += spread[
                :, :, :, row, column
            ]
    return out[:, 1:-1, 1:-1]

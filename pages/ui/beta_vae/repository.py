"""The page's interface to models/: the recorded VAEs, their decoders, latents and figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from models.vae import decoder, record
from models.vae.record import Codes as Latents
from models.vae.record import VaeRun
from pages.ui import formatting as fmt
from pages.ui.beta_vae import pixels, results
from pages.ui.beta_vae.pixels import Pixels
from pages.ui.beta_vae.results import DIMENSIONS, LatentPlane
from pages.ui.beta_vae.state import Point


@dataclass(frozen=True)
class Vae:
    """A recorded VAE with its weights, the latents of test images, and where these lie."""

    run: VaeRun
    weights: Mapping[str, NDArray[np.float32]]
    latents: Latents
    plane: LatentPlane

    def decode(self, z: NDArray[np.floating]) -> Pixels:
        """Decode latents (n, 2) → images (n, 28, 28), 0 is black. Raises ValueError beyond ±100."""
        return np.round(255 * decoder.decode(self.weights, z)).astype(np.uint8)

    def picture(self, z: Point) -> Pixels:
        """Decode one point → (28, 28)."""
        return self.decode(np.array([[z.first, z.second]]))[0]


def recorded() -> tuple[dict[float, VaeRun], dict[str, str]]:
    """The recorded VAEs by β, the least first; and the reason for each that cannot be read."""
    return record.recorded(record.SAVED)


def opened(run: VaeRun) -> Vae:
    """Read all files of one. Raises ValueError where one is missing or damaged."""
    return Vae(run, *_read(record.SAVED, record.name(run.beta), run.weights, run.codes))


@st.cache_resource(max_entries=10, show_spinner=False)
def _read(
    folder: Path, name: str, weights: str, codes: str
) -> tuple[dict[str, NDArray[np.float32]], Latents, LatentPlane]:
    arrays = record.load_weights(folder / name)
    latents = record.load_codes(folder / name)
    return arrays, latents, results.latent_plane(latents)


# Decoded once: 225 images take longer than all the rest.
@st.cache_data(
    max_entries=10,
    hash_funcs={Vae: lambda vae: (vae.run.weights, vae.run.codes)},
    show_spinner=False,
)
def sheet(vae: Vae) -> Pixels:
    """The images decoded on an even grid over the plane, as one image."""
    return pixels.sheet(vae.decode(results.tiles(vae.plane.reach)), results.TILES)


def dimensions(runs: Mapping[float, VaeRun]) -> pd.DataFrame:
    """A table to read: the rate and the variance of each dimension of each network."""
    return pd.DataFrame(
        {
            "β": f"{run.beta:g}",
            "dimension": dimension,
            "rate, nats": fmt.number(run.rates[place]),
            "variance of μ": fmt.number(run.spreads[place]),
            "state": "collapsed" if place in run.collapsed else "active",
        }
        for run in runs.values()
        for place, dimension in enumerate(DIMENSIONS)
    )


def figures(runs: Mapping[float, VaeRun]) -> pd.DataFrame:
    """A table to save: each network's figures with all digits."""
    return pd.DataFrame(
        {
            "beta": run.beta,
            "epochs": run.epochs,
            "seed": run.seed,
            "test_images": run.images["test"],
            "rate_nats": run.last.test_rate,
            "distortion_nats": run.last.test_distortion,
            "pixel_entropy_nats": run.pixel_entropy["test"],
            **{f"kl_dimension_{i}_nats": rate for i, rate in enumerate(run.rates, 1)},
            **{f"variance_of_means_{i}": spread for i, spread in enumerate(run.spreads, 1)},
        }
        for run in runs.values()
    )

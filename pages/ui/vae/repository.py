"""The page's door to models/: the recorded VAEs, their decoders, codes and figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from models.vae import decoder, record
from models.vae.record import Codes, VaeRun
from pages.ui import formatting as fmt
from pages.ui.vae import pixels, results
from pages.ui.vae.pixels import Pixels
from pages.ui.vae.results import DIMENSIONS, LatentPlane
from pages.ui.vae.state import Point


@dataclass(frozen=True)
class Vae:
    """A recorded VAE with its weights, the codes of test pictures, and where these lie."""

    run: VaeRun
    weights: Mapping[str, NDArray[np.float32]]
    codes: Codes
    plane: LatentPlane

    def decode(self, z: NDArray[np.floating]) -> Pixels:
        """The pictures of codes (n, 2): (n, 28, 28), 0 is black. Raises ValueError beyond ±100."""
        return np.round(255 * decoder.decode(self.weights, z)).astype(np.uint8)

    def picture(self, z: Point) -> Pixels:
        """The picture of a point: (28, 28)."""
        return self.decode(np.array([[z.first, z.second]]))[0]


def recorded() -> tuple[dict[float, VaeRun], dict[str, str]]:
    """The recorded VAEs by β, the least first; and the reason for each that cannot be read."""
    return record.recorded(record.SAVED)


def opened(run: VaeRun) -> Vae:
    """All that is kept of one. Raises ValueError where a file is missing or damaged."""
    return Vae(run, *_kept(record.SAVED, record.name(run.beta), run.weights, run.codes))


@st.cache_resource(max_entries=10, show_spinner=False)
def _kept(
    folder: Path, name: str, weights: str, codes: str
) -> tuple[dict[str, NDArray[np.float32]], Codes, LatentPlane]:
    arrays = record.load_weights(folder / name)
    kept = record.load_codes(folder / name)
    return arrays, kept, results.latent_plane(kept)


# Drawn once: 225 pictures take longer than all the rest.
@st.cache_data(
    max_entries=10,
    hash_funcs={Vae: lambda vae: (vae.run.weights, vae.run.codes)},
    show_spinner=False,
)
def sheet(vae: Vae) -> Pixels:
    """The plane's pictures, decoded on an even grid, as one."""
    return pixels.sheet(vae.decode(results.tiles(vae.plane.reach)), results.TILES)


def dimensions(runs: Mapping[float, VaeRun]) -> pd.DataFrame:
    """A table to read: what each dimension of each network carries."""
    return pd.DataFrame(
        {
            "β": f"{run.beta:g}",
            "dimension": dimension,
            "KL, nats": fmt.number(run.rates[place]),
            "variance of the means": fmt.number(run.spreads[place]),
            "is": "collapsed" if place in run.collapsed else "used",
        }
        for run in runs.values()
        for place, dimension in enumerate(DIMENSIONS)
    )


def figures(runs: Mapping[float, VaeRun]) -> pd.DataFrame:
    """A table to save: every network's figures with all digits."""
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

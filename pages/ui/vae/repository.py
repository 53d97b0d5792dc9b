"""The page's door to models/: the recorded VAEs, their decoders and their codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from models.data import fashion_mnist
from models.vae import decoder, record
from models.vae.record import Codes, VaeEpoch, VaeRun

__all__ = ["Codes", "VaeEpoch", "VaeRun"]  # the page's names for them

CLASSES = fashion_mnist.CLASSES
ACTIVE, SIDE, DECODER = record.ACTIVE, decoder.SIDE, decoder.DECODER
COMMAND = "python -m models train-vae"


@dataclass(frozen=True)
class Vae:
    """A recorded VAE with its weights and the codes of test pictures."""

    run: VaeRun
    weights: Mapping[str, NDArray[np.float32]]
    codes: Codes

    def decode(self, z: NDArray[np.floating]) -> NDArray[np.uint8]:
        """The pictures of codes (n, 2): (n, 28, 28), 0 is black. Raises ValueError beyond ±100."""
        return np.round(255 * decoder.decode(self.weights, z)).astype(np.uint8)


def recorded() -> tuple[dict[float, VaeRun], dict[str, str]]:
    """The recorded VAEs by β, the least first; and the reason for each that cannot be read."""
    return record.recorded(record.SAVED)


def opened(run: VaeRun) -> Vae:
    """All that is kept of one. Raises ValueError where a file is missing or damaged."""
    weights, codes = _kept(record.SAVED, record.name(run.beta), run.weights, run.codes)
    return Vae(run, weights, codes)


@st.cache_resource(max_entries=10, show_spinner=False)
def _kept(
    folder: Path, name: str, weights: str, codes: str
) -> tuple[dict[str, NDArray[np.float32]], Codes]:
    return record.load_weights(folder / name), record.load_codes(folder / name)

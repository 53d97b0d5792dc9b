"""VAEs that nobody trained: random weights, latents around each class, given figures."""

from pathlib import Path

import numpy as np

from models.vae import decoder, record
from models.vae.record import Codes, VaeEpoch, VaeRun

BETAS = (0.0, 1.0, 10.0)
RATES = {0.0: 150.0, 1.0: 6.0, 10.0: 2.0}
DISTORTIONS = {0.0: 60.0, 1.0: 65.0, 10.0: 80.0}
SPREADS = {0.0: (90.0, 80.0), 1.0: (1.0, 0.9), 10.0: (0.8, 0.001)}
WIDTHS = {0.0: 10.0, 1.0: 1.0, 10.0: 0.3}  # of where the classes lie


def weights(seed=0) -> dict:
    rng = np.random.default_rng(seed)
    return {
        key: rng.normal(0, 0.3, shape).astype(np.float32) for key, shape in decoder.DECODER.items()
    }


def latents(beta=1.0, n=200) -> Codes:
    """Each class around a place of its own on a circle, evenly many of each."""
    labels = np.arange(n) % 10
    angle = 2 * np.pi * labels / 10
    middle = WIDTHS[beta] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    mean = middle + 0.05 * np.random.default_rng(1).standard_normal((n, 2))
    std = np.full((n, 2), 0.1)
    return Codes(mean.astype(np.float32), std.astype(np.float32), labels.astype(np.uint8))


def a_vae(beta=1.0, epochs=3) -> VaeRun:
    history = tuple(
        VaeEpoch(
            epoch,
            DISTORTIONS[beta] + 5 / epoch,
            RATES[beta] + 1 / epoch,
            DISTORTIONS[beta] + 6 / epoch - 6 / epochs,
            RATES[beta] + 2 / epoch - 2 / epochs,
            20.0,
        )
        for epoch in range(1, epochs + 1)
    )
    return VaeRun(
        beta=beta,
        seed=1,
        epochs=epochs,
        batch_size=128,
        images={"training": 60_000, "test": 10_000},
        pixel_entropy={"training": 188.0, "test": 190.0},
        history=history,
        rates=(RATES[beta] / 2, RATES[beta] / 2),
        spreads=SPREADS[beta],
        files={},
        versions={},
        machine={"processor": "a processor"},
    )


def saved(folder: Path, betas=BETAS) -> dict[float, VaeRun]:
    """Some VAEs in a folder, as training leaves them there, by β."""
    return {
        beta: record.save(a_vae(beta), weights(int(beta)), latents(beta), folder) for beta in betas
    }

"""The figures of people beside two networks as tables: for the page, and for files."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from models.data.cifar10 import CLASSES
from models.evaluation.metrics import Mean
from models.runs.spec import LOSSES
from pages.ui import formatting as fmt
from pages.ui.human_labels.prose import HEADINGS
from pages.ui.human_labels.results import Results

DIGITS = 6  # in a file: float16 kept three


def figures(results: Results) -> pd.DataFrame:
    """A row for each mean over the images, a column for each network, with 95 % intervals."""
    table = {
        name: {
            "H(P)": _said(means.entropy),
            "KL(P‖Q)": _said(means.kl),
            "H(P, Q), their sum": _said(means.cross_entropy),
            "H(P), corrected": _said(means.corrected_entropy),
            "KL(P‖Q), corrected": _said(means.corrected_kl),
        }
        for name, means in zip(HEADINGS, results.parts, strict=True)
    }
    return pd.DataFrame(table)


def _said(mean: Mean) -> str:
    if not math.isfinite(mean.standard_error):
        return fmt.number(mean.value)
    low, high = map(fmt.number, mean.interval)
    return f"**{fmt.number(mean.value)}** [{low},\N{NO-BREAK SPACE}{high}]"


def values(results: Results) -> pd.DataFrame:
    """What was computed for each image, in nats, without the votes themselves."""
    columns = {
        "number": np.arange(results.n),
        "label": [CLASSES[label] for label in results.labels],
        "people_entropy": results.entropy,
        "people_entropy_corrected": results.corrected,
    }
    for loss, network in zip(LOSSES, results.networks, strict=True):
        columns |= {
            f"{loss}_network_kl": network.kl,
            f"{loss}_network_cross_entropy": network.cross_entropy,
        }
    return pd.DataFrame(columns)

"""People's votes beside two nets → DataFrames, as the charts and the table name them."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.evaluation.metrics import Mean
from models.runs.spec import LOSSES
from pages.ui import formatting as fmt
from pages.ui.predictions.people.prose import HEADINGS
from pages.ui.predictions.people.results import Results
from pages.ui.predictions.repository import CLASSES

Pixels = NDArray[np.uint8]
DIGITS = 6  # in a file: float16 kept three
MOST_POINTS = 2_000  # of more, the chart of doubts counts them in cells
CELL = 0.1  # nats
LABEL_ROOM = 1.12  # of the bars' height, for the sums above them


@lru_cache(maxsize=16)
def parts(found: Results) -> pd.DataFrame:
    """Columns net, part, colour, low, high, value, middle, said, corrected, room.

    Three rows a net: H(P), KL(P‖Q) on top of it, and their sum, which has no bar. An infinite
    one has no height and stands as ∞ on top of H(P).
    """
    entropy, corrected = float(found.entropy.mean()), float(found.corrected.mean())
    rows = []
    for name, loss, net in zip(HEADINGS, LOSSES.values(), found.nets, strict=True):
        kl, total = float(net.kl.mean()), float(net.cross_entropy.mean())
        top = total if math.isfinite(total) else entropy
        for part, colour, low, high, value in (
            ("H(P)", "H(P)", 0.0, entropy, entropy),
            ("KL(P‖Q)", loss.title, entropy, top, kl),
            ("H(P, Q)", loss.title, top, top, total),
        ):
            said = f"{part} {fmt.number(value)}" if part == "H(P, Q)" else fmt.number(value)
            rows.append((name, part, colour, low, high, fmt.number(value), said))
    columns = ["net", "part", "colour", "low", "high", "value", "said"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(
        middle=(table["low"] + table["high"]) / 2,
        corrected=corrected,
        room=table["high"].max() * LABEL_ROOM,
    )


@lru_cache(maxsize=16)
def figures(found: Results) -> pd.DataFrame:
    """A row for each mean over the images, a column for each net: values with 95 % intervals."""
    table = {}
    for name, net in zip(HEADINGS, found.nets, strict=True):
        table[name] = {
            "H(P)": _said(found.entropy),
            "KL(P‖Q)": _said(net.kl),
            "H(P, Q), their sum": _said(net.cross_entropy),
            "H(P), corrected": _said(found.corrected),
            "KL(P‖Q), corrected": _said(net.kl - found.correction),
        }
    return pd.DataFrame(table)


def _said(values: np.ndarray) -> str:
    mean = Mean.of(values)
    if not math.isfinite(mean.standard_error):
        return fmt.number(mean.value)
    low, high = map(fmt.number, mean.interval)
    return f"**{fmt.number(mean.value)}** [{low},\N{NO-BREAK SPACE}{high}]"


@lru_cache(maxsize=16)
def doubts(found: Results) -> pd.DataFrame:
    """Columns row, people, net, low, high, images, number, label: H(P) against H(Q) of KL's net.

    row "image" for each image, or "cell" of CELL × CELL nats where they are many, and "group"
    for each of `groups`.
    """
    if found.n <= MOST_POINTS:
        images = pd.DataFrame(
            {
                "row": "image",
                "people": found.entropy,
                "net": found.kl.entropy,
                "images": 1,
                "number": np.arange(found.n),
                "label": [CLASSES[label] for label in found.labels],
            }
        )
    else:
        images = _cells(found)
    return pd.concat([images, groups(found)], ignore_index=True)


def _cells(found: Results) -> pd.DataFrame:
    cells = np.floor(np.stack([found.entropy, found.kl.entropy], axis=1) / CELL)
    corners, images = np.unique(cells, axis=0, return_counts=True)
    people, net = (corners * CELL).T
    return pd.DataFrame({"row": "cell", "people": people, "net": net, "images": images})


def groups(found: Results) -> pd.DataFrame:
    """Columns row, people, net, low, high, images: mean H(Q) where people doubt about as much.

    The images on which all people agree, and thirds of the others by H(P).
    """
    doubted = found.entropy[found.entropy > 0]
    edges = np.unique(np.quantile(doubted, [0, 1 / 3, 2 / 3])) if doubted.size else doubted
    place = np.searchsorted(edges, found.entropy, side="right")
    rows = []
    for group in np.unique(place):
        mean = Mean.of(found.kl.entropy[place == group])
        people = float(found.entropy[place == group].mean())
        rows.append(("group", people, mean.value, *mean.interval, mean.n))
    return pd.DataFrame(rows, columns=["row", "people", "net", "low", "high", "images"])


def values(found: Results) -> pd.DataFrame:
    """What was computed for each image, in nats, without the votes themselves."""
    columns = {
        "number": np.arange(found.n),
        "label": [CLASSES[label] for label in found.labels],
        "people_entropy": found.entropy,
        "people_entropy_corrected": found.corrected,
    }
    for loss, net in zip(LOSSES, found.nets, strict=True):
        columns |= {f"{loss}_net_kl": net.kl, f"{loss}_net_cross_entropy": net.cross_entropy}
    return pd.DataFrame(columns)

"""What was found of nets → tables and tidy DataFrames, as the charts name their columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean

import numpy as np
import pandas as pd

from models.evaluation.metrics import Mean, Share
from pages.ui import formatting as fmt
from pages.ui.predictions.quality.encodings import SHORT
from pages.ui.predictions.quality.results import Alike, LossOrSeed, PairedEvaluation, Quality
from pages.ui.predictions.repository import CLASSES
from pages.ui.vega import LOSSES

# Nats: four bins a factor of ten, and below them one that has no lower end, as 0 has no logarithm.
EDGES = 10 ** (np.arange(-12, 7) / 4)
FIRST = float(EDGES[0] ** 2 / EDGES[1])  # where that one is drawn from
ROWS = ("KL against cross-entropy, same seed", "KL, two seeds", "cross-entropy, two seeds")


def figures(both: PairedEvaluation) -> pd.DataFrame:
    """The figures of both nets, as text, a column a net; the first says of how many images."""
    rows = {
        "Accuracy": [_share(net.accuracy) for net in both.nets],
        "Expected calibration error": [fmt.percent(net.error) for net in both.nets],
        "… of a calibrated net, by chance": [fmt.percent(net.chance) for net in both.nets],
        "Mean KL(label‖softmax), nats": [_mean(net.kl) for net in both.nets],
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(SHORT))
    return table.rename_axis(f"n = {both.n:,} images").reset_index()


def _share(share: Share) -> str:
    low, high = share.interval
    return f"{fmt.percent(share.value)} {_interval(100 * low, 100 * high, 1)}"


def _mean(mean: Mean) -> str:
    if math.isnan(mean.standard_error):
        return fmt.number(mean.value)
    return f"{mean.value:.3f} {_interval(*mean.interval, 3)}"


def _interval(low: float, high: float, digits: int) -> str:
    return f"[{low:.{digits}f},\N{NO-BREAK SPACE}{high:.{digits}f}]"


def reliability(both: PairedEvaluation) -> pd.DataFrame:
    """Columns net, bin, confidence, accuracy, low, high, n: a row for each bin with images."""
    rows = [
        (
            net,
            f"{100 * b.low:.0f} to {100 * b.high:.0f} %",
            b.confidence,
            b.accuracy.value,
            *b.accuracy.interval,
            b.accuracy.n,
        )
        for net, quality in zip(LOSSES, both.nets, strict=True)
        for b in quality.bins
        if b.accuracy.n
    ]
    columns = ["net", "bin", "confidence", "accuracy", "low", "high", "n"]
    return pd.DataFrame(rows, columns=columns)


def costs(both: PairedEvaluation) -> pd.DataFrame:
    """Columns net, bin, start, end, share, kl, ce: the shares of images in each bin of KL.

    `kl` and `ce` are the shares of both nets; a last row for each net closes its line.
    """
    shares = {
        net: np.bincount(np.searchsorted(EDGES[:-1], q.costs, "right"), minlength=len(EDGES))
        / both.n
        for net, q in zip(LOSSES, both.nets, strict=True)
    }
    starts, ends = np.append(FIRST, EDGES[:-1]), EDGES
    names = [f"{fmt.number(a)} to {fmt.number(b)}" for a, b in zip(starts, ends, strict=True)]
    names[0], names[-1] = f"below {EDGES[0]:g}", f"{fmt.number(starts[-1])} and more"
    kl, ce = shares.values()
    parts = [
        pd.DataFrame(
            {
                "net": net,
                "bin": [*names, ""],
                "start": np.append(starts, ends[-1]),
                "end": np.append(ends, ends[-1]),
                "share": np.append(share, share[-1]),
                "kl": np.append(kl, np.nan),
                "ce": np.append(ce, np.nan),
            }
        )
        for net, share in shares.items()
    ]
    return pd.concat(parts, ignore_index=True)


def classes(both: PairedEvaluation) -> pd.DataFrame:
    """Columns class, net, accuracy, low, high, n: by the falling accuracy of KL's net."""
    order = sorted(range(len(CLASSES)), key=lambda c: -_known(both.kl.by_class[c]))
    rows = [
        (CLASSES[c], net, share.value, *share.interval, share.n)
        for c in order
        for net, quality in zip(LOSSES, both.nets, strict=True)
        if (share := quality.by_class[c]).n
    ]
    return pd.DataFrame(rows, columns=["class", "net", "accuracy", "low", "high", "n"])


def _known(share: Share) -> float:
    return share.value if share.n else -1.0


def least(classes: pd.DataFrame) -> float:
    """Where the axis of `classes` begins: at a tenth, below all intervals."""
    return math.floor(10 * classes["low"].min()) / 10


def confusion(quality: Quality) -> pd.DataFrame:
    """Columns truth, guess, images, share, of: `share` of the `of` images with that truth."""
    rows = [
        (CLASSES[truth], CLASSES[guess], int(images), float(images / max(row.sum(), 1)), row.sum())
        for truth, row in enumerate(quality.confusion)
        for guess, images in enumerate(row)
    ]
    return pd.DataFrame(rows, columns=["truth", "guess", "images", "share", "of"])


def _rows(found: LossOrSeed) -> list[tuple[str, tuple[Alike, ...]]]:
    kinds = (found.losses, found.kl_seeds, found.ce_seeds)
    return [(row, those) for row, those in zip(ROWS, kinds, strict=True) if those]


def pairs(found: LossOrSeed) -> pd.DataFrame:
    """Columns row, kind ("pair", "mean"), nets, same, js: a row for each pair, and the means."""
    rows: list[tuple[str, str, str, float, float]] = []
    for row, those in _rows(found):
        each = [(_same(one), one.agreement.js.value) for one in those]
        names = [_nets_of(row, one) for one in those]
        rows += [(row, "pair", name, *both) for name, both in zip(names, each, strict=True)]
        same, js = map(fmean, zip(*each, strict=True))
        rows.append((row, "mean", f"mean of {len(those)}", same, js))
    return pd.DataFrame(rows, columns=["row", "kind", "nets", "same", "js"])


def _nets_of(row: str, alike: Alike) -> str:
    first, second = alike.seeds
    return (
        f"seed {first}" if first == second else f"{row.split(',')[0]}, seeds {first} and {second}"
    )


def _same(alike: Alike) -> float:
    return alike.agreement.same.value


def ranges(found: LossOrSeed) -> pd.DataFrame:
    """For each kind of pair its number, and mean and range of what was measured, as text."""
    rows = []
    for row, those in _rows(found):
        same, js, kl = zip(*((_same(a), a.agreement.js.value, a.kl) for a in those), strict=True)
        rows.append(
            {
                "Nets": row,
                "Pairs": str(len(those)),
                "Same guess, %": _range([100 * share for share in same], 1),
                "JS, nats": _range(js, 3),
                "KL, nats": _range(kl, 3),
            }
        )
    return pd.DataFrame(rows)


def _range(values: Sequence[float], digits: int) -> str:
    mean, low, high = (f"{f(values):.{digits}f}" for f in (fmean, min, max))
    return mean if len(values) == 1 else f"{mean} ({low} to {high})"

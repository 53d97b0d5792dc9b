"""What was found of nets → tables and tidy DataFrames, as the charts name their columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean

import numpy as np
import pandas as pd

from models.judged import Mean, Share
from pages.ui import words
from pages.ui.beliefs.quality.found import Alike, Both, LossOrSeed, Quality
from pages.ui.beliefs.shelf import CLASSES
from pages.ui.charts import LOSSES

SHORT = ("KL divergence", "Cross-entropy")
# Nats: four bins a factor of ten, and below them one that has no lower end, as 0 has no logarithm.
EDGES = 10 ** (np.arange(-12, 7) / 4)
FIRST = float(EDGES[0] ** 2 / EDGES[1])  # where that one is drawn from
ROWS = ("KL against cross-entropy, same seed", "KL, two seeds", "cross-entropy, two seeds")


def figures(both: Both) -> pd.DataFrame:
    """The figures of both nets, as text, a column a net; the first says of how many images."""
    rows = {
        "Accuracy": [_share(net.accuracy) for net in (both.kl, both.ce)],
        "Expected calibration error": [words.percent(net.error) for net in (both.kl, both.ce)],
        "Mean KL(label‖softmax), nats": [_mean(net.kl) for net in (both.kl, both.ce)],
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(SHORT))
    return table.rename_axis(f"n = {both.n:,} images").reset_index()


def _share(share: Share) -> str:
    low, high = share.interval
    return f"{words.percent(share.value)} ({100 * low:.1f} to {100 * high:.1f})"


def _mean(mean: Mean) -> str:
    if math.isnan(mean.standard_error):
        return words.number(mean.value)
    low, high = mean.interval
    return f"{mean.value:.3f} ({low:.3f} to {high:.3f})"


def _nets(both: Both) -> list[tuple[str, Quality]]:
    return list(zip(LOSSES, (both.kl, both.ce), strict=True))


def reliability(both: Both) -> pd.DataFrame:
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
        for net, quality in _nets(both)
        for b in quality.bins
        if b.accuracy.n
    ]
    columns = ["net", "bin", "confidence", "accuracy", "low", "high", "n"]
    return pd.DataFrame(rows, columns=columns)


def costs(both: Both) -> pd.DataFrame:
    """Columns net, bin, start, end, share, kl, ce: the shares of images in each bin of KL.

    `kl` and `ce` are the shares of both nets; a last row for each net closes its line.
    """
    shares = {
        net: np.bincount(np.searchsorted(EDGES[:-1], q.costs, "right"), minlength=len(EDGES))
        / both.n
        for net, q in _nets(both)
    }
    starts, ends = np.append(FIRST, EDGES[:-1]), EDGES
    names = [f"{words.number(a)} to {words.number(b)}" for a, b in zip(starts, ends, strict=True)]
    names[0], names[-1] = f"below {EDGES[0]:g}", f"{words.number(starts[-1])} and more"
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


def classes(both: Both) -> pd.DataFrame:
    """Columns class, net, accuracy, low, high, n: by the falling accuracy of KL's net."""
    order = sorted(range(len(CLASSES)), key=lambda c: -_known(both.kl.by_class[c]))
    rows = [
        (CLASSES[c], net, share.value, *share.interval, share.n)
        for c in order
        for net, quality in _nets(both)
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


def sheet(both: Both) -> pd.DataFrame:
    """Columns net, figure, unit, value, low, high, n: all figures, for a file."""
    rows: list[tuple[str, str, str, float, float, float, int]] = []
    for net, q in _nets(both):
        none = math.nan, math.nan
        by_class = zip(CLASSES, q.by_class, strict=True)
        rows += [
            (net, "accuracy", "share", q.accuracy.value, *q.accuracy.interval, both.n),
            (net, "expected calibration error", "share", q.error, *none, both.n),
            (net, "mean KL(label‖softmax)", "nats", q.kl.value, *q.kl.interval, both.n),
            (net, "median KL(label‖softmax)", "nats", q.median, *none, both.n),
            (net, "images that make up half of it", "share", q.half.value, *none, both.n),
            *((net, f"accuracy, {c}", "share", s.value, *s.interval, s.n) for c, s in by_class),
        ]
    apart = both.difference
    paired = "share", apart.value, *apart.interval, apart.n
    rows.append(("difference", "accuracy, KL divergence minus cross-entropy, paired", *paired))
    return pd.DataFrame(rows, columns=["net", "figure", "unit", "value", "low", "high", "n"])


def images(both: Both) -> pd.DataFrame:
    """A row an image, in the order of the data: number, label, and what both nets say of it.

    For each net the guess, q of the true class, and KL(label‖softmax) in nats.
    """
    names = np.array(CLASSES)
    table = {"number": np.arange(both.n), "label": names[both.kl.labels]}
    for short, q in (("kl", both.kl), ("ce", both.ce)):
        table |= {
            f"{short}_guess": names[q.guesses],
            f"{short}_q_true": np.exp(-q.costs),
            f"{short}_nats": q.costs,
        }
    return pd.DataFrame(table)


def csv(table: pd.DataFrame) -> str:
    """A table as a file, with six digits: float16 kept three."""
    return table.to_csv(index=False, float_format="%.6g")

"""A sample's numbers → tidy DataFrames: columns as the charts name them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, SupportsFloat

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.runs.spec import LOSSES
from pages.ui import formatting as fmt
from pages.ui.loss.cliff import Answers
from pages.ui.loss.deadzone import Count
from pages.ui.loss.results import Moving, Results, Way
from pages.ui.loss.sample import Sample

Array = NDArray[np.floating[Any]]

KL, CE = (choice.title for choice in LOSSES.values())
LESS_H = "less H(P)"
DRAWN = 60  # points of a path, at most
ROUNDING = 1e-12  # what is less is the rounding of 0
CLOSE = 0.07  # of a chart's height: labels nearer than this become one
SHOWN = 2  # so many classes are named in one label, the others are counted


def distributions(sample: Sample, found: Results) -> pd.DataFrame:
    """Columns outcome, series ("P" or "Q"), value, said: the value as text."""
    return _bars(sample.names, {"P": found.p, "Q": found.q})


def gradients(sample: Sample, found: Results) -> pd.DataFrame:
    """The slope of both losses in every logit. Columns as in `distributions`."""
    return _bars(sample.names, {KL: found.gradient, CE: found.gradient})


def moving(sample: Sample, found: Moving) -> pd.DataFrame:
    """The slopes in P's logits. Columns as in `distributions`."""
    series = {"KL(P‖Q)": found.kl, "H(P, Q)": found.cross_entropy, "H(P)": found.entropy}
    return _bars(sample.names, series)


def _bars(names: Sequence[str], series: Mapping[str, Array]) -> pd.DataFrame:
    rows = [
        (name, title, _clean(value), fmt.number(_clean(value)))
        for title, values in series.items()
        for name, value in zip(names, values, strict=True)
    ]
    return pd.DataFrame(rows, columns=["outcome", "series", "value", "said"])


def numbers(sample: Sample, found: Results) -> pd.DataFrame:
    """The table beside the slopes, as text: class, P, Q, and both slopes."""
    slopes = [_signed(value) for value in found.gradient]
    return pd.DataFrame(
        {
            "class": [fmt.plain(name) for name in sample.names],
            "P": [fmt.number(value) for value in found.p],
            "Q": [fmt.number(value) for value in found.q],
            "slope of KL(P‖Q)": slopes,
            "slope of H(P, Q)": slopes,
        }
    )


def losses(ways: tuple[Way, Way], entropy: float) -> pd.DataFrame:
    """Both losses by step, and cross-entropy less H(P) where that is not 0.

    Columns step, curve, value, label: where the curve ends, its name.
    """
    kl, cross_entropy = (way.loss for way in ways)
    curves = {KL: kl, CE: cross_entropy}
    if entropy > ROUNDING:
        curves[LESS_H] = cross_entropy - entropy
    ends = {name: float(values[-1]) for name, values in curves.items()}
    reach = max(float(values.max()) for values in curves.values()) or 1.0
    labels = _labels(ends, SHORT, CLOSE * reach)
    steps = _steps(len(kl))
    return pd.DataFrame(
        {
            "step": np.tile(steps, len(curves)),
            "curve": np.repeat(list(curves), len(steps)),
            "value": np.concatenate([values[steps] for values in curves.values()]),
            "label": _at_the_end(labels, curves, steps),
        }
    )


SHORT = {KL: "KL", CE: "H(P, Q)", LESS_H: "H(P, Q) − H(P)"}


def paths(sample: Sample, ways: tuple[Way, Way]) -> pd.DataFrame:
    """q of each class by step, for both losses.

    Columns step, curve (the loss), outcome, value, label: at the end of cross-entropy's curves.
    """
    steps, tables = _steps(len(ways[0].q)), []
    for curve, way in zip((KL, CE), ways, strict=True):
        ends = dict(zip(sample.names, map(float, way.q[-1]), strict=True))
        labels = _labels(ends, {name: name for name in ends}, CLOSE) if curve == CE else {}
        for place, name in enumerate(sample.names):
            rows = {"step": steps, "curve": curve, "outcome": name, "value": way.q[steps, place]}
            tables.append(pd.DataFrame({**rows, "label": _at_the_end(labels, [name], steps)}))
    return pd.concat(tables, ignore_index=True)


def cliff(places: Array, found: Answers, now: float) -> pd.DataFrame:
    """Along the true class's logit, what Keras answers, in a compiled model.

    Columns logit, loss, q, value, slope, here: whether the sample stands there.
    """
    both = ((KL, found.kl, found.kl_slope), (CE, found.compiled, found.compiled_slope))
    tables = [
        {"logit": places, "loss": title, "q": found.q, "value": value, "slope": slope}
        for title, value, slope in both
    ]
    frame = pd.concat([pd.DataFrame(columns) for columns in tables], ignore_index=True)
    return frame.assign(here=frame["logit"] == now)


def answers(found: Answers) -> pd.DataFrame:
    """What Keras answers where the sample stands, as text: a row for each way to compute it."""
    rows = (
        ("KL divergence, in every way", found.kl, found.kl_slope),
        (
            "cross-entropy, in a compiled model or after `keras.activations.softmax`",
            found.compiled,
            found.compiled_slope,
        ),
        ("cross-entropy, after `tf.nn.softmax` run eagerly", found.eager, found.eager_slope),
    )
    return pd.DataFrame(
        [(title, fmt.number(value), _signed(slope)) for title, value, slope in rows],
        columns=["Keras’s", "loss, nats", "slope"],
    )


def dead(counts: Sequence[Count]) -> pd.DataFrame:
    """Columns loss, epoch, runs, images, dead, value: dead images in a million."""
    frame = pd.DataFrame([vars(count) for count in counts])
    return frame.assign(value=1e6 * frame["dead"] / frame["images"])


def _clean(value: float) -> float:
    return 0.0 if abs(value) < ROUNDING else float(value)


def _signed(value: SupportsFloat) -> str:
    value = _clean(float(value))
    return f"+{fmt.number(value)}" if value > 0 else fmt.number(value)


def _steps(length: int) -> NDArray[np.intp]:
    """The first step, the last, and so many between that a chart can draw them."""
    return np.unique(np.linspace(0, length - 1, min(length, DRAWN + 1)).round().astype(int))


def _labels(ends: Mapping[str, float], names: Mapping[str, str], close: float) -> dict[str, str]:
    """A label for each curve's end; those that end side by side share one."""
    groups: list[list[str]] = []
    for curve in sorted(ends, key=lambda curve: -ends[curve]):
        if groups and ends[groups[-1][0]] - ends[curve] < close:
            groups[-1].append(curve)
        else:
            groups.append([curve])
    found = {}
    for group in groups:
        inside = [names[curve] for curve in ends if curve in group]  # in their usual order
        said = ", ".join(inside[:SHOWN])
        more = len(group) - SHOWN
        found[group[0]] = f"{said}, {more} more" if more > 0 else said
    return found


def _at_the_end(
    labels: Mapping[str, str], curves: Iterable[str], steps: NDArray[np.intp]
) -> list[str | None]:
    before: list[str | None] = [None] * (len(steps) - 1)
    return [label for curve in curves for label in (*before, labels.get(curve))]

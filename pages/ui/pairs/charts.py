"""What the pages on two distributions draw: specifications without data, and their tables."""

from __future__ import annotations

from functools import cache

import altair as alt
import numpy as np
import pandas as pd

from pages.ui.pairs.results import Draws, Results
from pages.ui.vega import UNSEEN, Spec, board, hover, layered, role

MANY = 12  # outcomes; with more, names and numbers would overlap
Panel = tuple[pd.DataFrame, Spec]


def is_crowded(results: Results) -> bool:
    """Whether there are more than MANY outcomes: the parameter `many` below."""
    return len(results.pair.names) > MANY


def distributions_table(results: Results) -> pd.DataFrame:
    """Columns outcome, distribution ("P" or "Q"), probability."""
    names = results.pair.names
    return pd.DataFrame(
        {
            "outcome": [*names, *names],
            "distribution": ["P"] * len(names) + ["Q"] * len(names),
            "probability": np.concatenate([results.p, results.q]),
        }
    )


@cache
def distributions(many: bool = False) -> Spec:
    """P and Q as bars side by side; `many` bars have no names and no numbers."""
    height = alt.Y("probability:Q", title="probability", scale=alt.Scale(domainMin=0, nice=True))
    base = alt.Chart().encode(
        x=_outcomes(many),
        xOffset=alt.XOffset("distribution:N"),
        y=height,
        color=role("distribution"),
        tooltip=[
            alt.Tooltip("distribution:N"),
            alt.Tooltip("outcome:N"),
            alt.Tooltip("probability:Q", format=".6g"),
        ],
    )
    # Each bar is labelled P or Q, so neither a legend nor colour is needed to tell them apart.
    names = base.mark_text(dy=-16, fontSize=12, fontWeight="bold").encode(text="distribution:N")
    values = base.mark_text(dy=-5, fontSize=11).encode(
        text=alt.Text("probability:Q", format=".2~g")
    )
    if many:
        title = "P (blue) and Q (orange)"
        return layered(base.mark_bar(), title=title)
    return layered(base.mark_bar(), names, values, title="P and Q")


def kl_terms_table(results: Results) -> pd.DataFrame:
    """Columns outcome, direction, term, likelier ("P", "Q" or "same"), infinite, p, q.

    An infinite term has no height: `term` is missing and `infinite` true.
    """
    p, q = results.p, results.q
    likelier = np.select([p > q, p < q], ["P", "Q"], "same")
    frames = [
        pd.DataFrame(
            {
                "outcome": results.pair.names,
                "direction": way.name,
                "term": np.where(np.isinf(way.terms), np.nan, way.terms + 0.0),  # no −0
                "likelier": likelier,
                "infinite": np.isinf(way.terms),
                "p": p,
                "q": q,
            }
        )
        for way in (results.pq, results.qp)
    ]
    return pd.concat(frames, ignore_index=True)


@cache
def kl_terms(direction: str, unit: str, many: bool = False) -> Spec:
    """Each outcome's term of one direction of KL, on the scale of both; ∞ is drawn at the top."""
    height = alt.Y("term:Q", title=unit, scale=alt.Scale(padding=14))
    # Invisible points of both directions, so that the two charts share a scale.
    scale = alt.Chart().mark_point(**UNSEEN, tooltip=None).encode(y=height)
    base = (
        alt.Chart()
        .transform_filter(alt.datum.direction == direction)
        .encode(
            x=_outcomes(many),
            y=height,
            color=role("likelier"),
            tooltip=[
                alt.Tooltip("outcome:N"),
                alt.Tooltip("p:Q", title="P", format=".6g"),
                alt.Tooltip("q:Q", title="Q", format=".6g"),
                alt.Tooltip("term:Q", title=unit, format=".6g"),
            ],
        )
    )
    # Invisible, too: bars omit an infinite term, and its outcome would then be the last.
    order = base.mark_point(**UNSEEN, tooltip=None).encode(y=alt.value(0))
    values = base.encode(text=alt.Text("term:Q", format=".3~g"))
    above = values.transform_filter(alt.datum.term >= 0).mark_text(dy=-7, fontSize=11)
    below = values.transform_filter(alt.datum.term < 0).mark_text(dy=8, fontSize=11)
    infinite = (
        base.transform_filter(alt.datum.infinite)
        .mark_text(fontSize=12 if many else 30, fontWeight="bold", dy=18)
        .encode(y=alt.value(0), text=alt.value("∞"))
    )
    bars = base.mark_bar(width={"band": 0.6})
    title = f"Terms of {direction}"
    numbers = () if many else (above, below)
    return layered(order, scale, bars, *numbers, infinite, title=title)


def picture(results: Results) -> Spec:
    """The picture to download: P and Q, and below them the terms of both directions of KL."""
    many, terms = is_crowded(results), kl_terms_table(results)
    ways = [(terms, kl_terms(way.name, results.unit, many)) for way in (results.pq, results.qp)]
    return board([[(distributions_table(results), distributions(many))], ways])


def code_lengths_table(results: Results) -> pd.DataFrame:
    """Columns outcome, probability, length ("ideal", "Huffman"), bits, codeword.

    An outcome with probability 0 has no finite ideal length: its `bits` are missing.
    """
    rows = [
        (name, probability, kind, bits if np.isfinite(bits) else np.nan, codeword)
        for name, probability, ideal, codeword in zip(
            results.pair.names, results.p, results.ideal_lengths, results.codewords, strict=True
        )
        for kind, bits in (("ideal", ideal), ("Huffman", float(len(codeword))))
    ]
    return pd.DataFrame(rows, columns=["outcome", "probability", "length", "bits", "codeword"])


@cache
def code_lengths(many: bool = False) -> Spec:
    """Ideal lengths and lengths of Huffman's codewords; an infinite length has no bar."""
    kinds = ["ideal", "Huffman"]
    # The colour of entropy, and grey.
    calculated = alt.Chart().transform_calculate(of="datum.length == 'ideal' ? 'entropy' : 'same'")
    base = calculated.encode(
        x=_outcomes(many),
        xOffset=alt.XOffset("length:N", sort=kinds),
        y=alt.Y("bits:Q", title="length, bits", scale=alt.Scale(domainMin=0, nice=True)),
        color=role("of"),
        tooltip=[alt.Tooltip("outcome:N"), alt.Tooltip("length:N"), alt.Tooltip("bits:Q")],
    )
    values = base.mark_text(dy=-6, fontSize=11).encode(text=alt.Text("bits:Q", format=".3~g"))
    numbers = () if many else (values,)
    return layered(base.mark_bar(), *numbers, title="Green: ideal length. Grey: Huffman code")


def running_mean_table(draws: Draws) -> pd.DataFrame:
    """Columns draws, mean, low, high, divergence; infinite values are missing."""
    margin = draws.margin
    table = pd.DataFrame(
        {
            "draws": draws.number,
            "mean": draws.mean,
            "low": draws.divergence - margin,
            "high": draws.divergence + margin,
            "divergence": draws.divergence,
        }
    )
    return table.replace([np.inf, -np.inf], np.nan)


@cache
def running_mean(unit: str) -> Spec:
    """The running mean of log(p/q), KL(P‖Q), and the band of such means."""
    # Logarithmic, so that the band visibly narrows for every number of draws.
    scale = alt.Scale(type="log", nice=False)
    axis = alt.Axis(grid=False, format="~s", tickCount=6)
    x = alt.X("draws:Q", title="outcomes drawn", scale=scale, axis=axis)
    title = f"mean of log(p/q), {unit}"
    y = alt.Y("mean:Q", title=title)  # includes 0: where KL is infinite, all means may be equal
    chart = alt.Chart().transform_calculate(one="'P'", other="'same'")
    blue, grey = role("one"), role("other")
    tooltip = [alt.Tooltip("draws:Q", title="drawn", format=",")] + [
        alt.Tooltip(f"{column}:Q", title=title, format=".4~g")
        for column, title in (("mean", "mean"), ("low", "band from"), ("high", "to"))
    ]
    band = chart.mark_area(opacity=0.25, tooltip=None).encode(
        x, alt.Y("low:Q", title=title), alt.Y2("high:Q"), color=grey
    )
    level = chart.mark_line(strokeDash=[6, 4]).encode(
        x, alt.Y("divergence:Q", title=title), color=grey
    )
    mean = chart.mark_line(strokeWidth=2, tooltip=None).encode(x, y, color=blue)
    return layered(
        band,
        level,
        mean,
        hover(chart, x, y, tooltip),
        title="Running mean of log(p/q); dashed: KL(P‖Q)",
    )


def _outcomes(many: bool) -> alt.X:
    axis = alt.Axis(labelAngle=0, labelLimit=90)
    if many:
        axis = alt.Axis(labelAngle=-90, labelLimit=90, labelOverlap=True, labelFontSize=9)
    # Unsorted: in the order of the rows, which is that of the outcomes.
    return alt.X("outcome:N", title=None, sort=None, axis=axis)

"""Values → tidy DataFrames: one row an observation, columns as the charts name them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pages.ui.pairs.codes import Word
from pages.ui.pairs.pair import Pair
from pages.ui.pairs.samples import Draws

Vector = NDArray[np.floating]
# What a spreadsheet takes for a formula begins so. Source: OWASP, "CSV Injection".
FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def to_csv(table: pd.DataFrame, digits: int | None = None) -> str:
    """A table as a file, its numbers with so many significant digits; all if None.

    Text that a spreadsheet would compute begins with an apostrophe, and so do digits in a column
    where it would take a leading 0 away. All text stands in quotes, so that a semicolon in it
    begins no cell either, where that is what separates them.
    """
    columns = {name: _safe(values, digits) for name, values in table.items()}
    return pd.DataFrame(columns).to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC)


def _safe(values: pd.Series, digits: int | None) -> pd.Series:
    if pd.api.types.is_float_dtype(values) and digits:
        return values.map(lambda value: float(f"{value:.{digits}g}"))
    if pd.api.types.is_numeric_dtype(values):
        return values
    text = values.map(str)
    taken = text.str.startswith(FORMULA)
    if text.str.fullmatch(r"0\d+").any():
        taken |= text.str.fullmatch(r"\d+")
    return values.astype(object).mask(taken, "'" + text)


def infinite(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """As a file has it: inf in these columns where the table has nothing, as no chart draws it."""
    return table.fillna(dict.fromkeys(columns, np.inf))


def distributions(names: Sequence[str], p: Vector, q: Vector) -> pd.DataFrame:
    """Columns outcome, distribution ("P" or "Q"), probability."""
    return pd.DataFrame(
        {
            "outcome": [*names, *names],
            "distribution": ["P"] * len(names) + ["Q"] * len(names),
            "probability": np.concatenate([p, q]),
        }
    )


def weights(pair: Pair) -> pd.DataFrame:
    """Columns outcome, P, Q, as text, and P locked, Q locked, as whether they are."""
    places = range(len(pair.names))
    return pd.DataFrame(
        {
            "outcome": pair.names,
            "P": [f"{weight:.12g}" for weight in pair.p],
            "Q": [f"{weight:.12g}" for weight in pair.q],
            "P locked": [place in pair.locked_p for place in places],
            "Q locked": [place in pair.locked_q for place in places],
        }
    )


def records(rows: Iterable[object]) -> pd.DataFrame:
    """A row for each dataclass, a column for each of its fields."""
    return pd.DataFrame([vars(row) for row in rows])


def kl_terms(
    names: Sequence[str], p: Vector, q: Vector, terms: Mapping[str, Vector]
) -> pd.DataFrame:
    """Columns outcome, direction, term, likelier ("P", "Q" or "same"), infinite, p, q.

    `terms` maps each direction to its terms. An infinite term has no height: `term` is missing
    and `infinite` true.
    """
    likelier = np.select([p > q, p < q], ["P", "Q"], "same")
    frames = [
        pd.DataFrame(
            {
                "outcome": list(names),
                "direction": direction,
                "term": np.where(np.isinf(values), np.nan, values + 0.0),  # no −0
                "likelier": likelier,
                "infinite": np.isinf(values),
                "p": p,
                "q": q,
            }
        )
        for direction, values in terms.items()
    ]
    return pd.concat(frames, ignore_index=True)


def code_lengths(code: Sequence[Word]) -> pd.DataFrame:
    """Columns outcome, probability, length ("ideal", "Huffman"), bits, word.

    What never comes has no ideal length: its `bits` are missing.
    """
    rows = [
        (word.outcome, word.probability, kind, bits if np.isfinite(bits) else np.nan, word.word)
        for word in code
        for kind, bits in (("ideal", word.ideal), ("Huffman", float(len(word.word))))
    ]
    return pd.DataFrame(rows, columns=["outcome", "probability", "length", "bits", "word"])


def running_mean(draws: Draws) -> pd.DataFrame:
    """Columns draws, mean, low, high, divergence; what is infinite is missing."""
    margin = draws.margin
    found = pd.DataFrame(
        {
            "draws": draws.number,
            "mean": draws.mean,
            "low": draws.divergence - margin,
            "high": draws.divergence + margin,
            "divergence": draws.divergence,
        }
    )
    return found.replace([np.inf, -np.inf], np.nan)

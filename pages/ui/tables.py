"""DataFrames as CSV files that are safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable

import numpy as np
import pandas as pd

# First characters of a spreadsheet's formula. Source: OWASP, "CSV Injection".
FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def to_csv(table: pd.DataFrame, digits: int | None = None) -> str:
    """A table as CSV, its numbers with `digits` significant digits; None for all.

    An apostrophe precedes text that a spreadsheet would compute, and digits in a column where it
    would remove a leading 0. All text is quoted, so that a semicolon in it begins no cell in a
    spreadsheet that separates cells by semicolons.
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
    """For a file: inf in these columns where the table has NaN, which charts leave out."""
    return table.fillna(dict.fromkeys(columns, np.inf))


def records(rows: Iterable[object]) -> pd.DataFrame:
    """A row for each dataclass, a column for each of its fields."""
    return pd.DataFrame([vars(row) for row in rows])

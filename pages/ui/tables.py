"""DataFrames that leave the pages: as files that a spreadsheet opens, and as tables of text."""

from __future__ import annotations

import csv
from collections.abc import Iterable

import numpy as np
import pandas as pd

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


def records(rows: Iterable[object]) -> pd.DataFrame:
    """A row for each dataclass, a column for each of its fields."""
    return pd.DataFrame([vars(row) for row in rows])

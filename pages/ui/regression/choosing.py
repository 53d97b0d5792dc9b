"""What a visitor chooses besides the points. The keys are also in the page's address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

from pages.ui import controls

# What is chosen → its label, which the address holds too.
PLACES = {0.0: "0", 5.0: "5", 10.0: "10"}
TRUTHS = {
    "normal": "Gaussian",
    "laplace": "Laplace",
    "student_t": "Student-t",
    "heteroscedastic": "growing σ",
}
SHARES = {0.0: "0", 0.05: "5", 0.1: "10", 0.2: "20", 0.3: "30"}


def residual() -> tuple[float, float]:
    """The residual to look at, and the x where it lies."""
    size, where = st.columns([3, 2], gap="large")
    with size:
        r = st.slider(
            "Residual r, in units of y",
            -5.0,
            5.0,
            3.0,
            step=0.1,
            key="residual",
            bind=controls.between("residual", -5, 5),
        )
    with where:
        return r, _one("x where it lies (for growing σ)", PLACES, "place", 5.0)


def truth() -> tuple[str, float]:
    """The true noise, and the share of outliers in it."""
    kind, outliers = st.columns([3, 2], gap="large")
    with kind:
        noise = _one("True noise", TRUTHS, "noise", "normal")
    with outliers:
        return noise, _one("Outliers, in %", SHARES, "outliers", 0.0)


T = TypeVar("T")


def _one(label: str, options: Mapping[T, str], key: str, first: T) -> T:
    chosen = st.segmented_control(
        label,
        list(options),
        default=first,
        format_func=options.__getitem__,
        required=True,
        key=key,
        bind=controls.one_of(key, options.values()),
    )
    return first if chosen is None else chosen

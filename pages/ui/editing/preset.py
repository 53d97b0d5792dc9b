"""A page's presets: plain data, without Streamlit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

S = TypeVar("S")


@dataclass(frozen=True)
class Preset(Generic[S]):
    """An instructive state, with what to do and what to notice."""

    key: str
    title: str
    state: S
    do: str
    notice: str

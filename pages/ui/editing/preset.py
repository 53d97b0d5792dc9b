"""What a page's presets are: plain data, which needs no Streamlit, as the editor does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

S = TypeVar("S")


@dataclass(frozen=True)
class Preset(Generic[S]):
    """A state worth looking at, with what to do and what to notice."""

    key: str
    title: str
    state: S
    do: str
    notice: str

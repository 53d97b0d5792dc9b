"""Which entries hold all the words that are looked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

Entry = TypeVar("Entry")


def matching(entries: Iterable[Entry], wanted: str) -> list[Entry]:
    """The entries in whose text every word occurs, in capitals or not."""
    words = wanted.casefold().split()
    return [entry for entry in entries if all(word in _text(entry) for word in words)]


def _text(entry: object) -> str:
    """All that a dataclass says in words."""
    said = (value for value in vars(entry).values() if isinstance(value, str))
    return " ".join(said).casefold()

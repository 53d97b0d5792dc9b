"""What a pitfall is, and the distributions that the examples share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import SupportsFloat

import numpy as np

Value = Callable[[], SupportsFloat]

FAIR, LOADED = np.array([0.5, 0.5]), np.array([0.9, 0.1])
FAINT, FULL = np.array([0.2, 0.2]), np.array([0.9, 0.9])  # neither sums to 1


@dataclass(frozen=True)
class Pitfall:
    """A claim, and code that shows it: its last line returns what `answers` computes, not `right`.

    If kl_core refuses the same input, there is no correct result. `sources` are beginnings of lines
    on the page Sources.
    """

    claim: str
    sources: tuple[str, ...]
    call: str = ""
    answers: Value | None = None
    right: Value | None = None
    answers_in: str = "nats"
    right_in: str = "nats"
    right_is: str = "Correct"  # what stands before it

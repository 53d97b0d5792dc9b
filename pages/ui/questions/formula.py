"""A divergence that is written out, as it is found."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Resolve = Callable[[ast.expr], ast.expr]

Kind = Literal["sum", "vae", "k1", "k2", "k3"]


@dataclass(frozen=True)
class Formula:
    """A divergence found in an expression: what plays P and Q, and how they are given."""

    kind: Kind
    node: ast.expr
    p: str
    q: str
    p_is_log: bool
    q_is_log: bool
    guarded: bool = False  # by an epsilon or a clip
    negated: bool = False  # the line computes −KL
    bits: bool = False

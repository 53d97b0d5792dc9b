"""What is told of a divergence in a text."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finding:
    """A divergence in a text: which line and call, what plays P and Q, and what is done with it.

    `p`, `q`: the visitor's own expressions, or the names of parameters where a call has none.
    `p_is_log`, `q_is_log`: whether logarithms are expected there; None where that cannot be told,
    and for distribution objects. `reduction`: what happens to the terms. `certain`: False where
    something must be asked first; `says` then begins with that question.
    """

    line: int
    call: str
    p: str
    q: str
    p_is_log: bool | None
    q_is_log: bool | None
    reduction: str | None
    certain: bool = True
    says: tuple[str, ...] = field(default=())

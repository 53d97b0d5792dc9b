"""What a visitor has had on show: the last state is on show now, undo goes back, redo on."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, Protocol, TypeVar

import streamlit as st

from pages.ui import formatting as fmt

MOST = 100  # steps that are kept
ECHO = 2.0  # seconds in which the browser may still send a text that went out of use


class State(Protocol):
    """Something on show that a share text can hold."""

    def encode(self) -> str:
        """All of it, on one line."""


S = TypeVar("S", bound=State)


class Step(NamedTuple, Generic[S]):
    """What was on show, and the preset, link or pasted text that it was made from."""

    state: S
    origin: S


@dataclass
class _Memory(Generic[S]):
    """`unread`: a text that could not be read, and whether a link brought it; `replaced`: when each
    text went out of use."""

    steps: list[Step[S]]
    ahead: list[Step[S]] = field(default_factory=list)
    unread: str | None = None
    linked: bool = False
    replaced: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class History(Generic[S]):
    """The states of one editor: they live in the visitor's session, and this says where.

    name: begins the session's keys; address: the share text's name in the page's address; home: the
    first state; decode: a share text → its state. Raises ValueError, in one sentence.
    """

    name: str
    address: str
    home: S
    decode: Callable[[str], S]

    def current(self) -> S:
        """What is on show; at first what the address names."""
        return self._memory.steps[-1].state

    def origin(self) -> S:
        """What was last chosen, opened or pasted, from which the rest was made by hand."""
        return self._memory.steps[-1].origin

    def share_text(self) -> str:
        """That of what is on show, or the one that could not be read."""
        return self._memory.unread or self.current().encode()

    def in_address(self) -> str:
        """What the page's address is to hold: nothing for the first thing on show."""
        return "" if self.current() == self.home else self.current().encode()

    def refusal(self, *, linked: bool = False) -> str | None:
        """Why the text that was typed (or `linked`) cannot be read, and what is shown instead.

        None where it can be read, and where it did not come in this way.
        """
        if self._memory.linked != linked:
            return None
        try:
            self.decode(self.share_text())
        except ValueError as error:
            example = [step.state for step in self._memory.steps] == [self.home]
            instead = "a first example" if example else "the last one that could be read"
            return f"{fmt.plain(str(error))} The page shows {instead}."
        return None

    def show(self, new: S, made_from: S | None = None) -> None:
        """Put another on show, made from the same as the one before if nothing is said."""
        step = Step(new, made_from or self.origin())
        self._memory.unread = None
        if step != self._memory.steps[-1]:
            self._replace()
            self._memory.steps.append(step)
            del self._memory.steps[:-MOST]
            self._memory.ahead = []

    def open_link(self) -> None:
        """Who comes to the page by a link that names something finds that on show."""
        code = st.query_params.get(self.address)
        if code and code != self.current().encode():
            self.paste(code)
            self._memory.linked = self._memory.unread is not None

    def paste(self, typed: str) -> None:
        """Put on show what a text holds; one that cannot be read waits to be mended."""
        # Who presses two buttons quickly sends the text that was there before the first.
        if time.monotonic() - self._memory.replaced.get(typed, -math.inf) < ECHO:
            return
        self._memory.linked = False
        try:
            new = self.decode(typed)
        except ValueError:
            self._memory.unread = typed
        else:
            self.show(new, new)

    def restart(self) -> None:
        """Begin anew, with what is on show at first, whatever the address still holds."""
        st.session_state[f"{self.name}:history"] = _Memory([Step(self.home, self.home)])

    def can_undo(self) -> bool:
        """Whether there is anything to take back."""
        return len(self._memory.steps) > 1 or bool(self._memory.unread)

    def can_redo(self) -> bool:
        """Whether anything was taken back."""
        return bool(self._memory.ahead)

    def undo(self) -> None:
        """Back by one step; from a text that could not be read, to what is on show."""
        if not self._memory.unread and len(self._memory.steps) > 1:
            self._replace()
            self._memory.ahead.append(self._memory.steps.pop())
        self._memory.unread = None

    def redo(self) -> None:
        """On by one step that was undone."""
        if self.can_redo():
            self._replace()
            self._memory.steps.append(self._memory.ahead.pop())

    def reset(self) -> None:
        """Back to what was last chosen, opened or pasted, as a step of its own."""
        self.show(self.origin())

    def _replace(self) -> None:
        """Note that the text of what is on show is about to go out of use."""
        now, old = time.monotonic(), self._memory.replaced
        recent = {code: when for code, when in old.items() if now - when < ECHO}
        self._memory.replaced = {**recent, self.current().encode(): now}

    @property
    def _memory(self) -> _Memory[S]:
        key = f"{self.name}:history"
        if key not in st.session_state:
            code = st.query_params.get(self.address, self.home.encode())
            try:
                first, unread = self.decode(code), None
            except ValueError:
                first, unread = self.home, code
            linked = unread is not None
            st.session_state[key] = _Memory([Step(first, first)], unread=unread, linked=linked)
        return st.session_state[key]

"""The history of a state: the last one is shown; undo goes back, redo forward."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, Protocol, TypeVar

import streamlit as st

from pages.ui import formatting as fmt

MOST = 100  # states that are kept
ECHO = 2.0  # seconds in which the browser may still send a former text
UNCHANGED = "The page is unchanged."


class State(Protocol):
    """A state with a share text."""

    def encode(self) -> str:
        """Its share text, on one line."""


S = TypeVar("S", bound=State)


class Step(NamedTuple, Generic[S]):
    """A state, and the preset, link or pasted text that it was made from."""

    state: S
    origin: S


@dataclass
class _Memory(Generic[S]):
    """unread: an invalid text, and in `linked` whether it came by a link; replaced: when each text
    was replaced."""

    steps: list[Step[S]]
    ahead: list[Step[S]] = field(default_factory=list)
    unread: str | None = None
    linked: bool = False
    replaced: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class History(Generic[S]):
    """The states of one editor, stored in the visitor's session.

    name: the prefix of the session's keys; address: the share text's parameter of the page's
    address; home: the first state; decode: a share text → its state; it raises ValueError, in one
    sentence, for an invalid one.
    """

    name: str
    address: str
    home: S
    decode: Callable[[str], S]

    def current(self) -> S:
        """The current state; at first that of the address."""
        return self._memory.steps[-1].state

    def origin(self) -> S:
        """The state that was last chosen, opened or pasted; later ones were edited from it."""
        return self._memory.steps[-1].origin

    def share_text(self) -> str:
        """The current state's, or the text that could not be read."""
        return self._memory.unread or self.current().encode()

    def in_address(self) -> str:
        """The parameter's value in the page's address: empty for the first state."""
        return "" if self.current() == self.home else self.current().encode()

    def refusal(self, *, linked: bool = False) -> str | None:
        """Why the typed (or `linked`) text is invalid, and what is shown instead.

        None if it is valid, or came in the other way.
        """
        if self._memory.linked != linked:
            return None
        try:
            self.decode(self.share_text())
        except ValueError as error:
            example = linked and [step.state for step in self._memory.steps] == [self.home]
            stays = "The page shows its first example." if example else UNCHANGED
            return f"{fmt.plain(str(error))} {stays}"
        return None

    def show(self, new: S, made_from: S | None = None) -> None:
        """Show a new state, with the same origin as the former one unless `made_from` is given."""
        step = Step(new, made_from or self.origin())
        self._memory.unread = None
        if step != self._memory.steps[-1]:
            self._replace()
            self._memory.steps.append(step)
            del self._memory.steps[:-MOST]
            self._memory.ahead = []

    def open_link(self) -> None:
        """Show the state of a link, if the address has one."""
        code = st.query_params.get(self.address)
        if code and code != self.current().encode():
            self.paste(code)
            self._memory.linked = self._memory.unread is not None

    def paste(self, typed: str) -> None:
        """Show the state of a text; an invalid one stays in its field, to be corrected."""
        # After two quick presses the browser still sends the text from before the first.
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
        """Restart from the first state, whatever the address contains."""
        st.session_state[f"{self.name}:history"] = _Memory([Step(self.home, self.home)])

    def can_undo(self) -> bool:
        """Whether there is anything to undo."""
        return len(self._memory.steps) > 1 or bool(self._memory.unread)

    def can_redo(self) -> bool:
        """Whether anything was undone."""
        return bool(self._memory.ahead)

    def undo(self) -> None:
        """Back by one state; from an invalid text, to the current state."""
        if not self._memory.unread and len(self._memory.steps) > 1:
            self._replace()
            self._memory.ahead.append(self._memory.steps.pop())
        self._memory.unread = None

    def redo(self) -> None:
        """Forward by one state that was undone."""
        if self.can_redo():
            self._replace()
            self._memory.steps.append(self._memory.ahead.pop())

    def reset(self) -> None:
        """Back to the origin, as a new step."""
        self.show(self.origin())

    def _replace(self) -> None:
        """Note when the current state's text is replaced."""
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

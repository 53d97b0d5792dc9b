"""What every editor of a page has: presets, undo, redo and reset, and a share text.

A state is changed by components in the browser, by buttons and by fields. A button may be pressed
before Python has heard of what a component has just told: so each change begins with that, and
works on the state as it is then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

import streamlit as st

from pages.ui import component, controls, layout
from pages.ui import formatting as fmt
from pages.ui.editing.history import History, S
from pages.ui.editing.preset import Preset

REFUSED = "{why} What was on show stays."


def _always(began: object, now: object) -> bool:
    return True


@dataclass(frozen=True)
class Editor(Generic[S]):
    """One state that a visitor edits, and the widgets around it.

    components: the key of each component → what makes a new state of an edit that it told and the
    state as it is, or raises ValueError; alike: whether a state is still so like the preset it was
    made from that the preset's words hold; started: what else a preset does.
    """

    history: History[S]
    components: Mapping[str, Callable[[Mapping[str, Any], S], S]] = field(default_factory=dict)
    alike: Callable[[S, S], bool] = field(default=_always)
    started: Callable[[], None] = lambda: None

    @property
    def name(self) -> str:
        """What the keys of its widgets begin with."""
        return self.history.name

    def current(self) -> S:
        """What is on show."""
        return self.history.current()

    def address(self) -> dict[str, str]:
        """What the page's address is to hold of it, by name; "" for nothing.

        Not by bind=: a bound field that Python sets adds to the browser's history each time.
        """
        return {self.history.address: self.history.in_address()}

    # What changes it.

    def receive(self) -> None:
        """Take up what was done to the components."""
        for key, check in self.components.items():
            try:
                edit = component.edit(key) or {}
                if edit.get("ask") == "undo":
                    self.history.undo()
                elif edit.get("ask") == "redo":
                    self.history.redo()
                elif edit:  # it came from a browser, and so cannot be trusted
                    self.history.show(check(edit, self.current()))
            except ValueError as error:
                _refuse(error)

    def put(self, make: Callable[[S], S]) -> None:
        """Put on show what is made of the state. Raises ValueError where `make` does."""
        self.receive()
        self.history.show(make(self.current()))

    def change(self, make: Callable[[S], S]) -> None:
        """The same; what cannot be made is refused in a sentence."""
        try:
            self.put(make)
        except ValueError as error:
            _refuse(error)

    def start(self, state: S) -> None:
        """Begin with another state."""
        self.receive()
        self.started()
        self.history.show(state, state)

    def paste(self) -> None:
        """Put on show what the field of the share text holds."""
        self.receive()
        self.history.paste(st.session_state[self.history.address] or "")

    def _step(self, step: Callable[[], None]) -> None:
        self.receive()
        step()

    # Its widgets.

    def presets(self, choices: Sequence[Preset[S]]) -> None:
        """One button for each state worth looking at."""
        st.markdown("**Start from**")
        with st.container(horizontal=True, gap="small"):
            for each in choices:
                key, args = f"{self.name}:{each.key}", (each.state,)
                st.button(each.title, key=key, on_click=self.start, args=args)

    def preset(self, choices: Sequence[Preset[S]]) -> Preset[S] | None:
        """The preset that the state on show was made from, if it is still alike."""
        began = self.history.origin()
        found = (each for each in choices if each.state == began)
        return next(found, None) if self.alike(began, self.current()) else None

    def notice(self, choices: Sequence[Preset[S]], otherwise: str) -> None:
        """What to do and to notice: of the preset that the state was made from, or `otherwise`."""
        if preset := self.preset(choices):
            otherwise = f"*{preset.title}.* {preset.notice} **{preset.do}**"
        st.info(otherwise, icon=layout.NOTICE)

    def button(self, label: str, key: str, make: Callable[[S], S], *, disabled: bool) -> None:
        """A press that changes the state."""
        key = f"{self.name}:{key}"
        st.button(label, key=key, disabled=disabled, on_click=self.change, args=(make,))

    def steps(self) -> None:
        """Undo, redo and reset."""
        history = self.history
        for label, key, disabled, step in (
            ("Undo", "back", not history.can_undo(), history.undo),
            ("Redo", "on", not history.can_redo(), history.redo),
            ("Reset", "reset", history.current() == history.origin(), history.reset),
        ):
            key = f"{self.name}:{key}"
            st.button(label, key=key, disabled=disabled, on_click=self._step, args=(step,))

    def share_text(self, label: str, says: str) -> None:
        """All that is on show as text, to copy and to paste.

        What cannot be read stays in the field, with the reason below. Streamlit would drop a text
        beyond a greatest length without a word, so there is none.
        """
        key = self.history.address
        st.session_state[key] = self.history.share_text()
        st.text_input(label, key=key, on_change=self.paste, help=says)
        controls.refusal(self.history.refusal())


def _refuse(error: ValueError) -> None:
    st.toast(REFUSED.format(why=fmt.plain(str(error))), icon=layout.WARNING)

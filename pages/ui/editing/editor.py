"""An editor of a page's state: presets, undo, redo, reset, and the share text.

Components in the browser, buttons and fields change the state. A button may be pressed before
Python has processed a component's latest edit: so each change first processes it, then works on the
resulting state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

import streamlit as st

from pages.ui import component, controls, layout
from pages.ui import formatting as fmt
from pages.ui.editing.history import UNCHANGED, History, S
from pages.ui.editing.preset import Preset

REFUSED = f"{{why}} {UNCHANGED}"


def _always(began: object, now: object) -> bool:
    return True


@dataclass(frozen=True)
class Editor(Generic[S]):
    """A state that a visitor edits, and its widgets.

    components: the key of each component → a function of its edit and the current state that
    returns a new state or raises ValueError; alike: whether the preset's sentences still hold for a
    state made from it; started: called when a preset is chosen.
    """

    history: History[S]
    components: Mapping[str, Callable[[Mapping[str, Any], S], S]] = field(default_factory=dict)
    alike: Callable[[S, S], bool] = field(default=_always)
    started: Callable[[], None] = lambda: None

    @property
    def name(self) -> str:
        """The prefix of its widgets' keys."""
        return self.history.name

    def current(self) -> S:
        """The current state."""
        return self.history.current()

    def address(self) -> dict[str, str]:
        """Its parameter of the page's address; "" to remove it.

        Not by bind=: a bound field that Python sets adds to the browser's history each time.
        """
        return {self.history.address: self.history.in_address()}

    # Changes.

    def receive(self) -> None:
        """Process the edits of the components."""
        for key, check in self.components.items():
            try:
                edit = component.edit(key) or {}
                if edit.get("ask") == "undo":
                    self.history.undo()
                elif edit.get("ask") == "redo":
                    self.history.redo()
                elif edit:  # from a browser, so it cannot be trusted
                    self.history.show(check(edit, self.current()))
            except ValueError as error:
                _refuse(error)

    def put(self, make: Callable[[S], S]) -> None:
        """Replace the state by `make` of it. Raises ValueError where `make` does."""
        self.receive()
        self.history.show(make(self.current()))

    def change(self, make: Callable[[S], S]) -> None:
        """As `put`; an error is shown in a sentence."""
        try:
            self.put(make)
        except ValueError as error:
            _refuse(error)

    def start(self, state: S) -> None:
        """Start from another state, that of a preset."""
        self.receive()
        self.started()
        self.history.show(state, state)

    def paste(self) -> None:
        """Show the state of the text in the share text's field."""
        self.receive()
        self.history.paste(st.session_state[self.history.address] or "")

    def _step(self, step: Callable[[], None]) -> None:
        self.receive()
        step()

    # Widgets.

    def presets(self, choices: Sequence[Preset[S]]) -> None:
        """One button for each preset."""
        st.markdown("**Start from**")
        with st.container(horizontal=True, gap="small"):
            for each in choices:
                key, args = f"{self.name}:{each.key}", (each.state,)
                st.button(each.title, key=key, on_click=self.start, args=args)

    def preset(self, choices: Sequence[Preset[S]]) -> Preset[S] | None:
        """The preset that the current state was made from, if its sentences still hold."""
        began = self.history.origin()
        found = (each for each in choices if each.state == began)
        return next(found, None) if self.alike(began, self.current()) else None

    def notice(self, choices: Sequence[Preset[S]], otherwise: str) -> None:
        """What to do and to notice, for the preset that the state was made from; or `otherwise`."""
        if preset := self.preset(choices):
            otherwise = f"*{preset.title}.* {preset.notice} **{preset.do}**"
        st.info(otherwise, icon=layout.NOTICE)

    def button(self, label: str, key: str, make: Callable[[S], S], *, disabled: bool) -> None:
        """A button that changes the state."""
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
        """The field of the share text, to copy from and to paste into; says: its tooltip.

        Invalid text stays in the field, with the reason below. There is no maximum length, as
        Streamlit would drop a longer text without a message.
        """
        key = self.history.address
        st.session_state[key] = self.history.share_text()
        st.text_input(label, key=key, on_change=self.paste, help=says)
        controls.refusal(self.history.refusal())


def _refuse(error: ValueError) -> None:
    st.toast(REFUSED.format(why=fmt.plain(str(error))), icon=layout.WARNING)

"""What a visitor does to the Gaussian and to the point, which a trail each keeps.

A button may be pressed before Python has heard of what a component has just told: so each begins
with that, and works on what is on show as it is then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any, Literal, NamedTuple

import streamlit as st

from pages.ui import controls, frame, words
from pages.ui.trail import Trail
from pages.ui.vaes import encoded, gaussian, plane, point
from pages.ui.vaes.presets import HOME

CODES = Trail("vae:q", "cloud", HOME, encoded.decode)
POINTS = Trail("vae:z", "point", point.ORIGIN, point.decode)
CURVES, PLANE = "vae:curves", "vae:plane"


class Doing(NamedTuple):
    """A trail, and how to ask its component what was done to it."""

    trail: Trail[Any]
    told: Callable[[], object | Literal["undo", "redo"] | None]

    def take(self) -> None:
        """Take up what was done to the component."""
        try:
            edit = self.told()
        except ValueError as error:
            refuse(error)
            return
        if edit == "undo":
            self.trail.undo()
        elif edit == "redo":
            self.trail.redo()
        elif edit is not None:
            self.trail.show(edit)

    def after(self, act: Callable[[], None]) -> None:
        """Undo, redo or reset."""
        self.take()
        act()

    def start(self, new: object) -> None:
        """Begin with another."""
        self.take()
        self.trail.show(new, new)

    def put(self, make: Callable[..., object], field: str, value: float) -> None:
        """Put on show what is made with one number replaced. Raises ValueError as `make` does."""
        self.take()
        self.trail.show(make(**{**asdict(self.trail.current()), field: value}))


BY_HAND = Doing(CODES, lambda: gaussian.edited(CURVES))
IN_PLANE = Doing(POINTS, lambda: plane.edited(PLANE))


def refuse(error: ValueError) -> None:
    """Say why something was not taken."""
    st.toast(f"{words.plain(str(error))} What was on show stays.", icon=frame.WARNING)


def history(doing: Doing, name: str) -> None:
    """Undo, redo and reset; `name` begins their keys."""
    trail = doing.trail
    for label, key, disabled, act in (
        ("Undo", f"{name}:back", not trail.can_undo(), trail.undo),
        ("Redo", f"{name}:on", not trail.can_redo(), trail.redo),
        ("Reset", f"{name}:reset", trail.current() == trail.origin(), trail.reset),
    ):
        st.button(label, key=key, disabled=disabled, on_click=doing.after, args=(act,))


def numbers(doing: Doing, fields: dict[str, str], make: Callable[..., object], name: str) -> None:
    """Fields to type what a hand can do; `fields`: attribute → label."""
    for column, (field, label) in zip(st.columns(len(fields)), fields.items(), strict=True):
        controls.number(
            label,
            f"{name}:{field}",
            getattr(doing.trail.current(), field),
            partial(doing.put, make, field),
            place=column,
        )

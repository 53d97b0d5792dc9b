"""The editors of the Gaussian by hand, and of the point in the plane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

import streamlit as st

from pages.ui import controls
from pages.ui.editing.editor import Editor
from pages.ui.editing.history import History
from pages.ui.vae import gaussian, plane, point, state
from pages.ui.vae.point import Point
from pages.ui.vae.presets import HOME
from pages.ui.vae.state import Encoded

CURVES, PLANE = "vae:curves", "vae:plane"
GAUSSIAN: Editor[Encoded] = Editor(
    History("vae:q", "cloud", HOME, state.decode),
    {CURVES: lambda edit, now: gaussian.checked(edit)},
)
POINT: Editor[Point] = Editor(
    History("vae:z", "point", point.ORIGIN, point.decode),
    {PLANE: lambda edit, now: plane.checked(edit)},
)


def other_ways(
    editor: Editor[Any], toggle: str, fields: dict[str, str], make: Callable[..., object]
) -> None:
    """Undo, redo and reset, and fields to type what a hand can do; `fields`: attribute → label."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        editor.steps()
        wanted = st.toggle(toggle, key=f"{editor.name}:numbers")
    if wanted:
        with st.container(border=True):
            _numbers(editor, fields, make)


def _numbers(editor: Editor[Any], fields: dict[str, str], make: Callable[..., object]) -> None:
    def put(field: str, value: float) -> None:
        editor.put(lambda now: make(**{**asdict(now), field: value}))

    for column, (field, label) in zip(st.columns(len(fields)), fields.items(), strict=True):
        controls.number(
            label,
            f"{editor.name}:{field}",
            getattr(editor.current(), field),
            partial(put, field),
            place=column,
        )

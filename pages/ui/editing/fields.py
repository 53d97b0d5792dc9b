"""Undo, redo and reset beside a toggle, and fields in which a state's numbers can be typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import TypeVar

import streamlit as st

from pages.ui import controls
from pages.ui.editing.editor import Editor
from pages.ui.editing.numbers import Numbers

N = TypeVar("N", bound=Numbers)


def numbers(editor: Editor[N], toggle: str, fields: Mapping[str, str]) -> None:
    """The buttons, and behind the toggle a field for each number; `fields`: attribute → label."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        editor.steps()
        wanted = st.toggle(toggle, key=f"{editor.name}:numbers")
    if not wanted:
        return

    def put(field: str, value: float) -> None:
        editor.put(lambda now: now.with_number(field, value))

    values = asdict(editor.current())
    with st.container(border=True):
        for column, (field, label) in zip(st.columns(len(fields)), fields.items(), strict=True):
            key = f"{editor.name}:{field}"
            controls.number(label, key, values[field], partial(put, field), place=column)

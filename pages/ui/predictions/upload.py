"""A visitor's own picture: a file → 32 × 32 pixels, which stay when the page is left."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.typing import UploadedFile

from pages.ui import images
from pages.ui.predictions import repository

FILE, KEPT, REFUSED, CALLED = "own:file", "own:picture", "own:refused", "own:called"


class Own(NamedTuple):
    """The pixels, (32, 32, 3), what the visitor says they show, and which upload they are."""

    pixels: NDArray[np.uint8]
    label: int
    name: str


def ask() -> Own | None:
    """The picture that was handed in last; None as long as there is none."""
    left, right = st.columns([3, 1], gap="medium")
    left.file_uploader(
        f"A PNG or JPEG file of at most {images.MOST_BYTES // 2**20} MB",
        ["png", "jpg", "jpeg"],
        key=FILE,
        on_change=_receive,
        help="Its middle square is made 32 × 32 pixels, as small as the photographs that the nets "
        "learned from. It stays in this session, and is neither stored nor part of the address.",
    )
    label = right.selectbox(
        "What does it show?",
        range(len(repository.CLASSES)),
        st.session_state.get(CALLED, 0),  # Streamlit forgets a widget that is not drawn
        format_func=repository.CLASSES.__getitem__,
        key="own:label",
        on_change=_call,
    )
    kept = st.session_state.get(KEPT)
    if kept is None:
        return None
    name, pixels = kept
    return Own(pixels, int(label or 0), f"{name} {label}")


def _call() -> None:
    st.session_state[CALLED] = st.session_state["own:label"]


def refusal() -> str:
    """Why the last file was not taken, and what stays; nothing if it was."""
    refused = st.session_state.get(REFUSED)
    if refused is None or st.session_state.get(FILE) is None:  # the field is empty
        return ""
    return f"{refused} What was on show stays." if KEPT in st.session_state else refused


def _receive() -> None:
    """Keep what was uploaded, made small; what cannot be read changes nothing."""
    file = st.session_state.get(FILE)
    if file is not None and not isinstance(file, UploadedFile):  # it was read, and let go
        return
    st.session_state.pop(REFUSED, None)
    if file is None:  # taken away from the field: the picture stays on show
        return
    try:
        pixels = images.read(file.getvalue())
    except ValueError as error:
        st.session_state[REFUSED] = str(error)
        return
    finally:
        _let_go(file)
    number = st.session_state.get(KEPT, ("own 0", None))[0].split()[1]
    st.session_state[KEPT] = f"own {int(number) + 1}", pixels


def _let_go(file: UploadedFile) -> None:
    """Streamlit would keep a file, up to 20 MB, until its visitor has left."""
    context = get_script_run_ctx()
    if context is not None:
        manager: Any = context.uploaded_file_mgr  # whose protocol knows only of all files at once
        manager.remove_file(context.session_id, file.file_id)
    file.truncate(0)

"""Which networks, which picture they look at, and the bars of both: widgets → what is on show.

A key without a colon is bound to the page's address; all others are private.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.typing import UploadedFile

from models.data.cifar10 import CLASSES, Kind
from models.runs.spec import LOSSES
from pages.ui import content, controls, images, layout
from pages.ui.editing.editor import Editor
from pages.ui.editing.history import History
from pages.ui.pairs import dragbars, state
from pages.ui.pairs.state import Pair
from pages.ui.predictions import repository, results
from pages.ui.predictions.state import MatchedRuns, Pixels, Truth

UPLOAD = "upload"
PICTURES = {
    "validation": "held-out photographs",
    "test": "test photographs",
    UPLOAD: "a picture of yours",
}
TRUTHS: dict[Truth, str] = {"label": "the label", "people": "what people said"}
ORDERS = {
    "loss": "largest KL(label‖net) first",
    "entropy": "the net least sure first",
    "apart": "the two nets furthest apart first",
    "people": "people least sure first",
    "file": "as the file holds them",
}
IMAGE = "image"  # the photograph's number
NUMBER_FIELD = f".st-key-{IMAGE}-typed input"  # where that is typed, for a script
FIRST = "photo:first"  # whether the list is another: it begins with its first
SHOWN = "photo:shown"  # how often one was put on show from below
BARS, EDITED = "belief:bars", "photo:edited"
ADDRESS = "pq"
FILE, KEPT, REFUSED, CALLED = "upload:file", "upload:kept", "upload:refused", "upload:called"
LABEL = "upload:label"


def networks_and_pictures(pairs: Mapping[str, MatchedRuns]) -> tuple[MatchedRuns, str]:
    """The two networks that the page speaks of, and what they look at: a key of `PICTURES`."""
    titles = {key: f"{pair.title}, with either loss" for key, pair in pairs.items()}
    left, right = st.columns(2, gap="medium")
    key = left.selectbox(
        "Two nets",
        list(titles),
        format_func=titles.__getitem__,
        key="nets",
        bind=controls.one_of("nets", titles.values()),
        help=content.text("predictions/networks"),
    )
    with right:
        says = content.text("predictions/pictures")
        pictures = controls.choice(
            "They look at", PICTURES, "pictures", on_change=_forget, help=says
        )
    return pairs[key], pictures


def loss_and_truth(kind: Kind | None) -> tuple[str, Truth]:
    """By which loss the network of Q was trained, and what P is; `kind` of photographs, if any."""
    titles = {loss: choice.title for loss, choice in LOSSES.items()}
    truth: Truth = "label"
    with st.container(horizontal=True, gap="medium"):
        if repository.have_votes(kind):
            truth = controls.choice("P is", TRUTHS, "p")
        return controls.choice("Q is the belief of the net trained with", titles, "net"), truth


def photograph(pair: MatchedRuns, loss: str, kind: Kind) -> int:
    """The number of the photograph on show. Raises ValueError where none can be read."""
    first, second, third = st.columns(3)
    voted = repository.have_votes(kind)
    orders = {key: label for key, label in ORDERS.items() if key != "people" or voted}
    order = first.selectbox(
        "Order",
        list(orders),
        format_func=orders.__getitem__,
        key="order",
        bind=controls.one_of("order", orders.values()),
        on_change=_forget,
    )
    classes = [results.ANY, *CLASSES]
    truth, guess = (
        column.selectbox(
            label, classes, key=key, bind=controls.one_of(key, classes), on_change=_forget
        )
        for column, label, key in ((second, "That show", "truth"), (third, "Taken for", "guess"))
    )
    those = repository.predictions(pair.of(loss), kind)
    numbers = results.listed(repository.order(pair, loss, kind, order), those, truth, guess)
    return _one(numbers, len(those.labels))


def _one(numbers: list[int], n: int) -> int:
    """One of the photographs, at first the first of those in the list."""
    first = numbers[0] if numbers else 0
    number = controls.linked(IMAGE, first, 0, n - 1)
    if st.session_state.pop(FIRST, False) or number is None or number >= n:
        number = first
        controls.show(**{IMAGE: number})
    row, below = st.container(horizontal=True, vertical_alignment="bottom"), st.container()
    with row:
        label, narrow = f"Number (0 to {n - 1:,})", st.container(width=180)
        controls.count(label, IMAGE, 0, n - 1, place=narrow, below=below)
        place = numbers.index(number) if number in numbers else -1
        for label, to in (("Previous", place - 1), ("Next", place + 1)):
            there = 0 <= to < len(numbers)
            other = {IMAGE: numbers[to]} if there else {}
            key = f"belief:{label}"
            st.button(label, key=key, disabled=not there, on_click=controls.show, kwargs=other)
        with layout.heard("place"):
            st.markdown(_place(place, len(numbers)))
    return number


def _place(place: int, of: int) -> str:
    if not of:
        return "No photograph matches."
    if place < 0:
        return f"This one is not among the {of:,} that match."
    return f"{place + 1:,} of {of:,}"


def _forget() -> None:
    """Another list begins with its first photograph."""
    st.session_state[FIRST] = True


def put_on_show(number: int) -> None:
    """Show a test photograph, with what people said of it as P."""
    # Streamlit leaves out of the address what is set before its widget has stood on the page, and
    # refuses to have it set there while the widget stands: on the test photographs, it does.
    if st.session_state.get("pictures") != "test":
        st.query_params["p"] = TRUTHS["people"]
    st.session_state.update(
        {"pictures": "test", "p": "people", "truth": results.ANY, "guess": results.ANY}
    )
    controls.show(**{IMAGE: number})
    st.session_state[SHOWN] = st.session_state.get(SHOWN, 0) + 1


class Upload(NamedTuple):
    """The pixels, (32, 32, 3), what the visitor says they show, and which upload they are."""

    pixels: Pixels
    label: int
    name: str


def upload() -> Upload | None:
    """The picture that was handed in last; None as long as there is none."""
    left, right = st.columns([3, 1], gap="medium")
    left.file_uploader(
        f"A PNG or JPEG file, at most {images.MOST_BYTES // 2**20} MB; its middle square is taken",
        ["png", "jpg", "jpeg"],
        key=FILE,
        on_change=_receive,
        help=content.text("predictions/upload"),
    )
    label = right.selectbox(
        "What does it show?",
        range(len(CLASSES)),
        st.session_state.get(CALLED, 0),  # Streamlit forgets a widget that is not drawn
        format_func=CLASSES.__getitem__,
        key=LABEL,
        on_change=_call,
    )
    if KEPT not in st.session_state:
        return None
    name, pixels = st.session_state[KEPT]
    return Upload(pixels, int(label or 0), f"{name} {label}")


def _call() -> None:
    st.session_state[CALLED] = st.session_state[LABEL]


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
    number = st.session_state.get(KEPT, ("upload 0", None))[0].split()[1]
    st.session_state[KEPT] = f"upload {int(number) + 1}", pixels


def _let_go(file: UploadedFile) -> None:
    """Streamlit would keep a file, up to 20 MB, until its visitor has left."""
    context = get_script_run_ctx()
    if context is not None:
        manager: Any = context.uploaded_file_mgr  # whose protocol knows only of all files at once
        manager.remove_file(context.session_id, file.file_id)
    file.truncate(0)


def bars(name: str, said: Pair, *, shared: bool) -> Pair:
    """P and Q of one picture to take hold of, in nats; at first what was `said` of it.

    name: its own, as the history goes with the picture; shared: whether that is in the address,
    and the bars too.
    """
    editor = Editor(History("belief", ADDRESS, said, state.decode), {BARS: dragbars.checked})
    arrives = EDITED not in st.session_state
    if st.session_state.get(EDITED) != name:
        editor.history.restart()
        st.session_state[EDITED] = name
    # A link holds the bars of the picture that it names, which is the first to be shown.
    if shared and arrives and (code := st.query_params.get(ADDRESS)):
        try:
            editor.history.show(_of_the_classes(code))
        except ValueError:
            layout.cannot_read(ADDRESS, code, "of this picture’s ten classes")
    dragbars.dragbars(
        editor.current(),
        form="pair",
        unit="nats",
        base=None,
        address=editor.address() if shared else {ADDRESS: ""},
        key=BARS,
        on_edit=editor.receive,
    )
    with st.container(horizontal=True, gap="small"):
        editor.steps()
    return editor.current()


def _of_the_classes(code: str) -> Pair:
    linked = state.decode(code)
    if linked.names != CLASSES:
        raise ValueError("These bars are of other outcomes.")
    return linked

"""Which picture, which network, and the bars of P and Q: widgets → what is shown.

A key without a colon is bound to the page's address; all others are private.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.typing import UploadedFile

from models.data.cifar10 import CLASSES, Kind
from models.runs.spec import LOSSES
from pages.ui import content, controls, images, layout
from pages.ui.editing.editor import Editor
from pages.ui.editing.history import History
from pages.ui.pairs import dragbars, state
from pages.ui.pairs.state import Pair
from pages.ui.predictions import repository, results, selection
from pages.ui.predictions.state import LabelSource, MatchedRuns, Pixels

SOURCES: dict[LabelSource, str] = {"label": "the one-hot label", "people": "the votes of people"}
ORDERS = {
    "loss": "largest KL(label‖Q) first",
    "entropy": "largest predictive entropy first",
    "apart": "largest JS divergence of both networks first",
    "people": "largest entropy of people’s votes first",
    "file": "as the file holds them",
}
# What these were called in addresses before.
FORMER_SOURCES: dict[LabelSource, str] = {"label": "the label", "people": "what people said"}
FORMER_ORDERS = {
    "loss": "largest KL(label‖net) first",
    "entropy": "the net least sure first",
    "apart": "the two nets furthest apart first",
    "people": "people least sure first",
}
RANKING = "people_where", "people_page"  # now on the page Human labels
IMAGE = "image"  # the photograph's number
FILTERS = "truth", "guess"  # true class, predicted class
LINKS = "photo:links"  # how many links named a photograph
FIRST = "photo:first"  # whether the list is another: it begins with its first
BARS, EDITED = "belief:bars", "photo:edited"
ADDRESS = "pq"
FILE, KEPT, REFUSED, CALLED = "upload:file", "upload:kept", "upload:refused", "upload:called"
LABEL = "upload:label"


def arrive() -> None:
    """A link that names a photograph shows it, whatever was chosen here before."""
    selection.translate("p", FORMER_SOURCES, SOURCES)
    selection.translate("order", FORMER_ORDERS, ORDERS)
    if IMAGE in st.query_params:
        st.session_state[LINKS] = st.session_state.get(LINKS, 0) + 1
        st.session_state.pop(IMAGE, None)
        for name in FILTERS:
            if name not in st.query_params:
                st.session_state.pop(name, None)


def pictures() -> str:
    """A kind of photographs, or the visitor's own picture: a key of `selection.CHOICES`."""
    return selection.photographs(selection.CHOICES, on_change=_forget)


def loss_and_source(kind: Kind | None) -> tuple[str, LabelSource]:
    """By which loss the network of Q was trained, and what P is; `kind` of photographs, if any."""
    titles = {loss: choice.title for loss, choice in LOSSES.items()}
    source: LabelSource = "label"
    if repository.have_votes(kind):
        source = controls.choice("P is", SOURCES, "p")
    return controls.choice("Q is predicted by the network trained with", titles, "net"), source


def numbers(pair: MatchedRuns, loss: str, kind: Kind) -> list[int]:
    """The photographs of one true and one predicted class, in the chosen order, by number.

    Raises ValueError where the order cannot be computed.
    """
    voted = repository.have_votes(kind)
    orders = {key: label for key, label in ORDERS.items() if key != "people" or voted}
    order = st.selectbox(
        "Order",
        list(orders),
        format_func=orders.__getitem__,
        key="order",
        bind=controls.one_of("order", orders.values()),
        on_change=_forget,
    )
    classes = [results.ANY, *CLASSES]
    true, predicted = (
        st.selectbox(label, classes, key=key, bind=controls.one_of(key, classes), on_change=_forget)
        for label, key in zip(("True class", "Predicted class"), FILTERS, strict=True)
    )
    predictions = repository.predictions(pair.of(loss), kind)
    return results.listed(repository.order(pair, loss, kind, order), predictions, true, predicted)


def photograph(numbers: Sequence[int], n: int, row: DeltaGenerator) -> int:
    """One of n photographs, at first the first in the list: its number, in a row."""
    first = numbers[0] if numbers else 0
    number = controls.linked(IMAGE, first, 0, n - 1)
    if st.session_state.pop(FIRST, False) or number is None or number >= n:
        number = first
        controls.show(**{IMAGE: number})
    below = st.container()
    st.caption(f"Order: {ORDERS[st.session_state['order']]}.")
    with row:
        label, narrow = f"Number (0 to {n - 1:,})", st.container(width=140)
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
    return f"{refused} The picture before it stays." if KEPT in st.session_state else refused


def _receive() -> None:
    """Keep what was uploaded, made small; what cannot be read changes nothing."""
    file = st.session_state.get(FILE)
    if file is not None and not isinstance(file, UploadedFile):  # it was read, and let go
        return
    st.session_state.pop(REFUSED, None)
    if file is None:  # taken away from the field: the picture stays
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


def bars(name: str, predicted: Pair, *, shared: bool) -> Pair:
    """P and Q of one picture to drag, in nats; at first the label and what is `predicted`.

    name: its own, as the history goes with the picture; shared: whether that is in the address,
    and the bars too.
    """
    editor = Editor(History("belief", ADDRESS, predicted, state.decode), {BARS: dragbars.checked})
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
        form="forward",
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

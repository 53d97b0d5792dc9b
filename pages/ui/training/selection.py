"""Which run is shown, and which is compared with it; a run that is started takes its place there.

A key without a colon is bound to the page's address; all others are private.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from models.runs.job import Queue
from models.runs.queue import BusyError, NotOwnerError
from models.runs.spec import RunSpec
from pages.ui import content, controls, layout
from pages.ui import formatting as fmt
from pages.ui.training import run_service

RUN, BESIDE = "run", "beside"  # the keys of the two pickers, and their names in the address
HERE = "a run that is still here"  # whoever shared the link may have deleted it
REFUSED, DELETED = "run:refused", "run:deleted"


def show(name: str, place: str = RUN) -> None:
    """Show a run, in the place of the first or beside it."""
    st.session_state.pop(REFUSED, None)
    st.session_state[place] = name


def train(spec: RunSpec) -> None:
    """Put a run into the queue and show it, or say why not."""
    if there := run_service.under_way(spec):
        show(there)
        st.session_state[REFUSED] = "This very run is under way already: here it is."
    else:
        attempt(lambda: show(run_service.start(spec)))


def train_beside(spec: RunSpec) -> None:
    """Put a run into the queue and show it beside the other. Raises as `run_service.start`."""
    show(run_service.start(spec), BESIDE)


def delete(name: str) -> None:
    """Remove a run. Raises ValueError while it is under way, NotOwnerError."""
    run_service.delete(name)
    st.session_state[DELETED] = name


def attempt(do: Callable[..., None], *args: object) -> None:
    """Do what a visitor asks for, or keep the reason why it cannot be done."""
    st.session_state.pop(REFUSED, None)
    try:
        do(*args)
    except (BusyError, NotOwnerError, ValueError) as error:
        st.session_state[REFUSED] = str(error)
    except OSError as error:
        st.session_state[REFUSED] = f"That could not be done: {error.strerror or error}."


def refusal() -> None:
    """Why the last thing that was asked for was not done."""
    if refused := st.session_state.get(REFUSED, ""):
        st.warning(fmt.plain(refused), icon=layout.WARNING)


def chosen(queue: Queue) -> list[str]:
    """The ids of the run that is shown and, if there is one, of that beside it."""
    choices = run_service.choices(queue)
    # A value is replaced, never taken away: a picker without one goes on showing the old title.
    if st.session_state.get(BESIDE, "") not in ("", *choices):
        st.session_state[BESIDE] = ""
    # The same for everybody, as the address does not name it: a recorded one.
    first = next(iter(run_service.recorded() or choices), None)
    if (gone := st.session_state.get(RUN)) not in (None, *choices):
        deleted = gone == st.session_state.pop(DELETED, None)
        st.info(
            "Your run is deleted." if deleted else "The run that was on show is not here any more."
        )
        st.session_state[RUN] = st.session_state.get(BESIDE) or first
    if not choices:
        st.info(content.text("training/no-runs"))
        return []
    left, right = st.columns(2)
    name = left.selectbox(
        "Run on show",
        list(choices),
        list(choices).index(first) if first else 0,
        format_func=choices.__getitem__,
        key=RUN,
        bind=controls.one_of(RUN, choices.values(), HERE),
    )
    others = ["", *(other for other in choices if other != name)]
    if st.session_state.get(BESIDE, "") not in others:
        st.session_state[BESIDE] = ""
    beside = right.selectbox(
        "Beside it",
        others,
        format_func=lambda name: choices.get(name, "no other run"),
        key=BESIDE,
        bind=controls.one_of(BESIDE, ["no other run", *choices.values()], HERE),
    )
    return [name, beside] if beside else [name]

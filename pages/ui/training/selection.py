"""Which run is shown, and which is compared with it; a newly started run is shown at once.

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

RUN, OTHER = "run", "beside"  # the keys of the two pickers, and their names in the address
EXISTING = "a run that still exists"  # whoever shared the link may have deleted it
REFUSED, DELETED = "run:refused", "run:deleted"


def show(name: str, place: str = RUN) -> None:
    """Show a run in one of the two pickers."""
    st.session_state.pop(REFUSED, None)
    st.session_state[place] = name


def train(spec: RunSpec) -> None:
    """Put a run into the queue and show it, or say why not."""
    if there := run_service.under_way(spec):
        show(there)
        st.session_state[REFUSED] = (
            "A run with exactly these settings is training or waiting already: it is shown below."
        )
    else:
        attempt(lambda: show(run_service.start(spec)))


def train_other(spec: RunSpec) -> None:
    """Put a run into the queue and compare it with the other. Raises as `run_service.start`."""
    show(run_service.start(spec), OTHER)


def delete(name: str) -> None:
    """Remove a run. Raises ValueError while it is under way, NotOwnerError."""
    run_service.delete(name)
    st.session_state[DELETED] = name


def attempt(do: Callable[..., None], *args: object) -> None:
    """Do what a visitor asks for, or keep the reason why it is impossible."""
    st.session_state.pop(REFUSED, None)
    try:
        do(*args)
    except (BusyError, NotOwnerError, ValueError) as error:
        st.session_state[REFUSED] = str(error)
    except OSError as error:
        st.session_state[REFUSED] = f"The request failed: {error.strerror or error}."


def refusal() -> None:
    """The reason why the last request failed."""
    if refused := st.session_state.get(REFUSED, ""):
        st.warning(fmt.plain(refused), icon=layout.WARNING)


def chosen(queue: Queue) -> list[str]:
    """The ids of the run that is shown and, if there is one, of that compared with it."""
    choices = run_service.choices(queue)
    # A value is replaced, never removed: a picker without one would still show the old title.
    if st.session_state.get(OTHER, "") not in ("", *choices):
        st.session_state[OTHER] = ""
    # A recorded one: the address does not name it, so it must be the same for everybody.
    first = next(iter(run_service.recorded() or choices), None)
    if (gone := st.session_state.get(RUN)) not in (None, *choices):
        deleted = gone == st.session_state.pop(DELETED, None)
        st.info("Your run is deleted." if deleted else "The run that was shown no longer exists.")
        st.session_state[RUN] = st.session_state.get(OTHER) or first
    if not choices:
        st.info(content.text("training/no-runs"))
        return []
    left, right = st.columns(2)
    name = left.selectbox(
        "Run",
        list(choices),
        list(choices).index(first) if first else 0,
        format_func=choices.__getitem__,
        key=RUN,
        bind=controls.one_of(RUN, choices.values(), EXISTING),
    )
    others = ["", *(each for each in choices if each != name)]
    if st.session_state.get(OTHER, "") not in others:
        st.session_state[OTHER] = ""
    other = right.selectbox(
        "Compare with",
        others,
        format_func=lambda name: choices.get(name, "no other run"),
        key=OTHER,
        bind=controls.one_of(OTHER, ["no other run", *choices.values()], EXISTING),
    )
    return [name, other] if other else [name]

"""Which run is on show, and which beside it; a new one goes there.

A key without a colon is bound to the page's address; all others are private.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from models.runs.spec import RunSpec
from pages.ui import controls, layout, tables
from pages.ui import formatting as fmt
from pages.ui.training import run_service
from pages.ui.training.run_service import Queue

RUN, BESIDE = "run", "beside"  # the keys of the runs on show, and their names in the URL
HERE = "a run that is still here"  # whoever shared the link may have deleted it
REFUSED, DELETED = "run:refused", "run:deleted"


def show(name: str) -> None:
    """Put a run on show."""
    st.session_state.pop(REFUSED, None)
    st.session_state[RUN] = name


def train(spec: RunSpec) -> None:
    """Put a run into the queue and on show, or say why not."""
    if there := run_service.under_way(spec):
        show(there)
        st.session_state[REFUSED] = "This very run is under way already: here it is."
    else:
        attempt(lambda: show(run_service.start(spec)))


def train_beside(spec: RunSpec) -> None:
    """Put a run into the queue and beside the one on show, or say why not."""
    attempt(lambda: put_beside(run_service.start(spec)))


def delete(name: str) -> None:
    """Remove a run. Raises ValueError while it is under way, NotOwnerError."""
    run_service.delete(name)
    st.session_state[DELETED] = name


def attempt(do: Callable[..., None], *args: object) -> None:
    """Do what a visitor asks for, or keep the reason why it cannot be done."""
    st.session_state.pop(REFUSED, None)
    try:
        do(*args)
    except (run_service.BusyError, run_service.NotOwnerError, ValueError) as error:
        st.session_state[REFUSED] = str(error)
    except OSError as error:
        st.session_state[REFUSED] = f"That could not be done: {error.strerror or error}."


def put_beside(name: str) -> None:
    """Put a run beside the one on show."""
    st.session_state.pop(REFUSED, None)
    st.session_state[BESIDE] = name


def refusal() -> None:
    """Why the last thing that was asked for was not done."""
    if refused := st.session_state.get(REFUSED, ""):
        st.warning(fmt.plain(refused), icon=layout.WARNING)


def chosen(queue: Queue) -> list[str]:
    """The ids of the run on show and, if there is one, of that beside it."""
    choices = run_service.choices(queue)
    # A value is replaced, never taken away: a picker without one goes on showing the old title.
    if st.session_state.get(BESIDE, "") not in ("", *choices):
        st.session_state[BESIDE] = ""
    # The same for everybody, as the address does not name it: a recorded one.
    first = next(iter(run_service.recorded() or choices), None)
    if (gone := st.session_state.get(RUN)) not in (None, *choices):
        own = gone == st.session_state.pop(DELETED, None)
        said = "Your run is deleted." if own else "The run that was on show is not here any more."
        st.info(said)
        st.session_state[RUN] = st.session_state.get(BESIDE) or first
    if not choices:
        st.info("No runs yet. Ten epochs on the shapes take about half a minute.")
        return []
    left, right = st.columns(2)
    name = left.selectbox(
        "Run on show",
        list(choices),
        list(choices).index(first) if first else 0,
        format_func=lambda name: choices[name],
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


def downloads(names: list[str]) -> None:
    """The curves of the runs on show, as they are when the button is pressed."""
    if names:
        curves = partial(_curves, names)
        controls.downloads(("Curves as CSV", curves, "curves.csv", "text/csv"))


def _curves(names: list[str]) -> str:
    runs = [run for name in names if (run := run_service.find(name))]
    return tables.to_csv(tables.histories(runs)) if runs else ""

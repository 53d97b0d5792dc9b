"""Which runs are compared, and how they are drawn: widgets → runs, a view, a margin.

A key without a colon is bound to the page's address.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import streamlit as st

from models.runs.record import Run
from models.runs.spec import DATASETS, LOSSES
from pages.ui import content, controls
from pages.ui.comparison import prose, results
from pages.ui.comparison.results import View, percentage
from pages.ui.training import run_service

RECORDED, HERE = "recorded", "made here"
SPREADS = {"sd": "mean ± sd", "range": "lowest to highest"}
AXES = {"epoch": "epochs", "seconds": "seconds"}

Sourced = tuple[str, Run]


@dataclass(frozen=True)
class Filter:
    """A filter by one property of runs: the key of its widget, its label, its value of a run.

    `usual`: the value that is chosen at first, if there are runs with all such values.
    """

    key: str
    label: str
    of: Callable[[str, Run], Any]
    say: Callable[[Any], str] = str
    usual: Any = None
    order: Callable[[Any], Any] = lambda value: value

    def is_usual(self, source: str, run: Run) -> bool:
        """Whether this filter lets a run through at first."""
        return self.usual is None or self.of(source, run) == self.usual


FILTERS = (
    Filter("only_data", "Images", lambda _, r: r.spec.data, lambda v: DATASETS[v].short, "cifar10"),
    Filter(
        "only_smoothing",
        "Label smoothing",
        lambda _, r: r.spec.label_smoothing,
        lambda v: str(v or 0),
        0.0,
    ),
    Filter("only_made", "Source", lambda source, _: source, str, RECORDED),
    Filter(
        "only_loss",
        "Loss",
        lambda _, r: r.spec.loss,
        lambda v: LOSSES[v].short,
        order=list(LOSSES).index,
    ),
    Filter("only_epochs", "Epochs", lambda _, r: r.spec.epochs),
    Filter("only_images", "Training images", lambda _, r: r.images["training"], "{:,}".format),
    Filter("only_batch", "Batch size", lambda _, r: r.spec.batch_size),
    Filter("only_held_out", "Validation split", lambda _, r: r.spec.validation_split, percentage),
    Filter("only_precision", "Precision", lambda _, r: r.spec.precision),
    Filter("only_seed", "Seeds", lambda _, r: r.spec.seed),
)


def available() -> list[Sourced]:
    """Every finished run with where it was made, recorded ones first."""
    here = run_service.visitors(run_service.current_queue())
    return [
        (source, run)
        for source, runs in ((RECORDED, run_service.recorded()), (HERE, here))
        for run in runs.values()
    ]


def runs(there: Sequence[Sourced]) -> list[Sourced]:
    """The runs that the visitor chooses, by the properties in which there is a choice."""
    chosen = list(there)
    begin = any(all(one.is_usual(*each) for one in FILTERS) for each in there)
    with st.container(horizontal=True, gap="medium"):
        for one in FILTERS:
            values = sorted({one.of(*each) for each in there}, key=one.order)
            if len(values) > 1:
                wanted = _ask(one, values, [one.usual] if begin else [], there)
                chosen = [each for each in chosen if one.of(*each) in wanted]
    return chosen


def _ask(one: Filter, values: list[Any], first: list[Any], there: Sequence[Sourced]) -> list[Any]:
    """The chosen values of one property, at first `first`; none chosen means all."""
    titles = {one.say(value): value for value in values}
    usual = [title for title, value in titles.items() if value in first]
    if one.key in st.session_state:  # some may have been deleted since
        kept = [title for title in st.session_state[one.key] or [] if title in titles]
        # The address cannot say "none" if some are chosen at first: all means the same.
        st.session_state[one.key] = kept or (list(titles) if usual else [])
    wanted = st.pills(
        one.label,
        list(titles),
        selection_mode="multi",
        default=usual,
        key=one.key,
        bind=controls.one_of(one.key, titles),
        help="None chosen: all of them.",
        on_change=_show_something,
        args=(one, there),
    )
    return [titles[title] for title in wanted] or values


def _show_something(one: Filter, there: Sequence[Sourced]) -> None:
    """Show the last choice: filters that let none of its runs through are widened.

    Else "shapes" would change nothing while only recorded runs are chosen, of which none has them.
    """
    for title in st.session_state[one.key]:
        those = [each for each in there if one.say(one.of(*each)) == title]
        if those and not any(all(map(_is_chosen, FILTERS, repeat(each))) for each in those):
            for other in FILTERS:
                if not any(_is_chosen(other, each) for each in those):
                    more = {other.say(other.of(*each)): None for each in those}
                    st.session_state[other.key] = [*st.session_state[other.key], *more]


def _is_chosen(one: Filter, each: Sourced) -> bool:
    chosen = st.session_state.get(one.key)  # none if there is no choice, or for all
    return not chosen or one.say(one.of(*each)) in chosen


def view() -> View:
    """How the curves are drawn; folded unless a link says otherwise."""
    keys = ("band", "against", "smoothing_of_curves", "log", "only_kl")
    with (
        controls.fold(content.heading("comparison/options"), "options", *keys),
        st.container(horizontal=True, gap="medium", vertical_alignment="bottom"),
    ):
        spread = controls.choice("Band", SPREADS, "band")
        against = controls.choice("x axis", AXES, "against")
        smoothing = st.slider(
            "Curve smoothing",
            0.0,
            0.9,
            step=0.1,
            key="smoothing_of_curves",
            bind=controls.between("smoothing_of_curves", 0, 0.9),
            width=200,
            help=content.text("comparison/smoothing"),
        )
        logarithmic = st.toggle("Logarithmic loss", key="log", bind=controls.flag("log"))
        only_kl = st.toggle(
            "Subtract H(target)",
            key="only_kl",
            bind=controls.flag("only_kl"),
            help=content.text("comparison/only-kl"),
        )
    return View(spread, against, smoothing, logarithmic, only_kl)


def what_if() -> float:
    """Another margin in percentage points, for which p is shown; the test itself has its own."""
    return st.slider(
        content.heading("comparison/what-if"),
        0.1,
        3.0,
        results.MARGIN,
        step=0.1,
        key="margin",
        format="%.1f points",
        width=360,
        bind=controls.between("margin", 0.1, 3),
        help=content.text("comparison/what-if", margin=prose.in_points(results.MARGIN)),
    )

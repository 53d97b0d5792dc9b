"""The README's Python gives the results in its comments; its figures are those on record.

docs/runs.md has the figures for which the README has no room.
"""

import ast
import contextlib
import re
from itertools import product
from pathlib import Path
from statistics import fmean, median
from typing import Any

import numpy as np
import pytest

import kl_core
from kl_core import (
    Bernoulli,
    Beta,
    Binomial,
    Categorical,
    Dirichlet,
    Exponential,
    Gamma,
    Geometric,
    Laplace,
    LogNormal,
    MultivariateNormal,
    Normal,
    Poisson,
    Uniform,
    kl,
)
from kl_core.distributions import kl_registry
from kl_core.distributions.base import covers
from models.evaluation.agreement import PredictedDistributions
from models.evaluation.statistics import Differences, sd
from models.noise import study
from models.runs import store
from models.runs.record import Run
from models.runs.spec import LOSSES
from models.vae import record

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
RUNS = (ROOT / "docs" / "runs.md").read_text("utf-8")


def examples() -> list[tuple[str, str, dict[str, Any]]]:
    """Each expression in the README's Python with the comment that gives its value."""
    found, names = [], {}
    for block in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        lines = block.splitlines()
        for statement in ast.parse(block).body:
            source = ast.get_source_segment(block, statement)
            here, below = lines[statement.end_lineno - 1], lines[statement.end_lineno :][:1]
            comment = here.partition("  # ")[2] or "".join(below).removeprefix("# ")
            if isinstance(statement, ast.Expr):
                found.append((source, comment, names))
            else:
                exec(source, names)
    return found


EXAMPLES = examples()


@pytest.mark.parametrize(
    ("source", "comment", "names"), EXAMPLES, ids=[source for source, _, _ in EXAMPLES]
)
def test_an_example_gives_what_its_comment_says(
    source: str, comment: str, names: dict[str, Any]
) -> None:
    if comment.startswith("ValueError: "):
        with pytest.raises(ValueError, match=re.escape(comment.removeprefix("ValueError: "))):
            eval(source, names)
        return
    numbers = [
        float(n) for n in re.findall(r"(?<![\w.])-?(?:\d+\.\d+|inf)\b", comment.partition(": ")[0])
    ]
    value = eval(source, names)
    if isinstance(value, kl_core.Estimate):
        values = [value.estimate, value.standard_error]
    else:
        values = [*vars(value).values()] if hasattr(value, "__dict__") else np.ravel(value).tolist()
    assert numbers
    assert values == pytest.approx(numbers, rel=6e-4)


def test_the_pairs_with_a_formula_and_the_infinite_ones_are_counted() -> None:
    families = [
        *(Normal(0, 1), MultivariateNormal([0], [[1]]), Laplace(0, 1), Exponential(1)),
        *(Uniform(0, 1), Bernoulli(0.5), Categorical([0.5, 0.5]), Poisson(1), Geometric(0.5)),
        *(Binomial(2, 0.5), Gamma(2, 1), LogNormal(0, 1), Beta(2, 1), Dirichlet([1, 2])),
    ]
    infinite, formulas = [], []
    for p, q in product(families, repeat=2):
        with contextlib.suppress(NotImplementedError, ValueError):  # only for some parameters
            known = (type(p), type(q)) in kl_registry.FORMULAS
            if known or not covers(q, p):
                (formulas if known else infinite).append(kl(p, q))
    assert set(infinite) == {np.inf}
    said = f"{len(formulas)} pairs have a formula, {len(infinite)} more are always inf"
    assert said in README


@pytest.fixture(scope="module")
def recorded() -> list[Run]:
    return store.list_runs(store.SAVED)[0]


def plain(text: str) -> str:
    """Words without line breaks."""
    return " ".join(text.split())


def signed(share: float) -> str:
    """A difference in points: "−0.2", "0.0"."""
    text = f"{100 * share:+.1f}"
    return "0.0" if float(text) == 0 else text.replace("-", "−")


@pytest.mark.parametrize(("labels", "smoothing"), [("one-hot", 0.0), ("smoothed by 0.1", 0.1)])
def test_the_table_of_results_is_computed_from_the_recorded_runs(
    recorded: list[Run], labels: str, smoothing: float
) -> None:
    kl, ce = (
        {
            run.spec.seed: run.last.val_accuracy
            for run in recorded
            if run.spec.loss == loss and run.spec.label_smoothing == smoothing
        }
        for loss in ("kl_divergence", "categorical_crossentropy")
    )
    assert kl.keys() == ce.keys()
    differences = Differences(tuple(kl[seed] - ce[seed] for seed in kl))
    low, high = differences.interval
    p = differences.equivalence(0.01)
    within = "yes" if differences.are_equivalent(0.01) else "not shown"
    spreads = (
        f"{100 * fmean(each.values()):.1f} ± {100 * sd([*each.values()]):.1f} %"
        for each in (kl, ce)
    )
    row = (
        *(labels, f"{len(kl)}", *spreads),
        f"{signed(differences.mean)} [{signed(low)}, {signed(high)}]",
        f"{within} (p {'< 0.001' if p < 0.001 else f'= {p:.2g}'})",
    )
    assert f"| {' | '.join(row)} |" in README
    assert {run.images["validation"] for run in recorded} == {10_000}


def test_the_durations_are_those_of_the_recorded_runs(recorded: list[Run]) -> None:
    minutes = [sum(epoch.seconds for epoch in run.history) / 60 for run in recorded]
    said = (
        f"{len(minutes)} recorded runs took {median(minutes):.0f} minutes each (median; from "
        f"{min(minutes):.0f} to {max(minutes):.0f})"
    )
    assert said in plain(README)
    vaes = record.recorded()[0].values()
    total = sum(epoch.seconds for run in vaes for epoch in run.history) / 60
    assert f"the six VAEs took {total:.0f} minutes in all" in plain(README)
    assert f"the six VAEs {total:.0f} minutes in all" in plain(RUNS)
    assert len(vaes) == 6
    assert said.partition("took ")[2] in plain(RUNS)


def test_the_number_of_images_in_the_dead_zone_is_that_of_the_recorded_runs(
    recorded: list[Run],
) -> None:
    dead = sum(epoch.dead_zone for run in recorded for epoch in run.history)
    epochs = sum(len(run.history) for run in recorded)
    said = f"In {epochs:,} epochs of 40,000 training images each ({len(recorded)} runs), {dead:,}"
    assert said in plain(RUNS)


def test_how_far_networks_agree_is_computed_from_their_recorded_predictions(
    recorded: list[Run],
) -> None:
    def agreement(first: Path, again: Path) -> float:
        both = (store.load_predictions(folder)["validation"] for folder in (first, again))
        classes = [PredictedDistributions.of(each).predicted for each in both]
        return float(np.mean(classes[0] == classes[1]))

    one_hot = [run for run in recorded if not run.spec.label_smoothing]
    by_loss = {
        loss: [
            store.SAVED / run.id
            for run in sorted(one_hot, key=lambda run: run.spec.seed)
            if run.spec.loss == loss
        ]
        for loss in LOSSES
    }
    losses = [agreement(*pair) for pair in zip(*by_loss.values(), strict=True)]
    again = [(store.SAVED / folder.name, folder) for folder in store.THREAD_CONTROL.iterdir()]
    rounding = [agreement(*pair) for pair in again]
    seeds = [
        agreement(one, other)
        for those in by_loss.values()
        for one, other in zip(those, those[1:] + those[:1], strict=True)
    ]
    said = (
        f"{100 * fmean(losses):.1f} % (mean of {len(losses)} pairs that differ in the loss), "
        f"{100 * fmean(rounding):.1f} % ({len(rounding)} pairs, rounding only) and "
        f"{100 * fmean(seeds):.1f} % ({len(seeds)} pairs, another seed)"
    )
    assert said in plain(RUNS)


def test_the_vaes_figures_are_the_recorded_ones() -> None:
    runs = record.recorded()[0]
    rows = [
        f"| {beta:g} | {run.last.test_rate:.2f} | {run.last.test_distortion:.2f} |"
        for beta, run in runs.items()
    ]
    assert "\n".join(rows) + "\n\n" in RUNS
    assert [beta for beta, run in runs.items() if run.collapsed] == [100.0]
    assert runs[100.0].collapsed == (0, 1)


def test_what_is_said_of_noise_models_is_what_the_study_found() -> None:
    found = study.load()
    low, high = found.rank_interval
    ranks = f"{found.rank_correlation:.2f} [{low:.2f} to {high:.2f}]"
    assert ranks in plain(README)
    assert ranks in plain(RUNS)
    better = {
        (cell.truth, cell.share): any(
            model.noise != "normal" and model.ratio_interval[1] < 1 for model in cell.models
        )
        for cell in found.cells
    }
    assert f"In {sum(better.values())} of the {len(better)} cells" in plain(RUNS)
    assert [cell for cell, is_better in better.items() if not is_better] == [("normal", 0.0)]
    ratios = {
        cell.share: model
        for cell in found.cells
        for model in cell.models
        if cell.truth == "normal" and model.noise == "student_t"
    }
    clean, dirty = ratios[0.0], ratios[0.2]
    for model, sign, which in ((clean, 1, "more error"), (dirty, -1, "less")):
        ends = sorted(100 * sign * (end - 1) for end in model.ratio_interval)
        size = f"{100 * abs(model.ratio - 1):.1f} % {which} [{ends[0]:.1f} % to {ends[1]:.1f} %]"
        assert size in plain(RUNS)

"""What the README's Python says is what it does, and its findings what the recorded runs say.

docs/runs.md has the findings that the README has no room for.
"""

import ast
import contextlib
import re
from itertools import product
from pathlib import Path
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
from models.noise import study
from models.runs import store
from models.runs.record import Run
from models.vae import record
from pages.ui.comparison import prose, results
from pages.ui.regression import study as noises

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
    """Words without their markup and line breaks."""
    return " ".join(text.replace("**", "").replace("\n> ", " ").split())


def test_the_findings_are_what_the_recorded_runs_say(recorded: list[Run]) -> None:
    pairs = results.versus(results.group([("recorded", run) for run in recorded]))
    assert sorted(pair.kl.spec.label_smoothing for pair in pairs) == [0.0, 0.1]
    for pair in pairs:
        assert plain(prose.answer(pair, margin=1.0)) in plain(README)


def test_the_dead_zones_count_is_that_of_the_recorded_runs(recorded: list[Run]) -> None:
    dead = sum(epoch.dead_zone for run in recorded for epoch in run.history)
    epochs = sum(len(run.history) for run in recorded)
    count = "not one" if dead == 0 else f"{dead:,}"
    said = f"In {epochs:,} epochs of 40,000 training images each ({len(recorded)} runs), {count}"
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


def test_what_is_said_of_least_squares_is_what_the_study_found() -> None:
    found = study.load()
    answer, *cells = noises.answer(found).split("\n")
    assert plain(answer) in plain(RUNS)
    for figure in re.findall(r"\d[\d.]* % \w+ error \[[^]]*\]", plain(RUNS)):
        assert figure in plain("".join(cells))
    assert "[68.2 % to 70.8 %]" in plain(RUNS)
    ranked = re.search(r"is (\S+) on average over the cells (\[.*?\])", plain(noises.ranks(found)))
    assert f"{ranked[1]} on average over the cells {ranked[2]}" in plain(RUNS)

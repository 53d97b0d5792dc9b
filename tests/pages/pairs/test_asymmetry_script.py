"""The script that the asymmetry page offers is run, and held against kl_core."""

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.ui import parsing
from pages.ui.controls import UNITS
from pages.ui.pairs.presets import PRESETS
from pages.ui.pairs.results import solve
from pages.ui.pairs.state import MAX_NAME, RESERVED, Pair
from pages.ui.scripts.fill import fill

ROOT = Path(__file__).resolve().parents[3]

weights = st.one_of(st.just(0.0), st.floats(0, 1e6), st.integers(0, 100))
names = (
    st.one_of(st.text(max_size=30), st.text("'\"\\{}%#\n 🙂‖é", max_size=30))
    .map(lambda text: parsing.tidy_name(text, RESERVED, MAX_NAME))
    .filter(bool)
)
rows = st.lists(
    st.tuples(names, weights, weights), min_size=2, max_size=20, unique_by=lambda r: r[0]
).filter(lambda rows: all(any(row[i] for row in rows) for i in (1, 2)))


def script_of(names, p, q, unit):
    return fill("asymmetry", unit=unit, weights=Pair(names, p, q).weights)


def printed(script):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(script, "script", "exec"), {})
    return out.getvalue()


def expected(names, p, q, unit):
    """The figures as the page has them, in the script's order."""
    results = solve(Pair(names, p, q), unit)
    pq, qp = results.pq, results.qp
    figures = {
        "KL(P‖Q)": pq.kl,
        "KL(Q‖P)": qp.kl,
        "H(P)": pq.entropy,
        "H(Q)": qp.entropy,
        "H(P, Q)": pq.cross_entropy,
        "H(Q, P)": qp.cross_entropy,
    }
    return figures, dict(zip(names, zip(pq.terms, qp.terms, strict=True), strict=True))


def check(text, names, p, q, unit):
    figures, terms = expected(names, p, q, unit)
    lines = text.removesuffix("\n").split("\n")
    printed = dict(line.split(" = ") for line in lines[: len(figures)])
    assert all(value.endswith(f" {unit}") for value in printed.values())
    assert {k: float(v.removesuffix(f" {unit}")) for k, v in printed.items()} == figures
    each = [line.rsplit(": ", 1) for line in lines[len(figures) + 1 :]]
    assert {name: tuple(map(float, values.split(", "))) for name, values in each} == terms


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_the_script_of_a_preset_prints_what_kl_core_says(preset, unit):
    given = preset.state.names, preset.state.p, preset.state.q, unit
    check(printed(script_of(*given)), *given)


def test_the_script_runs_by_itself_without_a_warning(tmp_path):
    given = ("sun ☀", "it's \\", "“snow”"), (5, 4, 1), (6, 4, 0), "bits"
    path = tmp_path / "script.py"
    path.write_text(script_of(*given), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", path],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    check(done.stdout, *given)


@given(rows, st.sampled_from(list(UNITS)))
def test_any_names_and_weights_survive_the_script(rows, unit):
    names, p, q = zip(*rows, strict=True)
    script = script_of(names, p, q, unit)
    check(printed(script), names, p, q, unit)
    assert max(map(len, script.splitlines())) <= 100


def test_the_script_shows_the_weights_as_one_would_type_them():
    script = script_of(('the "best"', "it's"), (9.0, 0.1), (1, 1 / 3), "bits")
    assert 'unit = "bits"' in script
    assert """    'the "best"': (9, 1),\n    "it's": (0.1, 0.3333333333333333),\n""" in script
    assert 'unit = "nats"' in script_of(("a", "b"), (1, 1), (1, 1), "nats")

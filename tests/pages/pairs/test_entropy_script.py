"""The script of the page Entropy is run, and held against the page's own numbers."""

import contextlib
import io
import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.ui.pairs.results import draw, solve
from pages.ui.pairs.state import Pair
from pages.ui.scripts.fill import fill

rows = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=2, max_size=8).filter(
    lambda rows: any(p for p, _ in rows)
)


def script_of(names, p, q, n, seed, unit) -> str:
    return fill("entropy", unit=unit, weights=Pair(names, p, q).weights, draws=n, seed=seed)


def printed(script: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(script, "script", "exec"), {})
    return out.getvalue()


@settings(deadline=None)  # a test machine may be busy
@given(rows, st.integers(1, 200), st.integers(1, 9))
def test_the_script_prints_what_the_page_shows(rows, n, seed):
    weights_p, weights_q = zip(*rows, strict=True)
    names = tuple(f"outcome {number}" for number in range(len(rows)))
    lines = printed(script_of(names, weights_p, weights_q, n, seed, "bits")).splitlines()
    results = solve(Pair(names, weights_p, weights_q), "bits")
    for_p, for_q = results.code_for_p, results.code_for_q
    numbers = [float(re.search(r"(?:= |: )(\S+) bits", line)[1]) for line in lines[len(rows) :]]
    mean = draw(results, n, seed).mean[-1]
    shown = [for_p.ideal, for_q.ideal, results.pq.kl, for_p.huffman, for_q.huffman, mean]
    assert numbers == pytest.approx(shown, abs=1e-12)
    for line, name, codeword in zip(lines, names, results.codewords, strict=False):
        assert line.startswith(f"{name}: ideal length ")
        assert repr(codeword) in line


def test_an_impossible_outcome_makes_the_scripts_mean_infinite():
    said = printed(script_of(("sun", "snow"), (1, 1), (1, 0), 100, 1, "bits"))
    assert said.endswith("mean of log(p/q) over 100 draws: inf bits\n")
    assert f"KL(P‖Q) = {math.inf} bits" in said


def test_in_nats_the_scripts_mean_is_in_nats():
    said = printed(script_of(("heads", "tails"), (1, 1), (9, 1), 100, 3, "nats"))
    mean = draw(solve(Pair(("heads", "tails"), (1, 1), (9, 1)), "nats"), 100, 3).mean[-1]
    last = re.search(r"over 100 draws: (\S+) nats\n$", said)
    assert float(last[1]) == pytest.approx(mean, abs=1e-11)

"""The scripts that visitors copy: each as it stands, and with any values for its parameters."""

import ast
import runpy

import altair as alt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.ui.scripts.fill import FOLDER, HEADING, _parts, fill
from tests.theme import ROOT

SCRIPTS = sorted({path.stem for path in FOLDER.glob("*.py")} - {"__init__", "fill"})

single = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.text("'\"\\{}#%\n\r\x00\u2028\ud800 ,()[]é🙂"),
)
values = st.recursive(
    single,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
)


def parameters(script):
    """The parameters of a script."""
    assignments = script.partition(HEADING)[2].partition("\n\n")[0]
    return {
        node.targets[0].id: ast.literal_eval(node.value) for node in ast.parse(assignments).body
    }


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_with_its_own_values_is_the_file_itself(name):
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    assert fill(name, **parameters(text)) == text


# The training as it stands is run in the tests of its figures: in a process of its own.
@pytest.mark.parametrize("name", [name for name in SCRIPTS if name != "training"])
@pytest.mark.filterwarnings("error")
def test_each_script_runs_as_it_stands_in_the_projects_folder(name, monkeypatch, capsys):
    files = []
    monkeypatch.setattr(alt.ConcatChart, "save", lambda chart, path: files.append(path))
    monkeypatch.chdir(ROOT)
    runpy.run_path(str(FOLDER / f"{name}.py"))
    assert capsys.readouterr().out
    assert files == ["curves.html"] * (name == "comparison")


@given(values, values)
def test_no_value_leaves_its_place(folders, spread):
    script = fill("comparison", folders=folders, spread=spread)
    assert parameters(script) == {"folders": folders, "spread": spread}
    text = (FOLDER / "comparison.py").read_text(encoding="utf-8")
    untouched = [ast.dump(node) for node in ast.parse(text).body if not _is_parameter(node)]
    assert untouched == [ast.dump(n) for n in ast.parse(script).body if not _is_parameter(n)]


def _is_parameter(node):
    return isinstance(node, ast.Assign) and node.targets[0].id in {"folders", "spread"}


def test_numbers_stand_as_one_would_type_them_and_long_rows_are_broken():
    script = fill("vae_decoder", beta=9.0, z=[0.1, -1e-5, *range(40)])
    assert "beta = 9\n" in script
    assert "    0.1, -1e-05, 0, 1, 2," in script
    assert max(map(len, script.splitlines())) <= 100


def test_scripts_are_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _parts.cache_clear()
    assert "mean = 1\nstd = 2\n" in fill("vae", mean=1, std=2)


@pytest.mark.parametrize("given", [{"mean": 1}, {"mean": 1, "std": 2, "beta": 3}, {}])
def test_a_missing_or_unknown_parameter_is_refused(given):
    with pytest.raises(TypeError, match=r"vae\.py takes mean, std;"):
        fill("vae", **given)


@pytest.mark.parametrize(
    ("value", "error"), [(float("nan"), ValueError), (float("inf"), ValueError), ({1}, TypeError)]
)
def test_what_has_no_literal_is_refused(value, error):
    with pytest.raises(error, match="literal in Python"):
        fill("vae", mean=0, std=value)

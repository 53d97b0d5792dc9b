"""What docstrings show can be run, answers what they say, and is of the types that they take.

`python -m tests.kl_core.test_docstrings` makes anew the script that mypy reads.
"""

import ast
import doctest
import inspect
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kl_core
from kl_core.distributions.base import Distribution
from kl_core.distributions.kl_registry import FORMULAS

PUBLIC = {name: getattr(kl_core, name) for name in kl_core.__all__}
TOLD = {name: thing for name, thing in PUBLIC.items() if callable(thing)}  # what can have words

SCRIPT = Path(__file__).with_name("users_script.py")


def examples_of(name: str, thing: Any) -> list[doctest.DocTest]:
    """The examples of a function or a class, and of the class's own methods."""
    found = doctest.DocTestFinder().find(thing, name, globs={"np": np, **PUBLIC})
    return [test for test in found if test.examples]


@pytest.mark.parametrize("name", TOLD)
def test_every_public_name_ends_with_an_example(name: str) -> None:
    assert name in [test.name for test in examples_of(name, TOLD[name])], "it has no example"
    *_, last = inspect.cleandoc(TOLD[name].__doc__).split("\n\n")
    assert last.startswith(">>> ")
    assert last.count(">>> ") <= 4


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", [*TOLD, "Distribution"])
def test_examples_answer_what_they_say(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kl_core.distributions.kl_registry.FORMULAS", dict(FORMULAS))
    monkeypatch.setitem(TOLD, "Distribution", Distribution)
    tests, said = examples_of(name, TOLD[name]), list[str]()
    runner = doctest.DocTestRunner(verbose=False)
    assert tests
    for test in tests:
        runner.run(test, out=said.append)
    assert not said, "".join(said)


@pytest.mark.parametrize("name", TOLD)
def test_examples_print_numbers_as_every_numpy_does(name: str) -> None:
    answers = [each.want for test in examples_of(name, TOLD[name]) for each in test.examples]
    assert any(answers)
    assert not any("np." in answer or "array(" in answer for answer in answers)


def test_an_example_that_answers_something_else_is_found_out() -> None:
    class Wrong:
        """One.

        >>> entropy([1])
        2
        """

    said: list[str] = []
    for test in examples_of("Wrong", Wrong):
        doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert "Expected:" in "".join(said)


def users_script() -> str:
    """All examples as one would write them into a file."""
    lines = [
        '"""All examples of the docstrings, for mypy to read as strictly as a user may have it do.',
        "",
        "Made by `python -m tests.kl_core.test_docstrings`.",
        '"""',
        "",
        "# ruff: noqa",
        "# fmt: off",
        "import numpy as np",
        "",
        f"from kl_core import {', '.join(PUBLIC)}",
        *(f"\nprint({name})" for name in PUBLIC if name not in TOLD),
    ]
    for name, thing in TOLD.items():
        given = f"given: {name} | None = None" if inspect.isclass(thing) else ""
        lines += ["", "", f"def use_{name}({given}) -> None:"]
        for test in examples_of(name, thing):
            for example in test.examples:
                code = example.source.strip()
                shown = isinstance(ast.parse(code).body[0], ast.Expr)
                lines.append(textwrap.indent(f"print({code})" if shown else code, "    "))
    return "\n".join(lines) + "\n"


def test_the_script_that_mypy_reads_uses_every_public_name() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert text == users_script(), "run `python -m tests.kl_core.test_docstrings`"
    used = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    assert set(PUBLIC) <= used


if __name__ == "__main__":
    SCRIPT.write_text(users_script(), encoding="utf-8", newline="\n")

"""The scripts beside this file, with a page's values for their parameters.

A script is read as text and never imported. Its parameters are the assignments from the line
`HEADING` to the first empty line: what a page shows. All else is the same for every state.
"""

from __future__ import annotations

import ast
import math
import textwrap
from functools import cache
from numbers import Real
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
HEADING = "# What was on the page\n"
COLLECTIONS = dict, list, tuple
WIDTH = 90  # of what stands in brackets on one line
NUMBERS = textwrap.TextWrapper(WIDTH, break_long_words=False, break_on_hyphens=False)


def fill(name: str, **values: Any) -> str:
    """The script of this name with these values for its parameters.

    Raises TypeError unless each of its parameters has a value and no other name has one, and for
    a value that has no literal in Python; ValueError for a number that has none.
    """
    before, parameters, after = _parts(name)
    assignments = {_parameter(each): each for each in ast.parse(parameters).body}
    if values.keys() != assignments.keys():
        came = ", ".join(values) or "nothing"
        raise TypeError(f"{name}.py takes {', '.join(assignments)}; {came} came.")
    lines = parameters.splitlines()
    for parameter, node in reversed(assignments.items()):
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        comment = lines[last].encode()[node.end_col_offset or 0 :].decode()
        lines[first : last + 1] = [f"{parameter} = {literal(values[parameter])}{comment}"]
    return before + HEADING + "\n".join(lines) + after


@cache
def _parts(name: str) -> tuple[str, str, str]:
    """The text before the parameters, the parameters, and the text after them."""
    before, heading, rest = (FOLDER / f"{name}.py").read_text(encoding="utf-8").partition(HEADING)
    if not heading:
        raise ValueError(f"{name}.py has no parameters.")
    parameters, empty, after = rest.partition("\n\n")
    return before, parameters, empty + after


def _parameter(statement: ast.stmt) -> str:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name
    raise ValueError(f"A parameter is one name and its value, not {ast.unparse(statement)}.")


def literal(value: Any, indent: str = "") -> str:
    """The Python literal of a value; a dict, or a list or tuple of rows, with one item a line."""
    if value is None or isinstance(value, int):
        return repr(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Real):
        return _number(float(value))
    deeper = indent + " " * 4
    if isinstance(value, dict):
        opening, closing = "{}"
        rows = [f"{literal(key)}: {literal(each, deeper)}" for key, each in value.items()]
    elif isinstance(value, COLLECTIONS):
        opening, closing = "()" if isinstance(value, tuple) else "[]"
        rows = [literal(each, deeper) for each in value]
        if not any(isinstance(each, COLLECTIONS) for each in value):
            line = ", ".join(rows) + "," * (opening == "(" and len(rows) == 1)
            if len(line) <= WIDTH:
                return f"{opening}{line}{closing}"
            if not any(isinstance(each, str) for each in value):
                rows = [row.removesuffix(",") for row in NUMBERS.wrap(line)]
    else:
        raise TypeError(f"{value!r} has no literal in Python.")
    return "\n".join([opening, *(f"{deeper}{row}," for row in rows), indent + closing])


def _text(value: str) -> str:
    """In double quotes, as formatters have it, unless these would need a backslash."""
    quoted = repr(value)
    return f'"{quoted[1:-1]}"' if quoted[0] == "'" and '"' not in value else quoted


def _number(value: float) -> str:
    """9 for 9.0, and every digit of others."""
    if not math.isfinite(value):
        raise ValueError(f"{value} has no literal in Python.")
    return repr(int(value) if value == int(value) else value)

"""The code that a pitfall shows, run as a visitor would run it."""

import ast
import warnings
from typing import Any


def answer_to(call: str, **names: Any) -> float:
    """What its last statement, an expression, comes to."""
    *before, last = ast.parse(call).body
    assert isinstance(last, ast.Expr)
    exec(compile(ast.Module(before, []), "call", "exec"), names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SciPy warns of what is not a number, and goes on
        return float(eval(compile(ast.Expression(last.value), "call", "eval"), names))

"""What the README's Python says is what it does."""

import ast
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

README = (Path(__file__).resolve().parent.parent / "README.md").read_text()


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


@pytest.mark.parametrize(
    ("source", "comment", "names"), examples(), ids=[source for source, _, _ in examples()]
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
    values = [*vars(value).values()] if hasattr(value, "__dict__") else np.ravel(value).tolist()
    assert numbers
    assert values == pytest.approx(numbers, rel=6e-4)

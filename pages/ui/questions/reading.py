"""Pasted Python → statements: prompts and magics taken out, what does not parse left out."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings

LONGEST = 50_000  # characters
DEEPEST = 200  # brackets that are open at once, or levels of indentation
PROMPT = re.compile(r"^\s*(?:>>>|\.\.\.|In \[\d*\]:|\[\d+\]:)\s?")
MAGIC = re.compile(r"^\s*[%!?]")


class UnreadableError(ValueError):
    """Why a text cannot be read, in a sentence."""


def statements(source: str) -> list[ast.stmt]:
    """The statements of a text, with line numbers of its own.

    Raises UnreadableError where it is too long, too deep, or holds no Python at all.
    """
    if len(source) > LONGEST:
        raise UnreadableError(
            f"This text has {len(source):,} characters; paste at most {LONGEST:,} of them."
        )
    if not source.strip():
        raise UnreadableError("Paste a line or a cell of Python.")
    lines = [_bare(line) for line in source.replace("\x00", " ").splitlines()]
    if _depth(lines) > DEEPEST:
        raise UnreadableError(
            f"More than {DEEPEST} brackets are open at once: paste the line with the divergence."
        )
    found = _parse("\n".join(lines))
    if found is None:
        found = _piecewise(lines)
    if not found:
        raise UnreadableError("No statement of this text is Python that can be parsed.")
    return found


def _bare(line: str) -> str:
    return "" if MAGIC.match(line) else PROMPT.sub("", line) if PROMPT.match(line) else line


def _depth(lines: list[str]) -> int:
    depth = most = 0
    for line in lines:
        for letter in line:
            if letter in "([{":
                depth += 1
                most = max(most, depth)
            elif letter in ")]}":
                depth = max(0, depth - 1)
    return max(most, max((len(line) - len(line.lstrip())) // 4 for line in lines))


def _parse(text: str) -> list[ast.stmt] | None:
    """The statements, or None where this is no Python as it stands."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes in the visitor's strings
            return ast.parse(textwrap.dedent(text)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _piecewise(lines: list[str]) -> list[ast.stmt]:
    """Statement by statement, a few lines at a time; those that do not parse are left out."""
    found: list[ast.stmt] = []
    start = 0
    while start < len(lines):
        for end in range(start + 1, min(len(lines), start + 12) + 1):
            text = "\n".join(line.strip() for line in lines[start:end])
            if body := _parse(text) or _parse(text.rstrip(":,; ") or "\n"):
                for statement in body:
                    ast.increment_lineno(statement, start)
                found += body
                start = end
                break
            if not _is_open(text):
                start += 1
                break
        else:
            start += 1
    return found


def _is_open(text: str) -> bool:
    """Whether a bracket is still open, so that the statement may go on."""
    return any(text.count(left) > text.count(right) for left, right in ("()", "[]", "{}"))

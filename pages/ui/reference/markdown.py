"""docs/kl_core.md, made of what the library says of itself.

`python -m pages.ui.reference.markdown` writes it anew.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import kl_core
from pages.ui.reference import api

FILE = Path(__file__).parents[3] / "docs" / "kl_core.md"

CODE = re.compile(r"(`[^`]*`)")
NAMES = re.compile(
    r"(?<![\w.\"'])\w*[a-z]\w*_\w+(?:\.\w+)*(?:\([^()]*\))?|\((?:\.\.\.|[nmkd])(?:,[^()]*)?\)"
)
ARGUMENTS = re.compile(r"(?!Source)((?:\w+, )*\w+|\w+\([^()]*\)): ")
# What ends a formula that a statement begins with.
AFTER = re.compile(
    r"[;:.](?= |$)|, (?=in |a number|with |where |which |without |computed |precise |at most |and )"
    r"| (?=for |where )"
)
MATHS = re.compile(r" [=≈] |[ᵢⱼ∂Σ‖√]|^−")
WORDS = re.compile(r"[A-Za-z]?[a-z]+,? [a-z]{2,}")


def everything() -> str:
    """All of docs/kl_core.md."""
    summary, _, conventions = (inspect.getdoc(kl_core) or "").partition("\n")
    parts = [
        "# kl_core",
        "<!-- Made of the docstrings by `python -m pages.ui.reference.markdown`: edit those. -->",
        summary,
        _prose(conventions),
    ]
    for title, entries in api.groups().items():
        links = (f"[`{entry.name}`](#{entry.name.lower()})" for entry in entries)
        parts.append(f"**{title}:** {', '.join(links)}")
    for title, entries in api.groups().items():
        parts.append(f"## {title}")
        parts += map(_entry, entries)
    return "\n\n".join(parts) + "\n"


def _entry(entry: api.Entry) -> str:
    parts = [f"### {entry.name}", _fenced("python", entry.signature), _marked(entry.summary)]
    return "\n\n".join([*parts, _prose(entry.details)])


def _prose(text: str) -> str:
    """Each statement of a docstring a paragraph, and each example a block."""
    parts = []
    for paragraph in text.strip().split("\n\n"):
        if paragraph.startswith(">>> "):
            parts.append(_fenced("pycon", paragraph))
        else:  # a statement ends where a line does
            parts += map(_statement, re.split(r"(?<=[.:…])\n(?=[^\s-])", paragraph))
    return "\n\n".join(parts)


def _fenced(language: str, code: str) -> str:
    return f"```{language}\n{code}\n```"


def _statement(text: str) -> str:
    if text.startswith("- ") or "\n- " in text:
        return "\n".join(map(_marked, text.split("\n")))
    text = " ".join(text.split("\n"))
    if named := ARGUMENTS.match(text):
        return f"`{named[1]}`: {_marked(text[named.end() :])}"
    before = (text[: end.start()] for end in AFTER.finditer(text))
    formula = next((part for part in before if part.count("(") == part.count(")")), text)
    if MATHS.search(formula) and not WORDS.search(formula):
        return f"`{formula}`{_marked(text[len(formula) :])}"
    return _marked(text)


def _marked(text: str) -> str:
    """Names and shapes as code, and nothing else that means something in Markdown."""
    parts = CODE.split(text)
    for index in range(0, len(parts), 2):
        between = CODE.split(NAMES.sub(r"`\g<0>`", parts[index]))
        between[::2] = [re.sub(r"[*_<\\]", r"\\\g<0>", part) for part in between[::2]]
        parts[index] = "".join(between)
    return "".join(parts)


if __name__ == "__main__":
    FILE.write_text(everything(), encoding="utf-8", newline="\n")

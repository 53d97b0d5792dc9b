"""pages/content/*.md → text with its numbers.

A file holds what one page says, from top to bottom; each of its pieces has a key, as in

    ## Other divergences {#relatives}

    The same P and Q, in {unit}.

which is `heading("asymmetry/relatives")` and `text("asymmetry/relatives", unit="bits")`. The first
heading is the page's topic, the paragraph below it the question that the page answers, and what
follows its introduction: `title("asymmetry")`. A heading without a key only orders the file. A name
in braces is a placeholder, but for what LaTeX has in braces: behind a letter, ^, _, } or a
backslash.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeVar

from pages.ui.editing.preset import Preset

FOLDER = Path(__file__).parent.parent / "content"
HEADING = re.compile(r"^#+ (?P<heading>.*?)(?: \{#(?P<key>[a-z0-9-]+)\})?$", re.MULTILINE)
PLACEHOLDER = re.compile(r"(?<![\w^_}\\])\{([a-z]\w*)\}")
# Where a line goes on with the one before: it begins no paragraph, no point and no row.
WRAPPED = re.compile(r"(?<!\n)\n(?!\n|- |\d+\. |\|) *")

S = TypeVar("S")


class Piece(NamedTuple):
    """A heading and what stands below it, with placeholders."""

    heading: str
    text: str


class Title(NamedTuple):
    """How a page begins: its topic, the question that it answers, and its introduction."""

    topic: str
    question: str
    introduction: str


@dataclass(frozen=True)
class Question:
    """A question with a few answers, one of them right; `because` explains it either way."""

    asks: str
    answers: tuple[str, ...]
    right: str
    because: str

    def verdict(self, answer: str) -> str:
        """What there is to say to an answer."""
        if answer == self.right:
            return f"**Yes.** {self.because}"
        return f"**Not quite.** The answer: {self.right}. {self.because}"


def title(page: str) -> Title:
    """The beginning of a page by its file's name."""
    piece = _piece(f"{page}/title")
    question, _, introduction = piece.text.partition("\n\n")
    return Title(piece.heading, question, introduction)


def heading(key: str, **values: str) -> str:
    """The heading of a piece. Raises KeyError where there is none, or a placeholder no value."""
    return _fill(_piece(key).heading, values)


def text(key: str, **values: str) -> str:
    """What stands below the heading, its placeholders filled. Raises KeyError likewise."""
    return _fill(_piece(key).text, values)


def points(key: str, **values: str) -> tuple[str, ...]:
    """The lines of a list."""
    return tuple(line.removeprefix("- ") for line in text(key, **values).split("\n"))


def question(key: str, **values: str) -> Question:
    """A paragraph that asks, a list of answers of which the right one is bold, and the reason."""
    asks, answers, because = text(key, **values).split("\n\n")
    lines = answers.split("\n")
    (right,) = (line[4:-2] for line in lines if line.startswith("- **"))
    return Question(asks, tuple(line[2:].strip("*") for line in lines), right, because)


def preset(key: str, state: S) -> Preset[S]:
    """A preset: its title, what there is to notice in its state, and in bold what to do.

    Its own key is what follows "preset-".
    """
    piece = _piece(key)
    notice, do = piece.text.rsplit("\n\n", 1)
    return Preset(key.rpartition("/preset-")[2], piece.heading, state, do.strip("*"), notice)


def _fill(text: str, values: dict[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: values[found[1]], text)


def _piece(key: str) -> Piece:
    page, _, name = key.partition("/")
    file = FOLDER / f"{page}.md"
    return pieces(file, file.stat().st_mtime_ns)[name]


@lru_cache(maxsize=64)
def pieces(file: Path, changed: int) -> dict[str, Piece]:
    """What a file holds, by key; `changed` when, so that an editor sees it at the next run."""
    written = file.read_text(encoding="utf-8")
    parts = [*HEADING.finditer(written)]
    ends = [part.start() for part in parts[1:]] + [len(written)]
    found = {}
    for part, end in zip(parts, ends, strict=True):
        key = part["key"] or ("" if part.start() else "title")
        if key and key in found:
            raise ValueError(f"{file.name} has the key {key!r} twice")
        found[key] = Piece(part["heading"], _unwrapped(written[part.end() : end].strip()))
    return found


def _unwrapped(text: str) -> str:
    """Each paragraph and each point of a list on one line."""
    return WRAPPED.sub(" ", text)

"""One search over everything: pages, sections, presets, formulas, pitfalls, names and sources.

    search("reverse KL")  ->  [Hit("Fitting a Gaussian to P", "pages/fitting.py", …), …]

What is found are the words of the files in pages/content, of kl_core's public names and of the
pitfalls; pages/content/search.toml adds other words that people use for them, and says what is
near to what the project does not treat. Words are compared by their stems, the last one by its
beginning, and a word that occurs nowhere by the most similar one that does. Code is read as the
names in it.
"""

from __future__ import annotations

import re
import sqlite3
import threading
import tomllib
import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from pages.ui import content
from pages.ui.book import BOOK
from pages.ui.reference import api, pitfalls

MOST = 12  # hits
LONGEST = 400  # characters that are searched for: a pasted cell may be long
SIMILAR = 0.75  # of difflib's measure of a misspelling
WORD = re.compile(r"[^\W_]+(?:_[^\W_]+)*")
HEADING = re.compile(
    r"^(?P<level>#+) (?P<heading>.*?)(?: \{#(?P<key>[a-z0-9-]+)\})?$", re.MULTILINE
)
MARKUP = re.compile(r"\{\w+\}|\]\([^)]*\)|[*`#|$\\]|:(?:blue|orange|green|gray|small)\[")
# Where content stands that is no page's own.
SHARED = {"pairs": "asymmetry"}
# What every page ends with is no place of its own.
CLOSING = frozenset({"key-points", "check-yourself"})
# What is shown in place of something that is missing.
MISSING = frozenset(
    "no-runs no-votes no-match no-pair no-study no-upload no-photographs no-pictures no-control "
    "no-preset some-pictures ranked-none nothing damaged unreadable too-few too-many "
    "gallery".split()
)
# Too common to tell anything where other words do.
COMMON = frozenset(
    "a an and are as at be between by can do does for from how i if in is it my of on or not the "
    "this to what when which why with you np tf torch keras import self".split()
)


class Hit(NamedTuple):
    """A place: what stands there, the file of its page, and the heading of its section."""

    title: str
    page: str
    section: str
    says: str = ""


class Entry(NamedTuple):
    """What can be found: a hit, the words of its own and those that people use for it."""

    hit: Hit
    words: str
    synonyms: str = ""
    weight: float = 1.0  # of a page more, of one name among many less


def search(text: str) -> list[Hit]:
    """The places that a few words, or a line of code, lead to: the best first."""
    words = _words(text[:LONGEST])
    if not words:
        return []
    telling = [word for word in words if word not in COMMON] or words
    known = [query for word in telling if (query := _query(word))]
    found = _found(" AND ".join(known)) if len(known) == len(telling) else []
    if len(found) < MOST:
        found += [hit for hit in _found(" OR ".join(known)) if hit not in found]
    meant = " ".join(query.strip('"*') for query in known)
    wanted = _first().get(" ".join(words), _first().get(meant))
    leading = [hit for hit in found if hit.page == wanted and not hit.section]
    return [*leading, *(hit for hit in found if hit not in leading)][:MOST]


@cache
def _first() -> dict[str, str]:
    """Words that name a page → its file."""
    files = {Path(page.file).stem: page.file for page in BOOK}
    titles = {" ".join(_words(page.title)): page.file for page in BOOK}
    return titles | {
        " ".join(_words(word)): files[stem] for word, stem in _table()["first"].items()
    }


def _words(text: str) -> list[str]:
    """The words in a text, names in code whole and in their parts; each once, in their order."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    names = WORD.findall(plain)
    parts = [part for name in names for part in (name, *name.split("_"))]
    return list(dict.fromkeys(parts))


@lru_cache(maxsize=1000)
def _query(word: str) -> str:
    """How to look for a word that occurs, for what begins so, or else for the most similar one.

    "" for a word that nothing resembles.
    """
    whole = f'"{word}"'
    if _found(whole, 1):
        return whole
    if len(word) > 2 and _found(f"{whole}*", 1):
        return f"{whole}*"
    similar = get_close_matches(word, _vocabulary(), 1, SIMILAR) if len(word) > 3 else []
    return f'"{similar[0]}"' if similar else ""


_lock = threading.Lock()


def _found(query: str, most: int = MOST) -> list[Hit]:
    if not query:
        return []
    with _lock:  # one connection, and a thread for each visitor
        rows = _index().execute(
            "SELECT number FROM entries WHERE entries MATCH ? "
            "ORDER BY bm25(entries, 0, 0, 10, 6, 1) * weight, number LIMIT ?",
            (query, most),
        )
        numbers = [int(number) for (number,) in rows]
    return [entries()[number].hit for number in numbers]


@cache
def _index() -> sqlite3.Connection:
    """The entries in memory: title, synonyms and words, in columns that do not count alike."""
    index = sqlite3.connect(":memory:", check_same_thread=False)
    index.execute(
        "CREATE VIRTUAL TABLE entries USING fts5(number UNINDEXED, weight UNINDEXED, "
        "title, synonyms, words, tokenize = 'porter unicode61 remove_diacritics 2')"
    )
    rows = [
        (number, weight, *(" ".join(_words(part)) for part in (hit.title, synonyms, words)))
        for number, (hit, words, synonyms, weight) in enumerate(entries())
    ]
    index.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", rows)
    return index


@cache
def _vocabulary() -> list[str]:
    texts = (f"{hit.title} {words} {synonyms}" for hit, words, synonyms, _ in entries())
    return sorted({word for text in texts for word in _words(text) if len(word) > 3})


@cache
def entries() -> tuple[Entry, ...]:
    """Everything that can be found."""
    return (*_sections(), *_reference(), *_elsewhere())


def _sections() -> Iterator[Entry]:
    """Every page, and every section and preset of its content."""
    synonyms = _table()["synonyms"]
    pages = {Path(page.file).stem: page for page in BOOK}
    for file in sorted(content.FOLDER.glob("*.md")):
        stem = SHARED.get(file.stem, file.stem)
        if stem not in pages:
            continue
        page = pages[stem]
        section, gathered = "", dict[tuple[str, str], list[str]]()
        for level, heading, key, text in _pieces(file):
            if level == 1:
                is_named = heading.startswith(page.title)
                title = heading if is_named else f"{page.title}: {heading}"
                gathered[title, ""] = [page.summary, text, synonyms.get(file.stem, "")]
                continue
            if key in MISSING:
                continue
            if key in CLOSING:
                gathered[title, ""][1] += f" {text}"
                continue
            if level == 2:
                section = heading
            at = (heading, section) if key.startswith("preset-") else (section, section)
            words = gathered.setdefault(at, ["", "", ""])
            words[1] += f" {heading} {text}"
            words[2] += f" {synonyms.get(f'{file.stem}/{key}', '')}"
        if file.stem in SHARED:
            del gathered[title, ""]  # no page of its own begins with it
        for (title, where), (summary, text, more) in gathered.items():
            hit = Hit(_plain(title), page.file, _plain(where))
            yield Entry(hit, _plain(f"{summary} {text}"), more, 1.0 if where else 1.2)


def _pieces(file: Path) -> Iterator[tuple[int, str, str, str]]:
    written = file.read_text(encoding="utf-8")
    heads = [*HEADING.finditer(written)]
    ends = [head.start() for head in heads[1:]] + [len(written)]
    for head, end in zip(heads, ends, strict=True):
        yield len(head["level"]), head["heading"], head["key"] or "", written[head.end() : end]


def _reference() -> Iterator[Entry]:
    """What Reference lists: formulas, pitfalls and public names."""
    file = "pages/reference.py"
    for line in content.points("reference/each-formula"):
        says, _, formula = line.partition(" $$")
        hit = Hit(_plain(says), file, content.heading("reference/formulas"))
        yield Entry(hit, _plain(formula))
    for each in pitfalls.shown():
        hit = Hit(_plain(each.claim), file, content.heading("reference/pitfalls"))
        words = _plain(f"{each.where} {each.call} {each.why} {each.sources}")
        yield Entry(hit, words, weight=0.8)
    for group, names in api.groups().items():
        for name in names:
            hit = Hit(f"kl_core.{name.name}", file, content.heading("reference/names"))
            words = _plain(f"{group} {name.summary} {name.details}")
            yield Entry(hit, words, weight=0.6)


def _elsewhere() -> Iterator[Entry]:
    """What the project does not treat, and the nearest that it does."""
    for name, entry in _table()["elsewhere"].items():
        page = next(page for page in BOOK if Path(page.file).stem == entry["page"])
        yield Entry(Hit(name, page.file, "", entry["says"]), entry.get("words", ""), name)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((content.FOLDER / "search.toml").read_text(encoding="utf-8"))


def _plain(text: str) -> str:
    return " ".join(MARKUP.sub(" ", text).split())

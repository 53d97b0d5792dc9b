"""One search over everything: pages, sections, presets, formulas, pitfalls, names and sources.

    search("reverse KL")  ->  [Hit("Fitting a Gaussian to P", "pages/fitting.py", …), …]

What is found are the words of the files in pages/content, of kl_core's public names and of the
pitfalls; pages/content/search.toml adds other words that people use for them, and says what is
near to what the project does not treat. Words are compared by their stems, the last one by its
beginning, and a word that occurs nowhere by the most similar one that does. Code is read as the
names in it.
"""

from __future__ import annotations

import math
import re
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
K, B = 1.2, 0.75  # of BM25, their usual values (Robertson & Zaragoza 2009)
TITLE, SYNONYM = 8.0, 5.0  # how much more a word counts there
# The longest first.
ENDINGS = (
    ("isation", "iz"),
    ("ization", "iz"),
    ("ising", "iz"),
    ("izing", "iz"),
    ("ised", "iz"),
    ("ized", "iz"),
    ("ises", "iz"),
    ("izes", "iz"),
    ("ise", "iz"),
    ("ize", "iz"),
    ("ations", "at"),
    ("ation", "at"),
    ("ating", "at"),
    ("ated", "at"),
    ("ates", "at"),
    ("ies", "y"),
    ("sses", "ss"),
    ("ings", ""),
    ("ing", ""),
    ("ed", ""),
    ("ss", "ss"),
    ("us", "us"),
    ("is", "is"),
    ("s", ""),
)
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
    known = [stems for word in telling if (stems := _known(word))]
    found = _ranked(known, every=True) if len(known) == len(telling) else []
    if len(found) < MOST:
        found += [hit for hit in _ranked(known, every=False) if hit not in found]
    meant = " ".join(stems[0] for stems in known)
    wanted = _first().get(" ".join(map(_stem, words)), _first().get(meant))
    leading = [hit for hit in found if hit.page == wanted and not hit.section]
    return [*leading, *(hit for hit in found if hit not in leading)][:MOST]


@cache
def _first() -> dict[str, str]:
    """Words that name a page → its file."""
    files = {Path(page.file).stem: page.file for page in BOOK}
    named = {page.title: page.file for page in BOOK}
    named |= {word: files[stem] for word, stem in _table()["first"].items()}
    return {" ".join(map(_stem, _words(words))): file for words, file in named.items()}


def _words(text: str) -> list[str]:
    """The words in a text, names in code whole and in their parts; each once, in their order."""
    return list(dict.fromkeys(_all_words(text)))


def _all_words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    names = WORD.findall(plain)
    return [part for name in names for part in dict.fromkeys((name, *name.split("_")))]


@lru_cache(maxsize=1000)
def _known(word: str) -> tuple[str, ...]:
    """The stems that a word stands for: its own, those that begin so, or the most similar one.

    () for a word that nothing resembles.
    """
    stems = _index().postings
    if (own := _stem(word)) in stems:
        return (own,)
    if len(word) > 2 and (begun := tuple(stem for stem in stems if stem.startswith(own))):
        return begun
    similar = get_close_matches(word, _vocabulary(), 1, SIMILAR) if len(word) > 3 else []
    return tuple(map(_stem, similar))


def _ranked(words: list[tuple[str, ...]], *, every: bool) -> list[Hit]:
    """The hits with each of the words, or with any of them, by Okapi's BM25: the best first."""
    index = _index()
    scores: dict[int, float] = {}
    found: list[set[int]] = []
    for stems in words:
        found.append(set())
        for stem in stems:
            postings = index.postings[stem]
            rarity = math.log(
                1 + (len(index.lengths) - len(postings) + 0.5) / (len(postings) + 0.5)
            )
            for number, often in postings.items():
                length = index.lengths[number] / index.mean_length
                share = often * (K + 1) / (often + K * (1 - B + B * length))
                scores[number] = scores.get(number, 0.0) + rarity * share
            found[-1] |= postings.keys()
    numbers = set.intersection(*found) if every and found else scores.keys()
    every_entry = entries()
    best = sorted(
        numbers, key=lambda number: (-scores[number] * every_entry[number].weight, number)
    )
    return [every_entry[number].hit for number in best[:MOST]]


class _Index(NamedTuple):
    """How often each stem occurs in each entry, weighted by where; and how long the entries are."""

    postings: dict[str, dict[int, float]]
    lengths: list[float]

    @property
    def mean_length(self) -> float:
        return sum(self.lengths) / len(self.lengths)


@cache
def _index() -> _Index:
    postings: dict[str, dict[int, float]] = {}
    lengths = []
    for number, (hit, words, synonyms, _) in enumerate(entries()):
        length = 0
        for text, weight in ((hit.title, TITLE), (synonyms, SYNONYM), (words, 1.0)):
            stems = [_stem(word) for word in _all_words(text)]
            length += len(stems)
            for stem in stems:
                those = postings.setdefault(stem, {})
                those[number] = those.get(number, 0.0) + weight
        lengths.append(float(length))
    return _Index(postings, lengths)


def _stem(word: str) -> str:
    """A word without its ending, as far as a few rules for English take it."""
    if not word.isalpha() or len(word) < 4:
        return word
    for ending, stem in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending) + stem
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aeiousl":
        word = word[:-1]  # "fitted", "fit"
    return word.removesuffix("e") if len(word) > 4 else word


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

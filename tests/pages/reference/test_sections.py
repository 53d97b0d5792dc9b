"""The search on the page Reference, and the bibliography."""

import re
from pathlib import Path

import pytest

import kl_core
import models
from pages.ui import content
from pages.ui.reference import sources
from pages.ui.reference.sections import matching

SHANNON = "[C. E. Shannon (1948)](https://a.example/Q): why it is measured in bits."
GIBBS = ("J. W. Gibbs (1902)", "the inequality, without bits", "https://b.example")


def test_every_word_has_to_occur_somewhere_in_an_entry_in_capitals_or_not() -> None:
    both = (SHANNON, GIBBS)
    assert matching(both, "BITS") == [SHANNON, GIBBS]
    assert matching(both, "bits 1948") == [SHANNON]
    assert matching(both, "1902 example/q") == []


def test_a_part_of_a_word_is_enough() -> None:
    assert matching((SHANNON, GIBBS), "equal") == [GIBBS]


def test_without_a_word_everything_is_found() -> None:
    assert matching((SHANNON, GIBBS), "  ") == [SHANNON, GIBBS]


def test_a_source_is_found_by_how_its_name_begins() -> None:
    assert sources.link("Wikipedia: Entropy") == (
        "[Wikipedia: Entropy (information theory)]"
        "(https://en.wikipedia.org/wiki/Entropy_(information_theory))"
    )
    for unclear in ("Wikipedia", "Nobody"):
        with pytest.raises(ValueError, match="values to unpack"):
            sources.link(unclear)


LINES = [line for group in sources.groups().values() for line in group]


def test_every_source_is_listed_once_and_says_what_it_is_used_for() -> None:
    assert len(LINES) == len(set(LINES))
    for line in LINES:
        link = re.match(r"\[(?P<name>[^]]+)\]\(https?://\S+\): (?P<purpose>.+)\.$", line)
        assert link or re.match(r"[^[]+ \(\d{4}\)[^:]*: .+\.$", line), line
        if link:
            assert sources.link(link["name"])


# In a docstring's "Source: Kozachenko & Leonenko (1987); Kraskov, Stögbauer & Grassberger (2004)".
AUTHORS = re.compile(r"([A-Z][\w’-]+(?: Cam| Erven)?)(?:(?:, | & | et al\.)[^();,:]*)* \((\d{4})\)")


def cited() -> set[tuple[str, str]]:
    """The first author and the year of everything that docstrings name as their source."""
    found = set()
    for package in (kl_core, models):
        for file in Path(str(package.__file__)).parent.rglob("*.py"):
            for source in re.findall(
                r"Source: (?:.+\n?)+?(?=\n|\s*\"\"\")", file.read_text("utf-8")
            ):
                text = " ".join(source.removeprefix("Source: ").split())
                found |= set(AUTHORS.findall(text))
    return found


def test_every_source_that_the_code_names_is_listed() -> None:
    found = cited()
    assert len(found) > 60
    for author, year in found:
        lines = [line for line in LINES if author in line.partition(":")[0] and year in line]
        assert lines, f"{author} ({year})"


@pytest.mark.parametrize(
    "term",
    [
        *("relative entropy", "self-information", "mass-covering", "mode-seeking", "prefix code"),
        *("Jensen–Shannon", "calibration error", "log-likelihood", "lower bound", "posterior"),
    ],
)
def test_a_term_of_the_field_finds_its_formula(term: str) -> None:
    found = matching(content.points("reference/each-formula"), term)
    assert found
    assert all("$$" in line for line in found)

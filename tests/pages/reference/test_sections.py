"""The search on the page Reference, and the sources that it lists."""

import pytest

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


def test_every_source_is_a_link_and_says_what_it_is_for() -> None:
    lines = [line for group in sources.groups().values() for line in group]
    assert len(lines) == len({sources.link(line[1:].partition("](")[0]) for line in lines})
    for line in lines:
        name, _, rest = line.partition("](https://")
        address, _, purpose = rest.partition("): ")
        assert name.startswith("[")
        assert address
        assert " " not in address
        assert purpose.endswith(".")

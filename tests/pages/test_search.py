from pages.ui.reference.search import matching
from pages.ui.reference.sources import Source

SHANNON = Source("C. E. Shannon (1948)", "why it is measured in bits", "https://a.example/Q")
GIBBS = Source("J. W. Gibbs (1902)", "the inequality, without bits", "https://b.example")


def test_every_word_has_to_occur_somewhere_in_an_entry_in_capitals_or_not() -> None:
    both = (SHANNON, GIBBS)
    assert matching(both, "BITS") == [SHANNON, GIBBS]
    assert matching(both, "bits 1948") == [SHANNON]
    assert matching(both, "1902 example/q") == []


def test_a_part_of_a_word_is_enough() -> None:
    assert matching((SHANNON, GIBBS), "equal") == [GIBBS]


def test_without_a_word_everything_is_found() -> None:
    assert matching((SHANNON, GIBBS), "  ") == [SHANNON, GIBBS]

"""The picture on show, and the list that it stands in; numbers by hand."""

import numpy as np
import pytest

from models.data.cifar10h import Votes
from models.evaluation.predictions import Predictions
from pages.ui.predictions import results
from pages.ui.predictions.results import ORDERS, Photographs
from tests.made_up import CE, KL
from tests.pages.predictions.subjects import CAT, DOG, q

# Three cats; cross-entropy's network is certain of each.
LABELS = np.full(3, CAT, np.uint8)
KLS = [q(cat=0.5, dog=0.5), q(cat=0.2, dog=0.8), q(cat=1)]
BOTH = Predictions.of(np.array(KLS), LABELS), Predictions.of(np.array([q(cat=1)] * 3), LABELS)
VOTES = Votes(np.array([50 * q(cat=1), 50 * q(cat=0.5, dog=0.5), 50 * q(cat=0.9, dog=0.1)]))


@pytest.mark.parametrize(
    ("by", "loss", "numbers"),
    [
        ("loss", KL, [1, 0, 2]),
        ("entropy", KL, [0, 1, 2]),
        ("apart", KL, [1, 0, 2]),
        ("people", KL, [1, 2, 0]),
        ("file", KL, [0, 1, 2]),
        ("loss", CE, [0, 1, 2]),  # of equals, the first comes first
    ],
)
def test_photographs_are_ordered_by_the_largest_value_first(by, loss, numbers):
    assert Photographs(*BOTH, loss, VOTES).order(by).tolist() == numbers


def test_without_votes_there_is_no_order_by_them():
    with pytest.raises(ValueError, match="choose another order"):
        Photographs(*BOTH, KL, None).order("people")
    assert {by for by in ORDERS if by != "people"} == {"loss", "entropy", "apart", "file"}


def test_the_list_has_those_of_one_true_and_one_predicted_class():
    numbers, those = np.array([2, 0, 1]), BOTH[0]
    assert results.listed(numbers, those, "any", "any") == [2, 0, 1]
    assert results.listed(numbers, those, "cat", "dog") == [1]
    assert results.listed(numbers, those, "dog", "any") == []
    assert those.labels[1] != DOG

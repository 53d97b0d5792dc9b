"""People beside two networks, held against SciPy, formulas by hand and the recorded runs."""

import math

import numpy as np
import pytest
import scipy.special
import scipy.stats

from models.data import cifar10h, download
from models.data.cifar10h import Votes
from models.evaluation.predictions import Predictions
from pages.ui.human_labels import results
from pages.ui.human_labels.results import Disagreement, Results
from pages.ui.predictions import repository
from tests.pages.human_labels.votes import TWO, ballots, networks

COUNTS = np.array([[50, 0, 0], [25, 25, 0], [10, 30, 10], [0, 0, 40]])
HALVES = [0.5, 0.25, 0.25]


def network(q, labels=None):
    q = np.array(q, np.float64)
    return Predictions.of(q, np.zeros(len(q), np.uint8) if labels is None else labels)


def drawn(n=500, seed=0):
    """Votes, and two networks that are independent of them."""
    rng = np.random.default_rng(seed)
    p, *q = (rng.dirichlet(np.ones(10), n) for _ in range(3))
    labels = rng.integers(0, 10, n).astype(np.uint8)
    votes = Votes(np.array([rng.multinomial(50, row) for row in p]))
    return Results.of(votes, *(network(those, labels) for those in q)), q


def test_cross_entropy_is_peoples_disagreement_and_what_a_net_can_remove():
    both, q = drawn()
    for side, those in zip((both.kl, both.ce), q, strict=True):
        kl = scipy.special.rel_entr(both.votes.p, those).sum(axis=1)
        assert side.kl == pytest.approx(kl, rel=1e-10)
        assert side.cross_entropy == pytest.approx(both.entropy + kl, rel=1e-10)
        assert side.entropy == pytest.approx(scipy.stats.entropy(those, axis=1), rel=1e-10)
        assert side.predicted.tolist() == those.argmax(axis=1).tolist()
        assert side.confidence == pytest.approx(those.max(axis=1), rel=1e-12)


def test_the_difference_is_paired_by_image():
    both, q = drawn()
    one, other = (scipy.special.rel_entr(both.votes.p, those).sum(axis=1) for those in q)
    expected = scipy.stats.ttest_rel(one, other)
    assert both.difference.value == pytest.approx(np.mean(one - other), rel=1e-9)
    assert both.difference.value / both.difference.standard_error == pytest.approx(
        expected.statistic, rel=1e-9
    )


def test_where_a_network_excludes_a_class_that_people_chose_there_is_no_mean_difference():
    both = Results.of(
        Votes(COUNTS), network([HALVES] * 4), network([[1, 0, 0], *[HALVES] * 2, [1, 0, 0]])
    )
    assert both.ce.kl.tolist()[3] == math.inf
    assert math.isnan(both.difference.value)


def test_votes_on_more_images_than_a_network_predicted_are_left_out_and_fewer_are_refused():
    both = Results.of(Votes(COUNTS), network([HALVES] * 2), network([HALVES] * 2))
    assert (both.n, both.votes.counts.tolist()) == (2, COUNTS[:2].tolist())
    with pytest.raises(ValueError, match="People voted on 4 images only; you have 5"):
        Results.of(Votes(COUNTS), network([HALVES] * 5), network([HALVES] * 5))


def test_the_correction_moves_the_same_from_kl_to_the_entropy():
    both = Results.of(Votes(COUNTS), network([HALVES] * 4), network([HALVES] * 4))
    # (m − 1) / 2n of 1, 2, 3 and 1 classes, and 50, 50, 50 and 40 votes.
    assert both.correction == pytest.approx([0, 0.01, 0.02, 0], abs=1e-12)


def test_infinite_ones_come_first_and_of_equals_the_first():
    sure = [[1, 0, 0], [0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 1]]
    people = Results.of(Votes(COUNTS), network(sure), network(sure))
    between = Disagreement(np.array([0.1, 0.3, 0.1, 0.2]), 2)
    assert results.order("part", people, None).tolist() == [2, 0, 1, 3]
    assert results.order("people", people, None).tolist() == [2, 1, 0, 3]
    assert results.order("nets", people, between).tolist() == [1, 3, 0, 2]


@pytest.fixture(scope="module")
def recorded():
    pair = next(iter(repository.matched_runs().values()))
    labels = repository.predictions(pair.kl, "test").labels
    votes = Votes(50 * np.eye(10, dtype=np.int64)[labels])
    return pair, Results.of(votes, *(repository.predictions(run, "test") for run in pair.runs))


def test_where_all_people_agree_with_the_label_kl_from_people_is_that_from_the_label(recorded):
    pair, both = recorded
    predictions = repository.predictions(pair.kl, "test")
    rows = np.arange(both.n)
    # float16 keeps three digits.
    assert both.kl.kl == pytest.approx(-predictions.log_q[rows, both.labels], abs=0.01)
    assert not both.entropy.any()


REAL = download.data_dir() / cifar10h.FILE


@pytest.mark.skipif(not REAL.exists(), reason="CIFAR-10H is not here")
def test_the_published_votes_are_on_the_images_that_the_networks_predicted(recorded):
    # Most people choose the label of more than 99 % of the test images (Peterson et al., 2019);
    # were the order another, they would of a tenth.
    votes = cifar10h.load(REAL.parent).first(recorded[1].n)
    assert np.mean(votes.counts.argmax(axis=1) == recorded[1].labels) > 0.98


def test_those_on_which_all_agree_are_a_group_of_their_own():
    groups = networks([*TWO, *TWO, *ballots(30)], 0.6, 0.5).groups
    assert (groups[0][0], groups[0][1].n) == (0, 2)
    assert all(people > 0 for people, _ in groups[1:])
    ((people, mean),) = networks([TWO[1]] * 3, 0.6, 0.5).groups
    assert (people, mean.n) == (0, 3)

"""People beside two nets, held against SciPy, formulas by hand and the recorded runs."""

import math

import numpy as np
import pytest
import scipy.spatial.distance
import scipy.special
import scipy.stats

from models.data import cifar10h, download
from models.data.cifar10h import Votes
from models.evaluation.predictions import Predictions
from pages.ui.predictions import repository
from pages.ui.predictions.people import results
from pages.ui.predictions.people.results import Rank, Results

COUNTS = np.array([[50, 0, 0], [25, 25, 0], [10, 30, 10], [0, 0, 40]])
HALVES = [0.5, 0.25, 0.25]


def net(q, labels=None):
    q = np.array(q, np.float64)
    return Predictions.of(q, np.zeros(len(q), np.uint8) if labels is None else labels)


def drawn(n=500, seed=0):
    """Votes and two nets that know nothing of each other."""
    rng = np.random.default_rng(seed)
    p, *q = (rng.dirichlet(np.ones(10), n) for _ in range(3))
    labels = rng.integers(0, 10, n).astype(np.uint8)
    votes = Votes(np.array([rng.multinomial(50, row) for row in p]))
    return Results.of(votes, *(net(those, labels) for those in q)), q


def test_cross_entropy_is_peoples_disagreement_and_what_a_net_can_remove():
    found, q = drawn()
    for side, those in zip((found.kl, found.ce), q, strict=True):
        kl = scipy.special.rel_entr(found.votes.p, those).sum(axis=1)
        assert side.kl == pytest.approx(kl, rel=1e-10)
        assert side.cross_entropy == pytest.approx(found.entropy + kl, rel=1e-10)
        assert side.entropy == pytest.approx(scipy.stats.entropy(those, axis=1), rel=1e-10)
        assert side.guess.tolist() == those.argmax(axis=1).tolist()
        assert side.sure == pytest.approx(those.max(axis=1), rel=1e-12)


def test_the_difference_is_paired_by_image():
    found, q = drawn()
    one, other = (scipy.special.rel_entr(found.votes.p, those).sum(axis=1) for those in q)
    expected = scipy.stats.ttest_rel(one, other)
    assert found.difference.value == pytest.approx(np.mean(one - other), rel=1e-9)
    assert found.difference.value / found.difference.standard_error == pytest.approx(
        expected.statistic, rel=1e-9
    )


def test_where_a_net_excludes_what_people_chose_there_is_no_mean_difference():
    found = Results.of(Votes(COUNTS), net([HALVES] * 4), net([[1, 0, 0], *[HALVES] * 2, [1, 0, 0]]))
    assert found.ce.kl.tolist()[3] == math.inf
    assert math.isnan(found.difference.value)


def test_votes_on_more_images_than_a_net_has_seen_are_left_out_and_fewer_are_refused():
    found = Results.of(Votes(COUNTS), net([HALVES] * 2), net([HALVES] * 2))
    assert (found.n, found.votes.counts.tolist()) == (2, COUNTS[:2].tolist())
    with pytest.raises(ValueError, match="People voted on 4 images only; you have 5"):
        Results.of(Votes(COUNTS), net([HALVES] * 5), net([HALVES] * 5))


def test_the_correction_moves_the_same_from_kl_to_the_entropy():
    found = Results.of(Votes(COUNTS), net([HALVES] * 4), net([HALVES] * 4))
    # (m − 1) / 2n of 1, 2, 3 and 1 classes, and 50, 50, 50 and 40 votes.
    assert found.correction == pytest.approx([0, 0.01, 0.02, 0], abs=1e-12)


@pytest.mark.parametrize("ties", [False, True])
def test_the_rank_correlation_is_scipys_with_ties_and_without(ties):
    rng = np.random.default_rng(1)
    x = rng.normal(size=300)
    y = x + rng.normal(size=300)
    if ties:
        x, y = np.round(x), np.round(y)
        assert len(np.unique(x)) < 12
    assert results.spearman(x, y) == pytest.approx(scipy.stats.spearmanr(x, y).statistic, rel=1e-12)


def test_the_rank_correlation_sees_the_order_alone_and_none_where_all_are_equal():
    x = np.array([3.0, 1.0, 2.0, 9.0])
    assert results.spearman(x, np.exp(x)) == pytest.approx(1)
    assert results.spearman(x, -(x**3)) == pytest.approx(-1)
    assert math.isnan(results.spearman(x, np.ones(4)))


def test_the_interval_of_a_rank_correlation_is_the_one_by_hand():
    # artanh 0.5 = 0.5493; ± 1.96 · √(1.125 / 97) = 0.2111; tanh of 0.3382 and 0.7604.
    assert Rank(0.5, 100).interval == pytest.approx((0.3259, 0.6413), abs=2e-4)
    assert np.isnan(Rank(math.nan, 100).interval).all()
    assert np.isnan(Rank(0.5, 3).interval).all()


def test_the_interval_of_a_rank_correlation_is_about_as_wide_as_the_bootstraps():
    rng = np.random.default_rng(2)
    x = rng.normal(size=400)
    y = 0.5 * x + rng.normal(size=400)
    rho = results.spearman(x, y)
    drawn = [results.spearman(x[pick], y[pick]) for pick in rng.integers(0, 400, (999, 400))]
    assert Rank(rho, 400).interval == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=0.02)


def test_two_nets_are_apart_by_the_jensen_shannon_divergence_and_more_by_that_from_their_mean():
    rng = np.random.default_rng(3)
    q = rng.dirichlet(np.ones(10), (3, 50))
    two = scipy.spatial.distance.jensenshannon(q[0], q[1], axis=1) ** 2
    assert results.jensen_shannon(list(q[:2])) == pytest.approx(two, rel=1e-9)
    three = scipy.special.rel_entr(q, q.mean(axis=0)).sum(axis=-1).mean(axis=0)
    assert results.jensen_shannon(list(q)) == pytest.approx(three, rel=1e-9)
    assert results.jensen_shannon([q[0], q[0]]) == pytest.approx(np.zeros(50), abs=1e-12)


def test_infinite_ones_come_first_and_of_equals_the_first():
    sure = [[1, 0, 0], [0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 1]]
    found = Results.of(Votes(COUNTS), net(sure), net(sure))
    assert results.order("part", found).tolist() == [2, 0, 1, 3]
    assert results.order("people", found).tolist() == [2, 1, 0, 3]
    assert results.order("nets", found, np.array([0.1, 0.3, 0.1, 0.2])).tolist() == [1, 3, 0, 2]


@pytest.fixture(scope="module")
def recorded():
    pair = next(iter(repository.twins().values()))
    labels = repository.believed(pair.kl, "test").labels
    votes = Votes(50 * np.eye(10, dtype=np.int64)[labels])
    return pair, Results.of(
        votes, *(repository.believed(run, "test") for run in (pair.kl, pair.ce))
    )


def test_where_all_people_agree_with_the_label_kl_from_people_is_that_from_the_label(recorded):
    pair, found = recorded
    predictions = repository.believed(pair.kl, "test")
    rows = np.arange(found.n)
    # float16 keeps three digits.
    assert found.kl.kl == pytest.approx(-predictions.log_q[rows, found.labels], abs=0.01)
    assert not found.entropy.any()


def test_all_recorded_nets_with_plain_labels_are_compared(recorded):
    plain = [p for p in repository.twins().values() if p.kl.spec.label_smoothing == 0]
    apart = results.apart(recorded[1])
    assert apart.nets == 2 * len(plain) > 2
    assert apart.values.shape == (recorded[1].n,)
    assert 0 < apart.values.mean() < math.log(10)


def test_nets_that_cannot_be_read_or_saw_other_images_are_left_out(recorded, monkeypatch):
    pair, found = recorded
    believed, whole = repository.believed, results.apart(found).nets

    def some(run, kind):
        if run.id == pair.ce.id:
            raise ValueError("missing")
        return believed(run, kind)

    monkeypatch.setattr(repository, "believed", some)
    results._apart.clear()
    assert results.apart(found).nets == whole - 1
    other = Results(**{**vars(found), "labels": (found.labels + 1) % 10})
    assert results.apart(other).nets == 0
    assert not results.apart(other).values.any()
    results._apart.clear()


REAL = download.data_dir() / cifar10h.FILE


@pytest.mark.skipif(not REAL.exists(), reason="CIFAR-10H is not here")
def test_the_published_votes_are_on_the_images_that_the_nets_have_seen(recorded):
    # Most people choose the label of more than 99 % of the test images (Peterson et al., 2019);
    # were the order another, they would of a tenth.
    votes = cifar10h.load(REAL.parent).first(recorded[1].n)
    assert np.mean(votes.counts.argmax(axis=1) == recorded[1].labels) > 0.98

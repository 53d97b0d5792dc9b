"""Entropies by hand and by SciPy; the file is a stand-in wherever the real one is not needed."""

import hashlib
import io
import math
import threading

import numpy as np
import pytest
import scipy.special
import scipy.stats

from models.data import cifar10h, download
from models.data.cifar10h import Votes
from models.evaluation.predictions import Predictions
from tests.models.shell import lying

COUNTS = np.array([[50, 0, 0], [25, 25, 0], [10, 30, 10], [0, 0, 40]])


@pytest.fixture
def votes():
    return Votes(COUNTS)


def net(q):
    return Predictions.of(np.array(q, np.float64), np.zeros(len(q), np.uint8))


def test_votes_become_shares_and_their_entropies_are_those_by_hand(votes):
    assert votes.people.tolist() == [50, 50, 50, 40]
    assert votes.p[2].tolist() == pytest.approx([0.2, 0.6, 0.2])
    assert votes.entropy == pytest.approx([0, math.log(2), 0.950270539, 0], abs=1e-9)


def test_the_correction_adds_one_half_a_class_beyond_the_first_for_each_vote(votes):
    # Miller: (m − 1) / 2n, with m = 1, 2, 3, 1 classes that were chosen.
    assert votes.corrected_entropy - votes.entropy == pytest.approx([0, 0.01, 0.02, 0])


def test_the_correction_takes_most_of_the_bias_away_where_every_class_is_frequent():
    p = np.array([0.6, 0.2, 0.1, 0.1])
    drawn = Votes(np.random.default_rng(0).multinomial(50, p, 20_000))
    truth = scipy.stats.entropy(p)
    assert drawn.entropy.mean() < truth - 0.02
    assert abs(drawn.corrected_entropy.mean() - truth) < 0.005


@pytest.mark.parametrize("rare", [[0.01], [0.05 / 9] * 9, [0.01 / 9] * 9])
def test_the_correction_takes_less_than_half_of_the_bias_away_where_rare_classes_get_no_vote(rare):
    p = np.array([1 - sum(rare), *rare])
    drawn = Votes(np.random.default_rng(0).multinomial(50, p, 20_000))
    before, after = (
        scipy.stats.entropy(p) - h.mean() for h in (drawn.entropy, drawn.corrected_entropy)
    )
    assert 0.5 * before < after < 0.9 * before


def test_kl_and_cross_entropy_are_scipys_and_differ_by_the_entropy():
    rng = np.random.default_rng(0)
    votes = Votes(rng.multinomial(50, [0.7, 0.2, 0.06, 0.03, 0.01], 200))
    q = rng.dirichlet(np.ones(5), 200)
    kl, cross = cifar10h.kl(votes, net(q)), cifar10h.cross_entropy(votes, net(q))
    assert kl == pytest.approx(scipy.special.rel_entr(votes.p, q).sum(axis=1), rel=1e-10)
    assert cross == pytest.approx(-scipy.special.xlogy(votes.p, q).sum(axis=1), rel=1e-10)
    assert cross == pytest.approx(votes.entropy + kl, rel=1e-12)


def test_what_the_net_excludes_and_nobody_chose_costs_nothing_and_what_people_chose_all(votes):
    q = [[1, 0, 0], [0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 1]]
    assert cifar10h.kl(votes, net(q)).tolist() == [0, 0, math.inf, 0]
    assert cifar10h.cross_entropy(votes, net(q))[[0, 2]].tolist() == [0, math.inf]


def test_a_net_is_held_to_the_votes_on_as_many_images_as_it_has_seen(votes):
    kl = cifar10h.kl(votes, net([[0.5, 0.25, 0.25], [0.5, 0.25, 0.25]]))
    assert kl == pytest.approx([math.log(2), 0.5 * math.log(2)])


def test_more_images_than_votes_are_refused(votes):
    with pytest.raises(ValueError, match="People voted on 4 images only; you have 5"):
        cifar10h.kl(votes, net(np.full((5, 3), 1 / 3)))


def npy(array, **options):
    buffer = io.BytesIO()
    np.save(buffer, array, **options)
    return buffer.getvalue()


CONTENT = npy(np.arange(100_000).reshape(10_000, 10))


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty place for the data, and CONTENT taken for the published file, on no network."""
    monkeypatch.setenv("KL_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "published.npy").write_bytes(CONTENT)
    monkeypatch.setattr(cifar10h, "URL", (tmp_path / "published.npy").as_uri())
    monkeypatch.setattr(cifar10h, "SHA256", hashlib.sha256(CONTENT).hexdigest())
    return tmp_path / "data"


def test_what_was_downloaded_is_loaded(home):
    heard = []
    cifar10h.download(lambda received, total: heard.append((received, total)))
    assert cifar10h.load(download.data_dir()).counts[9_999].tolist() == list(range(99_990, 100_000))
    assert heard[-1] == (len(CONTENT), len(CONTENT))
    assert lying(home) == ["cifar10h-counts.npy"]


def test_two_visitors_may_download_at_once(home):
    others = []

    def meanwhile(received, total):
        if not others:
            others.append(threading.Thread(target=cifar10h.download))
            others[0].start()

    cifar10h.download(meanwhile)
    others[0].join()
    assert len(cifar10h.load(home).counts) == 10_000
    assert lying(home) == ["cifar10h-counts.npy"]


def test_something_else_is_not_kept_and_replaces_nothing(home, monkeypatch):
    home.mkdir()
    (home / cifar10h.FILE).write_bytes(b"what was here")
    monkeypatch.setattr(cifar10h, "SHA256", "0" * 64)
    with pytest.raises(download.DataUnavailableError, match="wrong SHA-256"):
        cifar10h.download()
    assert (home / cifar10h.FILE).read_bytes() == b"what was here"
    assert lying(home) == ["cifar10h-counts.npy"]


def test_offline_the_message_says_what_to_do(home, monkeypatch):
    monkeypatch.setattr(cifar10h, "URL", "http://127.0.0.1:9/nothing-listens-here")
    with pytest.raises(download.DataUnavailableError) as error:
        cifar10h.download()
    message = str(error.value)
    assert message.startswith(f"CIFAR-10H could not be downloaded into {home.name} (")
    assert "put cifar10h-counts.npy from github.com/jcpeterson/cifar-10h" in message
    assert lying(home) == []


def test_a_missing_file_is_named_with_what_to_do(home):
    with pytest.raises(download.DataUnavailableError) as error:
        cifar10h.load(home)
    assert f"{home.name}/{cifar10h.FILE} cannot be read" in str(error.value)
    assert "put cifar10h-counts.npy from github.com/jcpeterson/cifar-10h" in str(error.value)


def test_another_file_is_refused_by_its_digest(home):
    home.mkdir()
    (home / cifar10h.FILE).write_bytes(CONTENT[:-1] + b"\1")
    with pytest.raises(ValueError, match="is not the published file, whose SHA-256 is"):
        cifar10h.load(home)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            npy(np.ones((3, 10), np.int64)),
            r"must hold \(10000, 10\) counts; its shape is \(3, 10\)",
        ),
        (npy(np.array([{}], dtype=object), allow_pickle=True), "allow_pickle=False"),
    ],
)
def test_a_file_of_another_shape_or_that_needs_unpickling_is_refused(
    home, monkeypatch, content, reason
):
    home.mkdir()
    (home / cifar10h.FILE).write_bytes(content)
    monkeypatch.setattr(cifar10h, "SHA256", hashlib.sha256(content).hexdigest())
    with pytest.raises(ValueError, match=reason):
        cifar10h.load(home)


REAL = download.data_dir() / cifar10h.FILE


@pytest.mark.skipif(not REAL.exists(), reason="CIFAR-10H is not here")
def test_the_published_votes_are_as_the_paper_describes_them():
    # Peterson et al. (2019): 47 to 63 judgments an image, 51 on average.
    votes = cifar10h.load(REAL.parent)
    assert (votes.people.min(), votes.people.max()) == (47, 63)
    assert round(votes.people.mean()) == 51
    assert REAL.stat().st_size == cifar10h.BYTES

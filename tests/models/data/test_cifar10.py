"""Single photographs, from files that a test writes in CIFAR-10's layout."""

import numpy as np
import pytest

from models.data import cifar10, datasets
from models.data.download import DataUnavailableError


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A small CIFAR-10: five files of three training images each, and two test images."""
    monkeypatch.setenv("KL_DATA_DIR", str(tmp_path))
    folder = cifar10.folder()
    folder.mkdir()
    rng = np.random.default_rng(0)
    for names, count in ((cifar10.TRAIN_FILES, 3), (cifar10.TEST_FILES, 2)):
        for name in names:
            records = rng.integers(0, 256, (count, cifar10.RECORD), np.uint8)
            records[:, 0] %= 10
            (folder / name).write_bytes(records.tobytes())
    return folder


def test_every_picture_is_the_one_that_training_held_out_or_tested_on(copy):
    data = datasets.load("cifar10")
    for number in range(3):  # the last three of fifteen
        pixels, label = cifar10.picture("validation", number, 12)
        assert np.array_equal(pixels, data.train_images[12 + number])
        assert label == data.train_labels[12 + number]
    for number in range(2):
        pixels, label = cifar10.picture("test", number, 12)
        assert np.array_equal(pixels, data.test_images[number])
        assert label == data.test_labels[number]


def test_a_split_inside_a_file_is_found_too(copy):
    data = datasets.load("cifar10")
    pixels, _ = cifar10.picture("validation", 0, 7)
    assert np.array_equal(pixels, data.train_images[7])


@pytest.mark.parametrize(("kind", "number"), [("validation", 3), ("test", 2)])
def test_a_picture_that_the_copy_does_not_have_is_refused(copy, kind, number):
    with pytest.raises(DataUnavailableError, match=f"number {number} is missing"):
        cifar10.picture(kind, number, 12)


def test_without_a_copy_it_says_where_it_looked(copy):
    copy.rename(copy.with_name("elsewhere"))
    with pytest.raises(DataUnavailableError, match=r"cannot be read in .*cifar-10-batches-bin"):
        cifar10.picture("test", 0, 12)

"""IDX files, by the bytes that their description names."""

import gzip
import hashlib

import numpy as np
import pytest

from models.data import fashion_mnist
from models.data.download import DataUnavailableError
from tests.models import idx

TRAIN_IMAGES = "train-images-idx3-ubyte"


def test_an_idx_file_is_its_sizes_in_big_endian_and_then_its_bytes():
    content = bytes.fromhex("00000802 00000002 00000003 010203 0405ff")
    assert fashion_mnist.parse_idx(content).tolist() == [[1, 2, 3], [4, 5, 255]]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "it begins with nothing"),
        ("00", "it begins with 00,"),
        ("00000d01 00000001 00000000", "it begins with 00000d01, not with 000008"),
        ("1f8b0803 00000001 07", "it begins with 1f8b0803"),
        ("00000802 00000002", "it announces"),
        ("00000801 00000003 0102", r"it announces \(3,\), so 3 bytes; there are 2"),
        ("00000801 00000001 0102", r"it announces \(1,\), so 1 bytes; there are 2"),
        ("00000803 ffffffff ffffffff ffffffff", "there are 0"),
    ],
)
def test_what_is_no_idx_file_of_bytes_is_refused(content, says):
    with pytest.raises(ValueError, match=says):
        fashion_mnist.parse_idx(bytes.fromhex(content))


@pytest.mark.parametrize("packed", [False, True])
def test_the_four_files_are_read_plain_and_packed_with_the_digests_of_what_lies_there(
    tmp_path, packed
):
    idx.write(tmp_path, packed=packed)
    found = fashion_mnist.load(tmp_path)
    images, labels = idx.pictures(256)
    assert np.array_equal(found.train_images, images)
    assert np.array_equal(found.train_labels, labels)
    assert found.test_images.shape == (64, 28, 28)
    digests = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in tmp_path.iterdir()
    }
    assert found.files == digests


def test_a_missing_file_is_named_with_where_to_get_it(tmp_path):
    idx.write(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(
        DataUnavailableError, match=r"has neither t10k-labels.*dataset-fashion-mnist"
    ):
        fashion_mnist.load(tmp_path)


def test_a_folder_that_is_not_there_is_a_sentence_too(tmp_path):
    with pytest.raises(DataUnavailableError, match=f"has neither {TRAIN_IMAGES}"):
        fashion_mnist.load(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (TRAIN_IMAGES, b"\0\0\x08\x03", f"{TRAIN_IMAGES} is damaged .*: download it"),
        (f"{TRAIN_IMAGES}.gz", b"no gzip", r"\.gz is damaged"),
        (f"{TRAIN_IMAGES}.gz", gzip.compress(b"\0" * 99, mtime=0)[:-9], r"\.gz is damaged"),
        (f"{TRAIN_IMAGES}.gz", gzip.compress(b"\0" * 99, mtime=0)[:30] + b"xx", r"\.gz is damaged"),
        (TRAIN_IMAGES, idx.encoded(idx.pictures(9)[0]), "256 labels"),
        (TRAIN_IMAGES, idx.encoded(np.zeros((256, 28, 27), np.uint8)), "pictures of 28 × 28"),
        (TRAIN_IMAGES, idx.encoded(np.zeros(256, np.uint8)), "pictures of 28 × 28"),
        ("train-labels-idx1-ubyte", idx.encoded(np.full(256, 10, np.uint8)), "train has 10"),
    ],
)
def test_a_damaged_file_is_named_and_refused(tmp_path, name, content, says):
    idx.write(tmp_path)
    (tmp_path / name.removesuffix(".gz")).unlink()
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=says):
        fashion_mnist.load(tmp_path)


def test_files_among_the_data_come_before_those_of_the_package(tmp_path, monkeypatch):
    monkeypatch.setenv("KL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(fashion_mnist, "PACKAGED", tmp_path / "packaged")
    own = tmp_path / "data" / "fashion-mnist"
    assert fashion_mnist.folder() == own
    idx.write(tmp_path / "packaged")
    assert fashion_mnist.folder() == tmp_path / "packaged"
    idx.write(own)
    assert fashion_mnist.folder() == own

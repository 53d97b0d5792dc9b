import json
import os
import random
import zipfile
from dataclasses import asdict, replace

import numpy as np
import pytest

from models.convnet import checkpoint
from models.convnet.checkpoint import Checkpoint
from models.runs.folder import CHECKPOINT
from models.runs.record import EpochResult, to_json
from models.runs.spec import SCHEMA, RunSpec

SPEC = RunSpec("kl_divergence", epochs=3, images=500, data="shapes")
HISTORY = (
    EpochResult(1, 2.3, 0.1, 2.2, 0.2, 0, 3.1),
    EpochResult(2, float("nan"), 0.3, float("nan"), 0.25, 17, 2.9),
)
CONDITIONS = {"processor": "a processor", "threads": "2", "numpy": "2.5"}
ARRAYS = {
    "model_0": np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4),
    "model_1": np.array([7, 9], np.uint32),
    "optimizer_0": np.array(12, np.int64),
}
KEPT = Checkpoint(SPEC, HISTORY, CONDITIONS, ARRAYS)


@pytest.fixture
def directory(tmp_path):
    checkpoint.save(KEPT, tmp_path)
    return tmp_path


@pytest.fixture
def path(directory):
    return directory / CHECKPOINT


def assert_is_kept(found: Checkpoint):
    assert found.arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert found.arrays[name].dtype == array.dtype
        assert found.arrays[name].shape == array.shape
        assert found.arrays[name].tobytes() == array.tobytes()
    assert found.spec == SPEC
    assert found.conditions == CONDITIONS
    assert str(found.history) == str(HISTORY)  # NaN is no equal of itself


def test_what_was_saved_is_loaded_bit_for_bit(directory):
    assert_is_kept(checkpoint.load(directory))


def test_where_there_is_none_there_is_none(tmp_path):
    assert checkpoint.load(tmp_path) is None


def test_a_removed_checkpoint_is_gone_and_removing_none_is_no_error(directory):
    checkpoint.remove(directory)
    checkpoint.remove(directory)
    assert list(directory.iterdir()) == []


def test_whatever_single_bit_is_flipped_the_checkpoint_is_refused_or_reads_as_it_was(
    directory, path
):
    whole = path.read_bytes()
    refused = 0
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << random.Random(place).randrange(8)
        path.write_bytes(damaged)
        try:
            found = checkpoint.load(directory)
        except ValueError as error:
            assert str(error).startswith("The checkpoint is damaged")  # noqa: PT017
            refused += 1
        else:
            if found.arrays.keys() == ARRAYS.keys():  # a name is checked by Network.restore
                assert_is_kept(found)
    # The bytes of the arrays and of their headers alone are more than half of the file.
    assert refused > len(whole) / 2


def test_an_array_whose_header_says_less_than_was_saved_is_refused(directory, path):
    # Half of each number would be read, and the rest with its checksum never be reached.
    whole = path.read_bytes()
    assert whole.count(b"'<f4'") == 1
    path.write_bytes(whole.replace(b"'<f4'", b"'<f2'"))
    with pytest.raises(ValueError, match="The checkpoint is damaged"):
        checkpoint.load(directory)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_checkpoint_cut_short_is_refused(directory, path, share):
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ValueError, match=r"The checkpoint is damaged.*Train it again\."):
        checkpoint.load(directory)


@pytest.mark.parametrize("garbage", [b"no archive at all", bytes(4096), b"PK\x03\x04" + bytes(100)])
def test_garbage_is_refused(directory, path, garbage):
    path.write_bytes(garbage)
    with pytest.raises(ValueError, match="The checkpoint is damaged"):
        checkpoint.load(directory)


def test_a_single_array_and_a_folder_are_refused(directory, path):
    with path.open("wb") as file:
        np.save(file, np.zeros(3))
    with pytest.raises(ValueError, match="The checkpoint is damaged"):
        checkpoint.load(directory)
    path.unlink()
    path.mkdir()
    with pytest.raises(ValueError, match="The checkpoint is damaged"):
        checkpoint.load(directory)


def test_nothing_in_a_checkpoint_is_unpickled(directory, path, tmp_path):
    flag = tmp_path / "unpickled"

    class Evil:
        def __reduce__(self):
            return flag.touch, ()

    about = np.load(path)[checkpoint.ABOUT]
    np.savez(path, about=about, model_0=np.array([Evil()], dtype=object))
    with pytest.raises(ValueError, match=r"The checkpoint is damaged.*allow_pickle"):
        checkpoint.load(directory)
    assert not flag.exists()


def bomb(path, says: int) -> None:
    """An archive of a little that says it unpacks to so much: its directory is forged."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("about.npy", bytes(1 << 20))
    content = bytearray(path.read_bytes())
    # In the directory's entry of a file: its size, 24 bytes from the entry's signature.
    start = content.index(b"PK\x01\x02") + 24
    content[start : start + 4] = says.to_bytes(4, "little")
    path.write_bytes(content)


def test_an_archive_that_would_unpack_to_gigabytes_is_refused_unopened(
    path, directory, monkeypatch
):
    bomb(path, says=4_000_000_000)
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    with pytest.raises(ValueError, match=r"damaged.*would unpack to 4,000,000,000 bytes"):
        checkpoint.load(directory)


def test_an_archive_that_says_too_little_is_read_no_further(path, directory):
    bomb(path, says=100)
    with pytest.raises(ValueError, match="The checkpoint is damaged"):
        checkpoint.load(directory)


@pytest.mark.parametrize(
    "how", ["huge", *(pytest.param(how, marks=pytest.mark.posix) for how in ("pipe", "endless"))]
)
def test_what_is_no_file_or_too_large_is_refused_unread(path, directory, how):
    path.unlink()
    if how == "pipe":
        os.mkfifo(path)
    elif how == "endless":
        path.symlink_to("/dev/zero")
    else:
        with path.open("wb") as file:
            file.truncate(1 << 40)
    with pytest.raises(ValueError, match=r"damaged.*(is not a regular file|holds more than)"):
        checkpoint.load(directory)


def about(**changes) -> dict:
    return {
        "schema": SCHEMA,
        "spec": asdict(SPEC),
        "history": [to_json(result) for result in HISTORY],
        "conditions": CONDITIONS,
        **changes,
    }


def write(path, content):
    text = np.frombuffer(json.dumps(content).encode(), np.uint8)
    np.savez(path, about=text, **ARRAYS)


def test_the_layout_is_the_one_written_out_here(path, directory):
    write(path, about())
    assert_is_kept(checkpoint.load(directory))


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        about(spec={"loss": "mse"}),
        about(history=[{"epoch": 1}]),
        about(history=3),
        about(conditions=None),
    ],
)
def test_foreign_content_in_a_sound_archive_is_refused(path, directory, content):
    write(path, content)
    with pytest.raises(ValueError, match="The checkpoint is damaged"):
        checkpoint.load(directory)


def test_a_newer_versions_checkpoint_is_refused_and_called_newer(path, directory):
    write(path, about(schema=SCHEMA + 1))
    with pytest.raises(
        ValueError, match=r"it was written by a newer version .*\)\. Train it again"
    ):
        checkpoint.load(directory)


def test_a_checkpoint_is_of_one_spec_alone():
    checkpoint.check_spec(KEPT, SPEC)
    for change in ({"seed": 2}, {"epochs": 4}, {"loss": "categorical_crossentropy"}):
        with pytest.raises(
            ValueError, match=r"belongs to another run: KL divergence · shapes · seed 1"
        ):
            checkpoint.check_spec(KEPT, replace(SPEC, **change))


def test_a_checkpoint_that_cannot_be_written_leaves_the_one_before(directory, path, full):
    before = path.read_bytes()
    full(directory / f"{CHECKPOINT}.part")
    with pytest.raises(OSError, match="No space left on device"):
        checkpoint.save(replace(KEPT, history=()), directory)
    assert path.read_bytes() == before
    assert list(directory.iterdir()) == [path]

import hashlib
import io
import socket
import tarfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from models import datasets

RECORD = 3073
COUNTS = dict.fromkeys(datasets.TRAIN_FILES, 3) | {"test_batch.bin": 2}


def a_record(label: int, red: int, green: int, blue: int) -> bytes:
    """One image of one colour, but for its second pixel of the first row, which is black."""
    planes = [bytearray([value]) * 1024 for value in (red, green, blue)]
    for plane in planes:
        plane[1] = 0
    return bytes([label]) + b"".join(planes)


def content(name: str) -> bytes:
    return b"".join(a_record(i, 10 * i + 1, 100, 200) for i in range(COUNTS[name]))


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty place for the data."""
    monkeypatch.setenv("KL_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def cifar10(home):
    """A small data set in the standard binary layout."""
    folder = home / datasets.FOLDER
    folder.mkdir(parents=True)
    for name in COUNTS:
        (folder / name).write_bytes(content(name))
    return folder


def test_the_number_of_records_comes_from_the_files_sizes(cifar10):
    data = datasets.load("cifar10")
    assert data.train_images.shape == (15, 32, 32, 3)
    assert data.test_images.shape == (2, 32, 32, 3)
    assert data.train_labels.tolist() == [0, 1, 2] * 5


def test_the_three_planes_become_channels_and_rows_stay_rows(cifar10):
    image = datasets.load("cifar10").train_images[2]
    assert image[0, 0].tolist() == [21, 100, 200]
    assert image[0, 1].tolist() == [0, 0, 0]
    assert image[1, 0].tolist() == [21, 100, 200]


def test_a_run_can_record_which_bytes_it_read(cifar10):
    files = datasets.load("cifar10").files
    assert files["test_batch.bin"] == hashlib.sha256(content("test_batch.bin")).hexdigest()
    assert set(files) == set(COUNTS)


@pytest.mark.parametrize("damage", [b"", b"x" * 100, b"x" * (RECORD + 1)])
def test_a_wrong_size_is_named_with_its_file(cifar10, damage):
    (cifar10 / "data_batch_2.bin").write_bytes(damage)
    with pytest.raises(ValueError, match=r"data_batch_2\.bin: the size must be .* 3073-byte"):
        datasets.load("cifar10")


def test_a_wrong_label_is_named_with_its_record(cifar10):
    (cifar10 / "data_batch_2.bin").write_bytes(a_record(1, 1, 1, 1) + a_record(10, 1, 1, 1))
    with pytest.raises(ValueError, match="labels must be 0 to 9; record 1 has 10"):
        datasets.load("cifar10")


def test_an_unknown_data_set_is_refused():
    with pytest.raises(ValueError, match="data must be one of cifar10, shapes; got 'mnist'"):
        datasets.load("mnist")


def an_archive(extra: str | None = None, without: str | None = None) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name in [n for n in COUNTS if n != without]:
            info = tarfile.TarInfo(f"{datasets.FOLDER}/{name}")
            info.size = len(content(name))
            tar.addfile(info, io.BytesIO(content(name)))
        if extra:
            info = tarfile.TarInfo(extra)
            info.size = 4
            tar.addfile(info, io.BytesIO(b"evil"))
    return buffer.getvalue()


@pytest.fixture
def serve(tmp_path, monkeypatch):
    """Puts an archive where `download_cifar10` looks for the official one."""

    def put(archive: bytes, digest: str | None = None) -> None:
        (tmp_path / "www").mkdir()
        (tmp_path / "www" / datasets.ARCHIVE).write_bytes(archive)
        monkeypatch.setattr(
            datasets, "ARCHIVE_SHA256", digest or hashlib.sha256(archive).hexdigest()
        )

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = partial(Quiet, directory=str(tmp_path / "www"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/{datasets.ARCHIVE}"
    monkeypatch.setattr(datasets, "ARCHIVE_URL", url)
    yield put
    server.shutdown()
    server.server_close()


def test_missing_data_are_downloaded_with_progress_and_kept(home, serve):
    archive = an_archive()
    serve(archive)
    heard = []
    data = datasets.load("cifar10", lambda received, total: heard.append((received, total)))
    assert len(data.train_labels) == 15
    assert heard[-1] == (len(archive), len(archive))
    assert sorted(path.name for path in (home / datasets.FOLDER).iterdir()) == sorted(COUNTS)
    assert [path.name for path in home.iterdir()] == [datasets.FOLDER]


def test_only_the_expected_members_leave_the_archive(home, serve, tmp_path):
    serve(an_archive(extra="../../escaped.txt"))
    datasets.download_cifar10()
    assert not list(tmp_path.rglob("escaped.txt"))


def test_an_archive_with_another_digest_is_refused_and_leaves_nothing(home, serve):
    serve(an_archive(), digest="0" * 64)
    with pytest.raises(datasets.DataUnavailableError, match="wrong SHA-256"):
        datasets.download_cifar10()
    assert list(home.iterdir()) == []


def test_an_archive_without_a_file_is_refused(home, serve):
    serve(an_archive(without="test_batch.bin"))
    with pytest.raises(datasets.DataUnavailableError, match=r"has no file test_batch\.bin"):
        datasets.download_cifar10()


def test_offline_the_message_says_what_to_do(home, monkeypatch):
    monkeypatch.setattr(datasets, "ARCHIVE_URL", "http://127.0.0.1:9/nothing-listens-here")
    with pytest.raises(datasets.DataUnavailableError) as error:
        datasets.load("cifar10")
    message = str(error.value)
    assert message.startswith(f"CIFAR-10 is not in {home} and could not be downloaded")
    assert str(home / datasets.FOLDER) in message
    assert "built-in shapes" in message


def test_a_server_that_answers_nonsense_is_told_in_a_sentence(home, monkeypatch):
    def answer(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(1 << 16)
            connection.sendall(b"nonsense\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=answer, args=[listening], daemon=True).start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        monkeypatch.setattr(datasets, "ARCHIVE_URL", url)
        with pytest.raises(
            datasets.DataUnavailableError, match=r"could not be downloaded .*nonsense"
        ):
            datasets.download_cifar10()
    assert list(home.iterdir()) == []


def test_a_place_that_cannot_hold_data_is_named_in_a_sentence(home, serve):
    serve(an_archive())
    home.write_text("a file stands where the folder should be")
    with pytest.raises(datasets.DataUnavailableError, match="could not be downloaded"):
        datasets.load("cifar10")


def test_the_data_are_looked_for_beside_the_code_by_default(monkeypatch):
    monkeypatch.delenv("KL_DATA_DIR", raising=False)
    assert datasets.data_dir() == datasets.ROOT / "data"
    assert (datasets.ROOT / "app.py").exists()

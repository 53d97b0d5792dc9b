import hashlib
import io
import socket
import tarfile
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from models import files
from models.data import cifar10, datasets, download
from models.runs import worker
from tests.models.shell import lying

RECORD = 3073
COUNTS = dict.fromkeys(cifar10.TRAIN_FILES, 3) | {"test_batch.bin": 2}


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
def small_cifar10(home):
    """A small data set in the standard binary layout."""
    folder = home / cifar10.FOLDER
    folder.mkdir(parents=True)
    for name in COUNTS:
        (folder / name).write_bytes(content(name))
    return folder


def test_the_number_of_records_comes_from_the_files_sizes(small_cifar10):
    data = datasets.load("cifar10")
    assert data.train_images.shape == (15, 32, 32, 3)
    assert data.test_images.shape == (2, 32, 32, 3)
    assert data.train_labels.tolist() == [0, 1, 2] * 5


def test_the_three_planes_become_channels_and_rows_stay_rows(small_cifar10):
    image = datasets.load("cifar10").train_images[2]
    assert image[0, 0].tolist() == [21, 100, 200]
    assert image[0, 1].tolist() == [0, 0, 0]
    assert image[1, 0].tolist() == [21, 100, 200]


def test_a_run_can_record_which_bytes_it_read(small_cifar10):
    files = datasets.load("cifar10").files
    assert files["test_batch.bin"] == hashlib.sha256(content("test_batch.bin")).hexdigest()
    assert set(files) == set(COUNTS)


@pytest.mark.parametrize("damage", [b"", b"x" * 100, b"x" * (RECORD + 1)])
def test_a_wrong_size_is_named_with_its_file(small_cifar10, damage):
    (small_cifar10 / "data_batch_2.bin").write_bytes(damage)
    with pytest.raises(ValueError, match=r"data_batch_2\.bin: the size must be .* 3073-byte"):
        datasets.load("cifar10")


def test_a_wrong_label_is_named_with_its_record(small_cifar10):
    (small_cifar10 / "data_batch_2.bin").write_bytes(a_record(1, 1, 1, 1) + a_record(10, 1, 1, 1))
    with pytest.raises(ValueError, match="labels must be 0 to 9; record 1 has 10"):
        datasets.load("cifar10")


def test_an_unknown_data_set_is_refused():
    with pytest.raises(ValueError, match="data must be one of cifar10, shapes; got 'mnist'"):
        datasets.load("mnist")


def an_archive(extra: str | None = None, without: str | None = None) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name in [n for n in COUNTS if n != without]:
            info = tarfile.TarInfo(f"{cifar10.FOLDER}/{name}")
            info.size = len(content(name))
            tar.addfile(info, io.BytesIO(content(name)))
        if extra:
            info = tarfile.TarInfo(extra)
            info.size = 4
            tar.addfile(info, io.BytesIO(b"evil"))
    return buffer.getvalue()


class Host:
    """Plays the data set's host, well or badly.

    Of an answer come the first `sends` bytes, `extra` without end, and if it `hangs` nothing
    until it is let go; then the `rest`, or nothing. `asked`: the ranges it was asked for.
    """

    def __init__(self):
        self.asked = []
        self.sends, self.extra, self.ranges, self.length = None, b"", True, None
        self.hangs, self.rest = False, False
        self.let_go = threading.Event()
        self.sending = threading.Event()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        wanted = request.headers.get("Range")
        self.asked.append(wanted)
        begins = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.ranges else 0
        if begins > len(self.content):
            request.send_error(416)
            return
        content = self.content[begins:]
        request.send_response(206 if begins else 200)
        if self.length != "":
            request.send_header("Content-Length", self.length or str(len(content)))
        request.end_headers()
        request.wfile.write(content[: self.sends])
        self.sending.set()
        while self.extra:  # until the other side hangs up
            request.wfile.write(self.extra)
        if self.hangs:
            self.let_go.wait()
        if self.rest:
            request.wfile.write(content[self.sends :])


@pytest.fixture
def host(monkeypatch):
    """Stands where `download_cifar10` looks for the official archive, and has one."""
    here = Host()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            with suppress(ConnectionError):
                here.answer(self)

        def log_message(self, *_):
            pass

    def put(archive: bytes, digest: str | None = None) -> None:
        here.content = archive
        sha256 = digest or hashlib.sha256(archive).hexdigest()
        monkeypatch.setattr(cifar10, "ARCHIVE_SHA256", sha256)
        monkeypatch.setattr(cifar10, "ARCHIVE_BYTES", len(archive))

    here.put = put
    put(an_archive())
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/{cifar10.ARCHIVE}"
    monkeypatch.setattr(cifar10, "ARCHIVE_URL", url)
    yield here
    here.let_go.set()
    server.shutdown()
    server.server_close()


PART = f"{cifar10.ARCHIVE}.part"


def test_missing_data_are_downloaded_with_progress_and_kept(home, host):
    heard = []
    data = datasets.load("cifar10", lambda received, total: heard.append((received, total)))
    assert len(data.train_labels) == 15
    assert heard[-1] == (len(host.content), len(host.content))
    assert sorted(path.name for path in (home / cifar10.FOLDER).iterdir()) == sorted(COUNTS)
    assert lying(home) == [cifar10.FOLDER]


def test_only_the_expected_members_leave_the_archive(home, host, tmp_path):
    host.put(an_archive(extra="../../escaped.txt"))
    cifar10.download()
    assert not list(tmp_path.rglob("escaped.txt"))


def test_an_archive_with_another_digest_is_refused_and_leaves_nothing(home, host):
    host.put(host.content, digest="0" * 64)
    with pytest.raises(download.DataUnavailableError, match="wrong SHA-256"):
        cifar10.download()
    assert lying(home) == []


def test_an_archive_without_a_file_is_refused(home, host):
    host.put(an_archive(without="test_batch.bin"))
    with pytest.raises(download.DataUnavailableError, match=r"has no file test_batch\.bin"):
        cifar10.download()


def test_a_cut_transfer_is_called_so_and_goes_on_from_where_it_was_cut(home, host):
    host.sends = 100
    size = len(host.content)
    with pytest.raises(download.DataUnavailableError) as error:
        datasets.load("cifar10")
    assert "(the connection was lost after 0.0 of 0.0 MB; try again, and it resumes" in str(
        error.value
    )
    assert lying(home) == [PART]
    assert (home / PART).read_bytes() == host.content[:100]
    host.sends, heard = None, []
    datasets.load("cifar10", lambda *progress: heard.append(progress))
    assert host.asked == [None, "bytes=100-"]
    assert heard[0][0] > 100
    assert heard[-1] == (size, size)
    assert lying(home) == [cifar10.FOLDER]


def test_a_server_that_falls_silent_is_given_up_and_what_it_sent_is_kept(home, host, monkeypatch):
    monkeypatch.setattr(download, "SILENCE", 0.2)
    host.sends, host.hangs = 100, True
    with pytest.raises(download.DataUnavailableError, match="the connection was lost after"):
        datasets.load("cifar10")
    assert (home / PART).stat().st_size == 100


@pytest.mark.parametrize("stop", [KeyboardInterrupt, worker.Cancelled])
def test_who_stops_a_download_can_go_on_with_it(home, host, stop):
    def stopped(received, total):
        raise stop

    host.sends, host.hangs = 100, True
    with pytest.raises(stop):
        datasets.load("cifar10", stopped)
    host.sends, host.hangs = None, False
    datasets.load("cifar10")
    assert host.asked == [None, "bytes=100-"]


def test_where_the_server_sends_the_whole_again_it_replaces_the_part(home, host):
    host.sends, host.ranges = 100, False
    with pytest.raises(download.DataUnavailableError):
        datasets.load("cifar10")
    host.sends = None
    assert len(datasets.load("cifar10").train_labels) == 15


@pytest.mark.parametrize("left", [b"", b"x" * 100, b"x" * (1 << 20)], ids=["no", "other", "more"])
def test_a_part_that_is_of_no_use_is_gone_and_the_next_try_is_sound(home, host, left):
    home.mkdir()
    (home / PART).write_bytes(left)
    if left:
        with pytest.raises(download.DataUnavailableError):
            datasets.load("cifar10")
        assert lying(home) == []
    assert len(datasets.load("cifar10").train_labels) == 15
    assert lying(home) == [cifar10.FOLDER]


def test_a_reply_without_end_is_refused_at_the_size_that_it_should_have(home, host):
    host.extra, host.length = b"x" * 1000, ""
    heard = []
    with pytest.raises(
        download.DataUnavailableError, match="the server sent more than the expected"
    ):
        datasets.load("cifar10", lambda received, total: heard.append(received))
    assert all(received <= len(host.content) for received in heard)
    assert lying(home) == []


@pytest.mark.parametrize("length", ["abc", "-5", "9" * 5000, "1", ""])
def test_what_the_server_says_of_its_length_cannot_break_the_download(home, host, length):
    host.length = length
    if length == "1":  # the one that is read as such: the rest is left
        with pytest.raises(download.DataUnavailableError, match="wrong SHA-256"):
            datasets.load("cifar10")
        return
    assert len(datasets.load("cifar10").train_labels) == 15
    assert lying(home) == [cifar10.FOLDER]


def test_two_at_once_fetch_it_once_and_both_have_it(home, host):
    host.sends, host.hangs = 100, True
    loaded, heard = [], threading.Event()

    def other():
        loaded.append(datasets.load("cifar10", lambda *_: heard.set()))

    first = threading.Thread(target=lambda: loaded.append(datasets.load("cifar10")))
    second = threading.Thread(target=other)
    first.start()
    host.sending.wait()
    second.start()
    assert heard.wait(60)  # it waits, and is told how far the first is
    host.rest = True
    host.let_go.set()
    first.join()
    second.join()
    assert [len(data.train_labels) for data in loaded] == [15, 15]
    assert host.asked == [None]
    assert lying(home) == [cifar10.FOLDER]


def test_where_the_first_of_two_fails_the_second_goes_on_from_what_it_left(home, host):
    host.sends, host.hangs = 100, True

    def fails():
        with pytest.raises(download.DataUnavailableError):
            datasets.load("cifar10")

    first = threading.Thread(target=fails)
    first.start()
    host.sending.wait()
    host.sends, heard = None, threading.Event()
    second = threading.Thread(target=lambda: datasets.load("cifar10", lambda *_: heard.set()))
    second.start()
    assert heard.wait(60)
    host.let_go.set()
    first.join()
    second.join()
    assert host.asked == [None, "bytes=100-"]
    assert lying(home) == [cifar10.FOLDER]


def test_offline_the_message_says_what_to_do(home, monkeypatch):
    monkeypatch.setattr(cifar10, "ARCHIVE_URL", "http://127.0.0.1:9/nothing-listens-here")
    with pytest.raises(download.DataUnavailableError) as error:
        datasets.load("cifar10")
    message = str(error.value)
    assert message.startswith(f"CIFAR-10 is not in {home} and could not be downloaded")
    assert str(home / cifar10.FOLDER) in message
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
        monkeypatch.setattr(cifar10, "ARCHIVE_URL", url)
        with pytest.raises(
            download.DataUnavailableError, match=r"could not be downloaded .*nonsense"
        ):
            cifar10.download()
    assert lying(home) == []


def test_a_place_that_cannot_hold_data_is_named_in_a_sentence(home, host):
    home.write_text("a file stands where the folder should be")
    with pytest.raises(download.DataUnavailableError, match="could not be downloaded"):
        datasets.load("cifar10")


def test_the_data_are_looked_for_beside_the_code_by_default(monkeypatch):
    monkeypatch.delenv("KL_DATA_DIR", raising=False)
    assert download.data_dir() == files.ROOT / "data"
    assert (files.ROOT / "app.py").exists()

"""JSON becomes dataclasses; what is made of files is kept for as long as they stay as they are."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from models import files


@dataclass(frozen=True)
class Part:
    size: float

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError(f"size must be at least 0; got {self.size!r}.")


@dataclass(frozen=True)
class Whole:
    parts: tuple[Part, ...]
    name: str = "whole"


def test_what_json_holds_becomes_a_dataclass_of_dataclasses():
    assert files.convert({"parts": [{"size": 1}]}, Whole) == Whole((Part(1.0),))
    assert math.isnan(files.convert({"size": math.nan}, Part).size)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ([], "Expected object, got array"),
        ({}, "Object missing required field parts"),
        ({"parts": [], "name": 5}, "Expected str, got int (at name)"),
        ({"parts": [{"size": "1"}]}, "Expected float, got str (at parts[0].size)"),
        ({"parts": [{"size": True}]}, "Expected float, got bool (at parts[0].size)"),
        ({"parts": [{"size": 10**400}]}, "Number out of range (at parts[0].size)"),
        ({"parts": [{"size": -1}]}, "size must be at least 0; got -1.0 (at parts[0])"),
        ({"parts": [{"size": 1}, {"size": 1, "hue": 2}]}, "Part has no field 'hue'"),
        ({"parts": [], "more": None}, "Whole has no field 'more'"),
    ],
)
def test_what_is_no_such_dataclass_is_refused_in_words_without_signs(content: Any, says: str):
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the whole of it is compared
        files.convert(content, Whole)
    assert str(caught.value) == says


@pytest.fixture
def counted(tmp_path):
    """What remembers a folder's note, and which notes it has read."""
    reads: list[str] = []

    def make(directory: Path) -> str:
        reads.append(directory.name)
        text = (directory / "note").read_text()
        if text == "bad":
            raise ValueError("it is bad")
        return text

    remembered = files.FileCache(make, ("note",), lasts=lambda text: text != "passing")
    return remembered, reads


def note(directory: Path, text: str) -> Path:
    directory.mkdir(exist_ok=True)
    (directory / "note").write_text(text)
    return directory


def test_it_is_made_once_until_the_file_changes(tmp_path, counted):
    remembered, reads = counted
    here = note(tmp_path / "here", "one")
    assert [remembered(here), remembered(here)] == ["one", "one"]
    assert len(reads) == 1
    note(here, "two")
    assert remembered(here) == "two"
    (here / "note").unlink()
    with pytest.raises(FileNotFoundError):
        remembered(here)


def test_what_passes_is_made_each_time(tmp_path, counted):
    remembered, reads = counted
    here = note(tmp_path / "here", "passing")
    assert [remembered(here), remembered(here)] == ["passing", "passing"]
    assert len(reads) == 2


def test_that_it_cannot_be_made_is_remembered_too(tmp_path, counted):
    remembered, reads = counted
    here = note(tmp_path / "here", "bad")
    for _ in range(2):
        with pytest.raises(ValueError, match="it is bad"):
            remembered(here)
    assert len(reads) == 1


def test_of_folders_that_are_gone_little_is_kept_and_of_those_that_are_there_all(tmp_path, counted):
    remembered, reads = counted
    for number in range(3 * files.ROOM):
        gone = note(tmp_path / f"gone{number}", "x")
        remembered(gone)
        (gone / "note").unlink()
        gone.rmdir()
    assert len(remembered._kept) <= files.ROOM
    there = [note(tmp_path / f"there{number}", "x") for number in range(2 * files.ROOM)]
    reads.clear()
    for _ in range(3):
        for directory in there:
            remembered(directory)
    assert len(reads) == len(there)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        ("No space left: '/srv/kl/runs/a/run.json.part'", "No space left: 'run.json.part'"),
        ("CIFAR-10 is not in /srv/data and", "CIFAR-10 is not in data and"),
        ("(/usr/lib/python3/tensorflow/core.so)", "(core.so)"),
        ("https://host/~kriz/a.gz, x/y/z and 1/2", "https://host/~kriz/a.gz, x/y/z and 1/2"),
    ],
)
def test_who_reads_of_a_file_is_not_told_where_on_this_machine_it_lies(error, says):
    assert files.without_folders(error) == says


def test_the_reason_for_what_the_system_refuses_names_no_folder(tmp_path):
    with pytest.raises(OSError) as refused:  # noqa: PT011  # of any kind
        files.read(tmp_path / "nothing", 10)
    assert files.reason(refused.value) == "No such file or directory"

import os
import subprocess
import sys

import pytest

from models import files
from models.runs import environment


@pytest.mark.parametrize("number", ["1", "3", "16"])
def test_the_threads_are_as_many_as_were_set(monkeypatch, number):
    monkeypatch.setenv(environment.THREADS, number)
    assert environment.threads() == number


@pytest.mark.parametrize("nonsense", ["", "0", "-1", "many", "1.5"])
def test_without_a_usable_number_there_is_one_thread_for_each_core_we_may_use(
    monkeypatch, nonsense
):
    monkeypatch.setenv(environment.THREADS, nonsense)
    assert environment.threads() == str(len(os.sched_getaffinity(0)))


def test_a_core_that_we_may_not_use_is_not_counted(monkeypatch):
    monkeypatch.delenv(environment.THREADS, raising=False)
    script = "from models.runs import environment; print(environment.threads())"
    core = min(os.sched_getaffinity(0))
    told = subprocess.check_output(
        [sys.executable, "-c", f"import os; os.sched_setaffinity(0, [{core}]); {script}"],
        cwd=files.ROOT,
        text=True,
    )
    assert told == "1\n"


def test_the_processor_is_the_one_that_lscpu_names():
    try:
        told = subprocess.check_output(["lscpu"], env={**os.environ, "LC_ALL": "C"}, text=True)
    except FileNotFoundError:
        pytest.skip("no lscpu here")
    names = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
    assert environment.processor() == names["Model name"].strip()


def test_where_linux_says_nothing_the_processor_still_has_a_name(monkeypatch):
    monkeypatch.setattr(environment, "_cpuinfo", dict)
    assert environment.processor()
    assert not environment.has_bfloat16()


@pytest.mark.parametrize(
    ("flags", "answer"), [("fpu avx512_bf16 amx", True), ("fpu avx512f", False)]
)
def test_bfloat16_is_there_if_the_processor_lists_it(monkeypatch, flags, answer):
    monkeypatch.setattr(environment, "_cpuinfo", lambda: {"flags": flags})
    assert environment.has_bfloat16() is answer


def test_what_changes_the_last_digits_is_told(monkeypatch):
    monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS", raising=False)
    first = environment.describe()
    assert first["onednn"] == "default"
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    monkeypatch.setenv(environment.THREADS, "7")
    changed = {name for name, value in environment.describe().items() if value != first[name]}
    assert changed == {"onednn", "threads"}

import os
import subprocess
import sys

import pytest

from models import datasets, machine


@pytest.mark.parametrize("number", ["1", "3", "16"])
def test_the_threads_are_as_many_as_were_set(monkeypatch, number):
    monkeypatch.setenv(machine.THREADS, number)
    assert machine.threads() == number


@pytest.mark.parametrize("nonsense", ["", "0", "-1", "many", "1.5"])
def test_without_a_usable_number_there_is_one_thread_for_each_core_we_may_use(
    monkeypatch, nonsense
):
    monkeypatch.setenv(machine.THREADS, nonsense)
    assert machine.threads() == str(len(os.sched_getaffinity(0)))


def test_a_core_that_we_may_not_use_is_not_counted(monkeypatch):
    monkeypatch.delenv(machine.THREADS, raising=False)
    script = "from models import machine; print(machine.threads())"
    core = min(os.sched_getaffinity(0))
    told = subprocess.check_output(
        [sys.executable, "-c", f"import os; os.sched_setaffinity(0, [{core}]); {script}"],
        cwd=datasets.ROOT,
        text=True,
    )
    assert told == "1\n"


def test_the_processor_is_the_one_that_lscpu_names():
    try:
        told = subprocess.check_output(["lscpu"], env={**os.environ, "LC_ALL": "C"}, text=True)
    except FileNotFoundError:
        pytest.skip("no lscpu here")
    names = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
    assert machine.processor() == names["Model name"].strip()


def test_where_linux_says_nothing_the_processor_still_has_a_name(monkeypatch):
    monkeypatch.setattr(machine, "_cpuinfo", dict)
    assert machine.processor()
    assert not machine.has_bfloat16()


@pytest.mark.parametrize(
    ("flags", "answer"), [("fpu avx512_bf16 amx", True), ("fpu avx512f", False)]
)
def test_bfloat16_is_there_if_the_processor_lists_it(monkeypatch, flags, answer):
    monkeypatch.setattr(machine, "_cpuinfo", lambda: {"flags": flags})
    assert machine.has_bfloat16() is answer


def test_what_changes_the_last_digits_is_told(monkeypatch):
    monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS", raising=False)
    first = machine.describe()
    assert first["onednn"] == "default"
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    monkeypatch.setenv(machine.THREADS, "7")
    changed = {name for name, value in machine.describe().items() if value != first[name]}
    assert changed == {"onednn", "threads"}

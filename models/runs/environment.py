"""The machine and versions of a run: they decide its last digits and its duration."""

from __future__ import annotations

import os
import platform
import re
from functools import cache
from importlib.metadata import version
from pathlib import Path

# TensorFlow reads it when it starts: how many threads share one operation.
THREADS = "TF_NUM_INTRAOP_THREADS"
ONEDNN = "TF_ENABLE_ONEDNN_OPTS"  # its operations round in their own way


def describe() -> dict[str, str]:
    """What a run's figures depend on, to the last digit, besides its spec.

    The processor, the threads, and whether TensorFlow was told to use oneDNN or not to.
    """
    return {
        "processor": processor(),
        "threads": threads(),
        "onednn": os.environ.get(ONEDNN, "default"),
    }


def processor() -> str:
    """The processor's name as the system gives it."""
    return _cpuinfo().get("model name") or platform.processor() or platform.machine()


def threads() -> str:
    """How many threads share an operation: as set, else one for each core we may use."""
    number = os.environ.get(THREADS, "")
    # TensorFlow also ignores a value that is not such a number.
    return number if re.fullmatch(r"[1-9]\d*", number) else str(_cores())


def versions() -> dict[str, str]:
    """The versions of the libraries that train."""
    packages = ("keras", "tensorflow", "numpy")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


def has_bfloat16() -> bool:
    """Whether the processor itself computes in bfloat16; if not, that is slower than float32."""
    return "avx512_bf16" in _cpuinfo().get("flags", "").split()


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def _cpuinfo() -> dict[str, str]:
    """Linux's description of the first core; empty on other systems."""
    try:
        lines = Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines()
    except OSError:
        return {}
    pairs = (line.split(":", 1) for line in lines if ":" in line)
    return {name.strip(): value.strip() for name, value in pairs}

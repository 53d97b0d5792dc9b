"""What every test shares: how the process is kept light."""

import gc
import os

import pytest


def pytest_collection_finish() -> None:
    """Streamlit collects garbage after every script run; what is imported by now is none."""
    gc.collect()
    gc.freeze()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores, as a browser often waits; of what trains none too many."""
    trains = config.getoption("markexpr") == "train"
    return min(4, (os.cpu_count() or 1) + (not trains))

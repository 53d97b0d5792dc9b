"""What every test shares: how the process is kept light."""

import gc
import os

import pytest


def pytest_collection_finish() -> None:
    """Streamlit collects garbage after every script run; what is imported by now is none."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs something that Windows has not is skipped there, by name."""
    if os.name != "posix":
        for item in items:
            if item.get_closest_marker("posix"):
                item.add_marker(pytest.mark.skip("Windows has no such links, pipes or signals"))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores, as a browser often waits; of what trains none too many."""
    trains = config.getoption("markexpr") == "train"
    return min(4, (os.cpu_count() or 1) + (not trains))

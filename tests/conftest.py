"""What every test shares: how the process is kept light."""

import gc
import os
import re

import pytest
from xdist.scheduler import LoadFileScheduling

# What runs Keras in the process of the test itself.
IN_KERAS = re.compile(r"tests/models/(test_\w*keras\w*|convnet/test_|vae/test_train|cli/test_main)")


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


class ByFile(LoadFileScheduling):
    """A file's tests go to one worker; and all that run Keras, which takes seconds to load."""

    def _split_scope(self, nodeid: str) -> str:
        return "keras" if IN_KERAS.match(nodeid) else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile | None:
    """Of what trains, each file still goes by itself."""
    return None if config.getoption("markexpr") == "train" else ByFile(config, log)

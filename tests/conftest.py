"""What every test shares: how the process is kept light."""

import gc


def pytest_collection_finish() -> None:
    """Streamlit collects garbage after every script run; what is imported by now is none."""
    gc.collect()
    gc.freeze()

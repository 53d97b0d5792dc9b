import subprocess
import sys
from pathlib import Path

import kl_core

LOADED_BEYOND_NUMPY = """
import sys
import numpy
before = set(sys.modules)
import kl_core
new = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(new - sys.stdlib_module_names - {"numpy"}))
"""


def test_import_loads_nothing_beyond_numpy_and_the_standard_library() -> None:
    root = Path(kl_core.__file__).parent.parent
    command = [sys.executable, "-W", "error", "-c", LOADED_BEYOND_NUMPY]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["kl_core"]


def test_every_public_name_is_there_and_says_what_it_gives() -> None:
    assert kl_core.__all__ == sorted(kl_core.__all__)
    for name in kl_core.__all__:
        assert "Raises ValueError" in getattr(kl_core, name).__doc__


def test_the_package_is_marked_as_typed() -> None:
    assert (Path(kl_core.__file__).parent / "py.typed").is_file()

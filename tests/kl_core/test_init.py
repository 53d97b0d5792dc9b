import inspect
import os
import pkgutil
import pydoc
import re
import subprocess
import sys
from pathlib import Path

import pytest

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


def test_every_public_name_is_there_and_every_function_says_what_it_refuses() -> None:
    assert len(set(kl_core.__all__)) == len(kl_core.__all__)
    assert set(kl_core.__all__) <= set(dir(kl_core))
    for name in kl_core.__all__:
        thing = getattr(kl_core, name)
        assert thing.__doc__
        if inspect.isfunction(thing):
            assert "\nRaises " in inspect.cleandoc(thing.__doc__), name


def test_dir_lists_every_public_name_and_nothing_else() -> None:
    assert [name for name in dir(kl_core) if not name.startswith("__")] == kl_core.__all__


def test_nothing_else_is_imported_under_a_public_name() -> None:
    modules = {m.name for m in pkgutil.iter_modules(kl_core.__path__)}
    seen = {name for name in vars(kl_core) if not name.startswith("_")}
    internal = {"TYPE_CHECKING", "Any", "import_module"} | modules
    assert seen - internal <= set(kl_core.__all__)


def test_help_lists_every_public_name_with_short_signatures() -> None:
    told = pydoc.render_doc(kl_core, renderer=pydoc.plaintext)
    missing = [name for name in kl_core.__all__ if not re.search(rf"(?m)^ +.*\b{name}\b", told)]
    assert not missing
    assert "\n    kl_divergence(\n" in told or "\n    kl_divergence(p: 'ArrayLike'," in told
    assert "Union[" not in told


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match=r"^module 'kl_core' has no attribute 'kld'$"):
        kl_core.kld  # noqa: B018


def test_what_takes_long_to_define_waits_until_it_is_asked_for() -> None:
    script = """
import sys, kl_core
late = ["kl_core.distributions", "kl_core.projection", "numpy.random", "dataclasses"]
print(*(name for name in late if name in sys.modules))
kl_core.Normal(0, 1)
print(*(name for name in late if name in sys.modules))
"""
    command = [sys.executable, "-c", script]
    root = Path(kl_core.__file__).parent.parent
    # Where coverage is measured, its start in the new process would load dataclasses before.
    unmeasured = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE_")}
    run = subprocess.run(
        command, cwd=root, env=unmeasured, capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines() == ["", "kl_core.distributions dataclasses"]


def test_the_package_is_marked_as_typed() -> None:
    assert (Path(kl_core.__file__).parent / "py.typed").is_file()

"""Who may import whom, and what each room drags in with it."""

import ast
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.material_icon_names import ALL_MATERIAL_ICONS

ROOT = Path(__file__).resolve().parent.parent
STDLIB = sys.stdlib_module_names

KERAS = {"keras", "tensorflow", "numpy", "kl_core"}
SYSTEM = {"filelock", "psutil"}

# room → what it may import besides the standard library and its own folder's package.
ROOMS = {
    "kl_core/*.py": {"numpy", "kl_core"},
    "kl_core/*/*.py": {"numpy", "kl_core"},
    "models/files.py": {"numpy", "filelock", "msgspec"},
    "models/runs/dask.py": {"distributed", "models.files", "models.evaluation", "models.runs"},
    "models/runs/folder.py": {"msgspec", "models.files", "models.runs"},
    "models/runs/*.py": SYSTEM | {"numpy", "models.files", "models.evaluation", "models.runs"},
    "models/data/*.py": SYSTEM
    | {"numpy", "kl_core", "models.files", "models.evaluation", "models.data"},
    "models/evaluation/*.py": {"numpy", "kl_core", "models.evaluation"},
    "models/convnet/inference.py": {"numpy", "kl_core"},
    "models/convnet/checkpoint.py": {"numpy", "models.files", "models.runs"},
    "models/convnet/*.py": KERAS
    | {"models.data", "models.evaluation", "models.runs", "models.convnet"},
    "models/vae/decoder.py": {"numpy"},
    "models/vae/record.py": {
        "numpy",
        "kl_core",
        "models.files",
        "models.runs",
        "models.vae.decoder",
    },
    "models/vae/*.py": KERAS | {"models.data", "models.runs", "models.vae"},
    "models/noise/*.py": {"numpy", "kl_core", "models"},
    "models/cli/*.py": {"numpy", "models"},
    "models/__main__.py": {"models.cli"},
    "pages/ui/book.py": set(),
    "pages/ui/formatting.py": set(),
    "pages/ui/parsing.py": set(),
    "pages/ui/content.py": {"pages.ui.editing.preset"},
    "pages/ui/component.py": {"streamlit"},
    "pages/ui/recap.py": {"streamlit", "pages.ui.content"},
    "pages/ui/images.py": {"numpy", "PIL"},
    "pages/ui/tables.py": {"pandas", "numpy", "models.runs", "pages.ui"},
    "pages/ui/vega.py": {"altair", "numpy", "pandas", "vl_convert"},
    "pages/ui/*.py": {"streamlit", "pages.ui"},
    "pages/ui/editing/*.py": {"streamlit", "pages.ui"},
    "pages/ui/scripts/*.py": {"altair", "keras", "kl_core", "models", "numpy", "pandas"},
    "*charts.py": {"altair", "PIL", "pandas", "numpy", "kl_core", "models", "pages.ui"},
    "encodings.py": {"altair", "pages.ui"},
    "pages/ui/*/*.py": {"streamlit", "PIL", "pandas", "numpy", "kl_core", "models", "pages.ui"},
    "pages/ui/*/*/*.py": {"streamlit", "PIL", "pandas", "numpy", "kl_core", "models", "pages.ui"},
    "pages/*.py": {"streamlit", "kl_core", "pages.ui"},
    "app.py": {"streamlit", "kl_core", "pages.ui"},
}
# file → what nothing that it imports may import in its turn.
NEVER = {
    "state.py": {"streamlit", "altair", "keras"},
    "results.py": {"streamlit", "altair", "keras"},
    "prose.py": {"streamlit", "altair", "keras"},
    "charts.py": {"streamlit", "keras"},
}
FILES = [
    path.relative_to(ROOT)
    for folder in ("kl_core", "models", "pages")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path.name != "__init__.py" or folder == "kl_core"
] + [Path("app.py")]


@cache
def imports(path: Path) -> frozenset[str]:
    """Every module that a file imports, anywhere in it, by its full name."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(name for name in found if name.split(".")[0] not in STDLIB)


# What takes seconds to import, or imports what does.
SLOW = {"keras", "tensorflow", "distributed"} | {
    f"models.{name}"
    for name in ("convnet.train", "convnet.network", "convnet.losses", "vae.train", "vae.network")
}
TESTS = [
    path.relative_to(ROOT)
    for path in sorted((ROOT / "tests").rglob("*.py"))
    if path.parent.name != "benchmarks"
]


def at_import(node: ast.AST) -> Iterator[str]:
    """Every module that code imports as soon as it is imported itself."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.Import):
            yield from (alias.name for alias in part.names)
        elif isinstance(part, ast.ImportFrom):
            yield from (f"{part.module}.{alias.name}" for alias in part.names)
        elif not isinstance(part, ast.FunctionDef):
            yield from at_import(part)


def within(name: str, rooms: Iterable[str]) -> bool:
    """Whether a module is one of these, or inside one."""
    return any(f"{name}.".startswith(f"{room}.") for room in rooms)


def test_who_only_collects_the_tests_waits_for_no_tensorflow() -> None:
    for path in TESTS:
        found = set(at_import(ast.parse((ROOT / path).read_text())))
        slow = {name for name in found if within(name, SLOW)}
        assert not slow, f"{path} imports {slow} before a test asks for it"


def room(path: Path) -> str:
    """The first that a file belongs to."""
    return next(pattern for pattern in ROOMS if path.match(pattern))


@pytest.mark.parametrize("pattern", ROOMS)
def test_a_room_imports_only_what_it_may(pattern: str) -> None:
    files = [path for path in FILES if room(path) == pattern]
    assert files, f"nothing is {pattern}"
    for path in files:
        strangers = {name for name in imports(path) if not within(name, ROOMS[pattern])}
        assert not strangers, f"{path} may not import {strangers}"


MODULES = {file.with_suffix("").as_posix(): file for file in FILES}


def reached(path: Path) -> set[str]:
    """Every module that is imported by a file, by what it imports, and so on."""
    found: set[str] = set()
    waiting = [path]
    while waiting:
        for name in imports(waiting.pop()) - found:
            found.add(name)
            # Of "pages.ui.parsing.number", the function is in pages/ui/parsing.py.
            parts = name.split(".")
            stems = "/".join(parts), "/".join(parts[:-1])
            waiting += [MODULES[stem] for stem in stems if stem in MODULES]
    return found


@pytest.mark.parametrize("kind", NEVER)
def test_what_computes_and_what_is_said_can_be_read_without_what_draws(kind: str) -> None:
    for path in FILES:
        if path.name == kind:
            strangers = {name for name in reached(path) if within(name, NEVER[kind])}
            assert not strangers, f"{path} comes to import {strangers}"


def test_the_scripts_that_visitors_copy_are_read_and_never_imported() -> None:
    for path in FILES:
        copied = {name for name in imports(path) if name.startswith("pages.ui.scripts.")}
        assert copied <= {"pages.ui.scripts.fill.fill"}, f"{path} imports {copied}"


def test_only_one_room_writes_a_file_that_a_spreadsheet_opens() -> None:
    """The one that escapes what would be a formula."""
    own = re.compile(r"(?<!\btables)\.to_csv\b|csv\.writer|csv\.DictWriter")
    writers = [str(path) for path in FILES if own.search((ROOT / path).read_text())]
    assert writers == ["pages/ui/tables.py"]


# Signs that charts draw too, to say which line is which: the font that Streamlit ships has them.
SIGNS = set("●○■□▲◆")


def test_no_icon_is_a_sign_that_a_machine_may_have_no_font_for() -> None:
    """Emoji and dingbats would be empty boxes: Streamlit ships Material icons, and SVG is drawn."""
    texts = {
        path: path.read_text()
        for path in [ROOT / "app.py", *(ROOT / "pages").rglob("*")]
        if path.suffix in {".py", ".js", ".css", ".md", ".svg"}
    }
    kinds = {"So", "Mn", "Co", "Cn"}  # symbols, what makes one an emoji, what has no meaning yet
    strange = {
        f"{path}: {unicodedata.name(sign, ascii(sign))}"
        for path, text in texts.items()
        for sign in set(text) - SIGNS
        if unicodedata.category(sign) in kinds
    }
    assert not strange
    named = set(re.findall(r":material/(\w+):", "".join(texts.values())))
    assert named
    assert named <= set(ALL_MATERIAL_ICONS)


def test_no_page_loads_tensorflow_into_the_server(tmp_path: Path) -> None:
    script = """
import sys
from streamlit.testing.v1 import AppTest
from pages.ui.book import BOOK
app = AppTest.from_file("app.py", default_timeout=60).run()
for page in BOOK[1:]:
    app.switch_page(page.file).run()
    assert not app.exception, app.exception
print("altair" in sys.modules, "keras" in sys.modules, "tensorflow" in sys.modules)
"""
    out = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "KL_RUNS_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert out.split() == ["True", "False", "False"]


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("kl_core", {"scipy", "pandas", "streamlit", "tensorflow", "keras"}),
        ("models.cli.main", {"tensorflow", "keras", "streamlit", "pandas"}),
        ("models.cli.worker", {"tensorflow", "keras", "streamlit", "pandas"}),
        ("models.data.cifar10h", {"tensorflow", "keras", "streamlit", "pandas", "PIL"}),
        ("models.convnet.inference", {"tensorflow", "keras", "streamlit", "pandas", "PIL"}),
        ("pages.ui.images", {"tensorflow", "keras", "streamlit", "pandas", "kl_core", "models"}),
        ("pages.ui.layout", {"tensorflow", "keras", "altair"}),
        ("pages.ui.controls", {"tensorflow", "keras", "altair"}),
        ("pages.ui.training.run_service", {"tensorflow", "keras", "altair"}),
        ("pages.ui.vae.sections", {"tensorflow", "keras", "altair"}),
        ("pages.ui.beta_vae.sections", {"tensorflow", "keras", "altair"}),
        ("pages.ui.vega", {"tensorflow", "keras", "streamlit", "kl_core", "models"}),
        ("pages.ui.tables", {"tensorflow", "keras", "streamlit", "altair"}),
        ("pages.ui.reference.pitfalls", {"tensorflow", "keras", "scipy", "streamlit"}),
    ],
)
def test_importing_a_module_leaves_the_others_alone(module: str, never: set[str]) -> None:
    script = f"import sys, {module}; print(*sorted({never!r} & set(sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert loaded == []

"""Who may import whom, and what each room drags in with it."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STDLIB = sys.stdlib_module_names

KERAS = {"keras", "tensorflow", "numpy", "kl_core"}
SYSTEM = {"filelock", "psutil"}

# room → what it may import besides the standard library and its own folder's package.
ROOMS = {
    "kl_core/*.py": {"numpy", "kl_core"},
    "kl_core/*/*.py": {"numpy", "kl_core"},
    "models/files.py": {"numpy", "filelock"},
    "models/runs/dask.py": {"distributed", "models.files", "models.evaluation", "models.runs"},
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
    "pages/ui/frame.py": {"streamlit", "pages.ui"},
    "pages/ui/closing.py": {"streamlit"},
    "pages/ui/component.py": {"streamlit"},
    "pages/ui/trail.py": {"streamlit", "pages.ui.words"},
    "pages/ui/controls.py": {"streamlit", "pages.ui"},
    "pages/ui/words.py": {"models.runs"},
    "pages/ui/typed.py": set(),
    "pages/ui/images.py": {"numpy", "PIL"},
    "pages/ui/tables.py": {"pandas", "numpy", "models.runs", "pages.ui"},
    "pages/ui/charts.py": {"altair", "pandas", "vl_convert"},
    "pages/ui/snippets.py": {"models.runs"},
    "pages/ui/runs/visitor.py": {"streamlit"},
    "pages/ui/runs/lab.py": {"streamlit", "models", "pages.ui.runs"},
    "pages/ui/runs/settings.py": {"streamlit", "models.runs", "pages.ui"},
    "pages/ui/runs/shown.py": {"streamlit", "models.runs", "pages.ui"},
    "pages/ui/runs/following.py": {"streamlit", "pandas", "kl_core", "models.runs", "pages.ui"},
    "pages/ui/comparing/groups.py": {"kl_core", "models.runs", "models.evaluation"},
    "pages/ui/comparing/findings.py": {"models.runs", "models.evaluation", "pages.ui"},
    "pages/ui/comparing/captions.py": {"pages.ui"},
    "pages/ui/comparing/frames.py": {"pandas", "numpy", "models.runs", "pages.ui"},
    "pages/ui/comparing/configurations.py": {
        "pandas",
        "numpy",
        "models.runs",
        "models.evaluation",
        "pages.ui",
    },
    "pages/ui/comparing/bandcharts.py": {"altair", "pages.ui.charts"},
    "pages/ui/comparing/choice.py": {"streamlit", "models.runs", "pages.ui"},
    "pages/ui/comparing/sections.py": {"streamlit", "pandas", "pages.ui"},
    "pages/ui/pairs/pair.py": {"pages.ui.typed"},
    "pages/ui/pairs/presets.py": {"pages.ui.pairs.pair"},
    "pages/ui/pairs/editor.py": {"streamlit", "pages.ui"},
    "pages/ui/pairs/table.py": {"streamlit", "pages.ui"},
    "pages/ui/pairs/asking.py": {"streamlit", "pages.ui.pairs"},
    "pages/ui/pairs/drawing.py": {"streamlit", "pages.ui"},
    "pages/ui/pairs/draws.py": {"kl_core", "numpy", "pages.ui.typed", "pages.ui.words"},
    "pages/ui/pairs/*.py": {"kl_core", "numpy", "pages.ui.words"},
    "pages/ui/pairs/dragbars/dragbars.py": {"pages.ui"},
    "pages/ui/fitting/fit.py": {"pages.ui.typed"},
    "pages/ui/fitting/presets.py": {"pages.ui.fitting.fit"},
    "pages/ui/fitting/fits.py": {"kl_core", "numpy", "pages.ui.fitting.fit"},
    "pages/ui/fitting/sentences.py": {"numpy", "pages.ui"},
    "pages/ui/fitting/contours.py": {"numpy", "PIL", "pages.ui.fitting.fits"},
    "pages/ui/fitting/fitcharts.py": {"altair", "pandas", "numpy", "pages.ui"},
    "pages/ui/fitting/fitter.py": {"streamlit", "pages.ui"},
    "pages/ui/fitting/fitmap/fitmap.py": {"pages.ui"},
    "pages/ui/losses/limits.py": {"pages.ui.typed"},
    "pages/ui/losses/sample.py": {"pages.ui.losses", "pages.ui.typed"},
    "pages/ui/losses/presets.py": {"pages.ui.losses"},
    "pages/ui/losses/script.py": {"pages.ui.losses"},
    "pages/ui/losses/found.py": {"kl_core", "numpy", "pages.ui.losses"},
    "pages/ui/losses/cliff.py": {"kl_core", "numpy", "pages.ui.losses"},
    "pages/ui/losses/deadzone.py": {"models.runs"},
    "pages/ui/losses/frames.py": {"pandas", "numpy", "models.runs", "pages.ui"},
    "pages/ui/losses/losscharts.py": {"altair", "pages.ui"},
    "pages/ui/losses/sentences.py": {"kl_core", "numpy", "pages.ui"},
    "pages/ui/losses/captions.py": {"numpy", "pages.ui"},
    "pages/ui/losses/doing.py": {"streamlit", "pages.ui"},
    "pages/ui/losses/fields.py": {"streamlit", "pages.ui"},
    "pages/ui/losses/editor.py": {"streamlit", "pages.ui"},
    "pages/ui/regression/cloud.py": {"pages.ui.typed"},
    "pages/ui/regression/noises.py": set(),
    "pages/ui/regression/labels.py": set(),
    "pages/ui/regression/presets.py": {"pages.ui.regression"},
    "pages/ui/regression/script.py": {"pages.ui.regression"},
    "pages/ui/regression/found.py": {"kl_core", "numpy", "pages.ui.regression"},
    "pages/ui/regression/residual.py": {"kl_core", "numpy", "pages.ui.regression"},
    "pages/ui/regression/truths.py": {"kl_core", "models.noise", "pages.ui.regression"},
    "pages/ui/regression/study.py": {"models.noise"},
    "pages/ui/regression/sentences.py": {"pages.ui"},
    "pages/ui/regression/prose.py": {"kl_core", "models.noise", "pages.ui"},
    "pages/ui/regression/findings.py": {"models.noise", "pages.ui"},
    "pages/ui/regression/captions.py": {"pages.ui"},
    "pages/ui/regression/studyframes.py": {"pandas", "models.noise", "pages.ui"},
    "pages/ui/regression/*frames.py": {"pandas", "numpy", "kl_core", "pages.ui"},
    "pages/ui/regression/marks.py": {"altair", "pages.ui"},
    "pages/ui/regression/*charts.py": {"altair", "pages.ui"},
    "pages/ui/regression/choosing.py": {"streamlit", "pages.ui"},
    "pages/ui/regression/editor.py": {"streamlit", "pages.ui"},
    "pages/ui/regression/sections.py": {"streamlit", "models.noise", "pages.ui"},
    "pages/ui/regression/points/points.py": {"pages.ui"},
    "pages/ui/beliefs/shelf.py": {"streamlit", "numpy", "models", "pages.ui.runs.lab"},
    "pages/ui/beliefs/orders.py": {
        "streamlit",
        "kl_core",
        "numpy",
        "models.evaluation",
        "pages.ui.beliefs",
    },
    "pages/ui/beliefs/subject.py": {"kl_core", "numpy", "pages.ui"},
    "pages/ui/beliefs/choosing.py": {"streamlit", "models.runs", "pages.ui"},
    "pages/ui/beliefs/own.py": {"streamlit", "numpy", "pages.ui"},
    "pages/ui/beliefs/holding.py": {"streamlit", "pages.ui"},
    "pages/ui/beliefs/sentences.py": {"kl_core", "numpy", "models.runs", "pages.ui"},
    "pages/ui/beliefs/charts.py": {"altair", "pages.ui.charts"},
    "pages/ui/beliefs/frames.py": {"pandas", "models.runs", "pages.ui"},
    "pages/ui/beliefs/sections.py": {"streamlit", "pages.ui"},
    "pages/ui/beliefs/quality/found.py": {"streamlit", "kl_core", "numpy", "models", "pages.ui"},
    "pages/ui/beliefs/quality/frames.py": {"pandas", "numpy", "models", "pages.ui"},
    "pages/ui/beliefs/quality/files.py": {"pandas", "numpy", "models", "pages.ui"},
    "pages/ui/beliefs/quality/marks.py": {"altair", "pages.ui.charts"},
    "pages/ui/beliefs/quality/*charts.py": {"altair", "pages.ui"},
    "pages/ui/beliefs/quality/sections.py": {"streamlit", "models.runs", "pages.ui"},
    "pages/ui/beliefs/quality/*.py": {"models", "pages.ui"},
    "pages/ui/beliefs/people/found.py": {"streamlit", "kl_core", "numpy", "models", "pages.ui"},
    "pages/ui/beliefs/people/frames.py": {"pandas", "numpy", "models", "pages.ui"},
    "pages/ui/beliefs/people/charts.py": {"altair", "pages.ui.charts"},
    "pages/ui/beliefs/people/sections.py": {"streamlit", "pages.ui"},
    "pages/ui/beliefs/people/*.py": {"numpy", "pandas", "models", "pages.ui"},
    "pages/ui/vaes/encoded.py": {"pages.ui.typed"},
    "pages/ui/vaes/point.py": {"pages.ui.typed"},
    "pages/ui/vaes/presets.py": {"pages.ui.vaes.encoded"},
    "pages/ui/vaes/script.py": {"pages.ui.vaes"},
    "pages/ui/vaes/found.py": {"kl_core", "numpy", "pages.ui.vaes"},
    "pages/ui/vaes/shelf.py": {"streamlit", "numpy", "models"},
    "pages/ui/vaes/around.py": {"numpy", "pages.ui.vaes"},
    "pages/ui/vaes/pixels.py": {"numpy", "PIL", "pages.ui.images"},
    "pages/ui/vaes/sentences.py": {"pages.ui"},
    "pages/ui/vaes/reports.py": {"numpy", "pages.ui"},
    "pages/ui/vaes/captions.py": {"pages.ui"},
    "pages/ui/vaes/frames.py": {"numpy", "pandas", "pages.ui"},
    "pages/ui/vaes/vaecharts.py": {"altair", "pages.ui"},
    "pages/ui/vaes/doing.py": {"streamlit", "pages.ui"},
    "pages/ui/vaes/choosing.py": {"streamlit", "pages.ui"},
    "pages/ui/vaes/byhand.py": {"streamlit", "pages.ui"},
    "pages/ui/vaes/trained.py": {"streamlit", "numpy", "pages.ui"},
    "pages/ui/vaes/findings.py": {"streamlit", "numpy", "pages.ui"},
    "pages/ui/vaes/gaussian/gaussian.py": {"pages.ui"},
    "pages/ui/vaes/plane/plane.py": {"streamlit", "numpy", "pages.ui"},
    "pages/ui/vaes/decoded/decoded.py": {"streamlit", "numpy", "pages.ui"},
    "pages/ui/lookup/search.py": set(),
    "pages/ui/lookup/sources.py": set(),
    "pages/ui/lookup/api.py": {"kl_core"},
    "pages/ui/lookup/formulas.py": {"kl_core", "pages.ui.words"},
    "pages/ui/lookup/pitfalls/*.py": {"kl_core", "numpy", "pages.ui"},
    "pages/ui/lookup/sections.py": {"streamlit", "pages.ui"},
    "pages/*.py": {"streamlit", "kl_core", "pages.ui"},
    "app.py": {"streamlit", "kl_core", "pages.ui"},
}
FILES = [
    path.relative_to(ROOT)
    for folder in ("kl_core", "models", "pages")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path.name != "__init__.py" or folder == "kl_core"
] + [Path("app.py")]


def imports(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it, by its full name."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] not in STDLIB}


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


@pytest.mark.parametrize("path", TESTS, ids=str)
def test_who_only_collects_the_tests_waits_for_no_tensorflow(path: Path) -> None:
    found = set(at_import(ast.parse((ROOT / path).read_text())))
    slow = {name for name in found if any(f"{name}.".startswith(f"{s}.") for s in SLOW)}
    assert not slow, f"{path} imports {slow} before a test asks for it"


@pytest.mark.parametrize("path", FILES, ids=str)
def test_each_file_imports_only_what_its_room_may(path: Path) -> None:
    allowed = next(may for pattern, may in ROOMS.items() if path.match(pattern))
    strangers = {
        name for name in imports(path) if not any(f"{name}.".startswith(f"{a}.") for a in allowed)
    }
    assert not strangers, f"{path} may not import {strangers}"


def test_only_one_room_writes_a_file_that_a_spreadsheet_opens() -> None:
    """The one that escapes what would be a formula."""
    own = re.compile(r"(?<!\btables)\.to_csv\b|csv\.writer|csv\.DictWriter")
    writers = [str(path) for path in FILES if own.search((ROOT / path).read_text())]
    assert writers == ["pages/ui/tables.py"]


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
        ("pages.ui.frame", {"tensorflow", "keras", "altair"}),
        ("pages.ui.controls", {"tensorflow", "keras", "altair"}),
        ("pages.ui.runs.lab", {"tensorflow", "keras", "altair"}),
        ("pages.ui.charts", {"tensorflow", "keras", "streamlit", "kl_core", "models"}),
        ("pages.ui.tables", {"tensorflow", "keras", "streamlit", "altair"}),
        ("pages.ui.lookup.pitfalls", {"tensorflow", "keras", "scipy", "streamlit"}),
    ],
)
def test_importing_a_module_leaves_the_others_alone(module: str, never: set[str]) -> None:
    script = f"import sys, {module}; print(*sorted({never!r} & set(sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert loaded == []

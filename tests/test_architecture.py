"""Who may import whom, and what each room drags in with it."""

import ast
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
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
    "pages/ui/layout.py": {"streamlit", "pages.ui"},
    "pages/ui/recap.py": {"streamlit"},
    "pages/ui/component.py": {"streamlit"},
    "pages/ui/editing/preset.py": set(),
    "pages/ui/editing/*.py": {"streamlit", "pages.ui"},
    "pages/ui/controls.py": {"streamlit", "pages.ui"},
    "pages/ui/formatting.py": {"models.runs"},
    "pages/ui/parsing.py": set(),
    "pages/ui/images.py": {"numpy", "PIL"},
    "pages/ui/tables.py": {"pandas", "numpy", "models.runs", "pages.ui"},
    "pages/ui/vega.py": {"altair", "pandas", "vl_convert"},
    "pages/ui/training/charts.py": {"altair", "pages.ui.vega"},
    "pages/ui/scripts/*.py": {"altair", "keras", "kl_core", "models", "numpy", "pandas"},
    "pages/ui/training/visitor.py": {"streamlit"},
    "pages/ui/training/run_service.py": {"streamlit", "models", "pages.ui.training"},
    "pages/ui/training/settings.py": {"streamlit", "models.runs", "pages.ui"},
    "pages/ui/training/shown.py": {"streamlit", "models.runs", "pages.ui"},
    "pages/ui/training/following.py": {"streamlit", "pandas", "kl_core", "models.runs", "pages.ui"},
    "pages/ui/comparison/groups.py": {"kl_core", "models.runs", "models.evaluation"},
    "pages/ui/comparison/findings.py": {"models.runs", "models.evaluation", "pages.ui"},
    "pages/ui/comparison/alt_text.py": {"pages.ui"},
    "pages/ui/comparison/frames.py": {"pandas", "numpy", "models.runs", "pages.ui"},
    "pages/ui/comparison/configurations.py": {
        "pandas",
        "numpy",
        "models.runs",
        "models.evaluation",
        "pages.ui",
    },
    "pages/ui/comparison/bandcharts.py": {"altair", "pages.ui.training.charts", "pages.ui.vega"},
    "pages/ui/comparison/choice.py": {"streamlit", "models.runs", "pages.ui"},
    "pages/ui/comparison/sections.py": {"streamlit", "pandas", "pages.ui"},
    "pages/ui/pairs/pair.py": {"pages.ui.parsing"},
    "pages/ui/pairs/charts.py": {"altair", "pandas", "pages.ui.vega"},
    "pages/ui/pairs/presets.py": {"pages.ui.pairs.pair", "pages.ui.editing.preset"},
    "pages/ui/pairs/editor.py": {"streamlit", "pages.ui"},
    "pages/ui/pairs/table.py": {"streamlit", "pages.ui"},
    "pages/ui/pairs/quiz.py": {"streamlit", "pages.ui.pairs"},
    "pages/ui/pairs/drawing.py": {"streamlit", "pages.ui"},
    "pages/ui/pairs/samples.py": {"kl_core", "numpy", "pages.ui.parsing", "pages.ui.formatting"},
    "pages/ui/pairs/*.py": {"kl_core", "numpy", "pages.ui"},
    "pages/ui/pairs/dragbars/dragbars.py": {"pages.ui"},
    "pages/ui/fitting/fit.py": {"pages.ui.parsing"},
    "pages/ui/fitting/presets.py": {"pages.ui.fitting.fit", "pages.ui.editing.preset"},
    "pages/ui/fitting/results.py": {"kl_core", "numpy", "pages.ui.fitting.fit", "pages.ui.scripts"},
    "pages/ui/fitting/prose.py": {"numpy", "pages.ui"},
    "pages/ui/fitting/contours.py": {"numpy", "PIL", "pages.ui.fitting.results"},
    "pages/ui/fitting/fitcharts.py": {"altair", "pandas", "numpy", "pages.ui"},
    "pages/ui/fitting/editor.py": {"streamlit", "pages.ui"},
    "pages/ui/fitting/fitmap/fitmap.py": {"pages.ui"},
    "pages/ui/loss/limits.py": {"pages.ui.parsing"},
    "pages/ui/loss/sample.py": {"pages.ui.loss", "pages.ui.parsing"},
    "pages/ui/loss/presets.py": {"pages.ui.loss", "pages.ui.editing.preset"},
    "pages/ui/loss/results.py": {"kl_core", "numpy", "pages.ui.loss", "pages.ui.scripts"},
    "pages/ui/loss/cliff.py": {"kl_core", "numpy", "pages.ui.loss"},
    "pages/ui/loss/deadzone.py": {"models.runs"},
    "pages/ui/loss/frames.py": {"pandas", "numpy", "models.runs", "pages.ui"},
    "pages/ui/loss/losscharts.py": {"altair", "pages.ui"},
    "pages/ui/loss/prose.py": {"kl_core", "numpy", "pages.ui"},
    "pages/ui/loss/alt_text.py": {"numpy", "pages.ui"},
    "pages/ui/loss/fields.py": {"streamlit", "pages.ui"},
    "pages/ui/loss/editor.py": {"streamlit", "pages.ui"},
    "pages/ui/regression/cloud.py": {"pages.ui.parsing"},
    "pages/ui/regression/noises.py": set(),
    "pages/ui/regression/labels.py": set(),
    "pages/ui/regression/presets.py": {"pages.ui.regression", "pages.ui.editing.preset"},
    "pages/ui/regression/results.py": {"kl_core", "numpy", "pages.ui.regression"},
    "pages/ui/regression/residual.py": {"kl_core", "numpy", "pages.ui.regression"},
    "pages/ui/regression/true_noises.py": {"kl_core", "models.noise", "pages.ui.regression"},
    "pages/ui/regression/study.py": {"models.noise"},
    "pages/ui/regression/sentences.py": {"pages.ui"},
    "pages/ui/regression/prose.py": {"kl_core", "models.noise", "pages.ui"},
    "pages/ui/regression/findings.py": {"models.noise", "pages.ui"},
    "pages/ui/regression/alt_text.py": {"pages.ui"},
    "pages/ui/regression/studyframes.py": {"pandas", "models.noise", "pages.ui"},
    "pages/ui/regression/*frames.py": {"pandas", "numpy", "kl_core", "pages.ui"},
    "pages/ui/regression/encodings.py": {"altair", "pages.ui"},
    "pages/ui/regression/*charts.py": {"altair", "pages.ui"},
    "pages/ui/regression/choosing.py": {"streamlit", "pages.ui"},
    "pages/ui/regression/editor.py": {"streamlit", "pages.ui"},
    "pages/ui/regression/sections.py": {"streamlit", "models.noise", "pages.ui"},
    "pages/ui/regression/points/points.py": {"pages.ui"},
    "pages/ui/predictions/repository.py": {
        "streamlit",
        "numpy",
        "models",
        "pages.ui.training.run_service",
    },
    "pages/ui/predictions/photo_order.py": {
        "streamlit",
        "kl_core",
        "numpy",
        "models.evaluation",
        "pages.ui.predictions",
    },
    "pages/ui/predictions/subject.py": {"kl_core", "numpy", "pages.ui"},
    "pages/ui/predictions/choosing.py": {"streamlit", "models.runs", "pages.ui"},
    "pages/ui/predictions/upload.py": {"streamlit", "numpy", "pages.ui"},
    "pages/ui/predictions/photo_editor.py": {"streamlit", "pages.ui"},
    "pages/ui/predictions/prose.py": {"kl_core", "numpy", "models.runs", "pages.ui"},
    "pages/ui/predictions/charts.py": {"altair", "pages.ui.vega"},
    "pages/ui/predictions/frames.py": {"pandas", "models.runs", "pages.ui"},
    "pages/ui/predictions/sections.py": {"streamlit", "pages.ui"},
    "pages/ui/predictions/quality/results.py": {
        "streamlit",
        "kl_core",
        "numpy",
        "models",
        "pages.ui",
    },
    "pages/ui/predictions/quality/frames.py": {"pandas", "numpy", "models", "pages.ui"},
    "pages/ui/predictions/quality/files.py": {"pandas", "numpy", "models", "pages.ui"},
    "pages/ui/predictions/quality/encodings.py": {"altair", "pages.ui.vega"},
    "pages/ui/predictions/quality/*charts.py": {"altair", "pages.ui"},
    "pages/ui/predictions/quality/sections.py": {"streamlit", "models.runs", "pages.ui"},
    "pages/ui/predictions/quality/*.py": {"models", "pages.ui"},
    "pages/ui/predictions/people/results.py": {
        "streamlit",
        "kl_core",
        "numpy",
        "models",
        "pages.ui",
    },
    "pages/ui/predictions/people/frames.py": {"pandas", "numpy", "models", "pages.ui"},
    "pages/ui/predictions/people/charts.py": {"altair", "pages.ui.vega"},
    "pages/ui/predictions/people/sections.py": {"streamlit", "pages.ui"},
    "pages/ui/predictions/people/*.py": {"numpy", "pandas", "models", "pages.ui"},
    "pages/ui/vae/encoded.py": {"pages.ui.parsing"},
    "pages/ui/vae/point.py": {"pages.ui.parsing"},
    "pages/ui/vae/presets.py": {"pages.ui.vae.encoded", "pages.ui.editing.preset"},
    "pages/ui/vae/results.py": {"kl_core", "numpy", "pages.ui.vae"},
    "pages/ui/vae/repository.py": {"streamlit", "numpy", "models"},
    "pages/ui/vae/latent_plane.py": {"numpy", "pages.ui.vae"},
    "pages/ui/vae/pixels.py": {"numpy", "PIL", "pages.ui.images"},
    "pages/ui/vae/prose.py": {"pages.ui"},
    "pages/ui/vae/reports.py": {"numpy", "pages.ui"},
    "pages/ui/vae/alt_text.py": {"pages.ui"},
    "pages/ui/vae/frames.py": {"numpy", "pandas", "pages.ui"},
    "pages/ui/vae/vaecharts.py": {"altair", "pages.ui"},
    "pages/ui/vae/editor.py": {"streamlit", "pages.ui"},
    "pages/ui/vae/choosing.py": {"streamlit", "pages.ui"},
    "pages/ui/vae/byhand.py": {"streamlit", "pages.ui"},
    "pages/ui/vae/trained.py": {"streamlit", "numpy", "pages.ui"},
    "pages/ui/vae/findings.py": {"streamlit", "numpy", "pages.ui"},
    "pages/ui/vae/gaussian/gaussian.py": {"pages.ui"},
    "pages/ui/vae/plane/plane.py": {"streamlit", "numpy", "pages.ui"},
    "pages/ui/vae/decoded/decoded.py": {"streamlit", "numpy", "pages.ui"},
    "pages/ui/reference/search.py": set(),
    "pages/ui/reference/sources.py": set(),
    "pages/ui/reference/api.py": {"kl_core"},
    "pages/ui/reference/formulas.py": {"kl_core", "pages.ui.formatting"},
    "pages/ui/reference/pitfalls/*.py": {"kl_core", "numpy", "pages.ui"},
    "pages/ui/reference/sections.py": {"streamlit", "pages.ui"},
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


@pytest.mark.parametrize("path", FILES, ids=str)
def test_the_scripts_that_visitors_copy_are_read_and_never_imported(path: Path) -> None:
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

"""The pages' static prose: its format, and that every piece is used with all its values."""

import ast
import os
import re
from functools import cache
from pathlib import Path

import pytest

from pages.ui import content

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = sorted(content.FOLDER.glob("*.md"))
FUNCTIONS = {"heading", "text", "points", "question", "preset"}
PIECES = {
    f"{file.stem}/{key}": piece
    for file in FILES
    for key, piece in content.pieces(file, file.stat().st_mtime_ns).items()
    if key
}


@cache
def calls() -> list[tuple[str, str, set[str], str]]:
    """Of every call of `content`: which function, the key, the values' names, where."""
    found = []
    for path in [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(ast.Attribute(ast.Name("content"), function), [first, *_], names) if (
                    function in FUNCTIONS
                ):
                    where = f"{path.relative_to(ROOT)}:{node.lineno}"
                    assert isinstance(first, ast.Constant), f"{where}: its key is computed"
                    assert isinstance(first.value, str)
                    assert all(name.arg for name in names), f"{where}: its values are unnamed"
                    values = {name.arg for name in names if name.arg}
                    found.append((function, first.value, values, where))
                case ast.Call(ast.Attribute(ast.Name("layout"), "page"), [ast.Constant(str(file))]):
                    where = f"{path.relative_to(ROOT)}:{node.lineno}"
                    found.append(("title", f"{Path(file).stem}/title", set(), where))
    return found


@pytest.mark.parametrize("page", [file.stem for file in FILES])
def test_every_placeholder_is_filled_and_every_value_used(page):
    for function, key, values, where in calls():
        if key.startswith(f"{page}/"):
            piece = PIECES[key]
            filled = piece.heading if function == "heading" else piece.text
            assert values == set(content.PLACEHOLDER.findall(filled)), where


def test_every_piece_is_used():
    in_headings = {key for function, key, _, _ in calls() if function in {"heading", "preset"}}
    in_texts = {key for function, key, _, _ in calls() if function != "heading"}
    assert {key for key, piece in PIECES.items() if piece.text} == in_texts
    assert in_headings <= PIECES.keys()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_read_from_top_to_bottom(file):
    written = file.read_text(encoding="utf-8")
    assert re.match(r"# \S.*\n\n", written)
    assert not re.search(r"[ \t]$|\r|\n{3}", written, re.MULTILINE)
    # An address has no place for a break.
    assert all(len(line) <= 100 for line in written.splitlines() if " " in line.strip())


def test_a_piece_is_found_by_its_key_its_lines_joined_its_points_not(tmp_path, monkeypatch):
    monkeypatch.setattr(content, "FOLDER", tmp_path)
    (tmp_path / "page.md").write_text(
        "# The page\n\nIt begins\nhere.\n\n## An order\n\n### Units {#units}\n\n"
        "In {unit}: $\\frac{a}{b}$, $2^{n}$.\n\n- one\n  and more\n- two {unit}\n"
    )
    assert content.heading("page/title") == "The page"
    assert content.text("page/title") == "It begins here."
    assert content.text("page/units", unit="bits") == (
        "In bits: $\\frac{a}{b}$, $2^{n}$.\n\n- one and more\n- two bits"
    )
    with pytest.raises(KeyError):
        content.text("page/units")
    with pytest.raises(KeyError):
        content.text("page/an-order")


def test_a_page_begins_with_its_topic_its_question_and_its_introduction(tmp_path, monkeypatch):
    monkeypatch.setattr(content, "FOLDER", tmp_path)
    (tmp_path / "page.md").write_text("# Coins\n\nWhich\none?\n\nTake two.\n\nToss them.\n")
    assert content.title("page") == ("Coins", "Which one?", "Take two.\n\nToss them.")


def test_what_an_editor_changes_is_shown_at_the_next_run(tmp_path, monkeypatch):
    monkeypatch.setattr(content, "FOLDER", tmp_path)
    file = tmp_path / "page.md"
    file.write_text("# Before\n")
    assert content.heading("page/title") == "Before"
    file.write_text("# After\n")
    os.utime(file, ns=(0, 1))  # a file system's clock may tick once in some milliseconds
    assert content.heading("page/title") == "After"


def test_a_key_names_one_piece(tmp_path, monkeypatch):
    monkeypatch.setattr(content, "FOLDER", tmp_path)
    (tmp_path / "page.md").write_text("# A\n\n## B {#same}\n\n## C {#same}\n")
    with pytest.raises(ValueError, match=r"page\.md has the key 'same' twice"):
        content.text("page/same")


def test_a_question_has_its_right_answer_in_bold_and_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr(content, "FOLDER", tmp_path)
    (tmp_path / "page.md").write_text(
        "# A\n\n## Check {#check}\n\nWhich?\n\n- {one}\n- **two**\n\nBecause of {one}.\n\n"
        "## Points {#points}\n\n- a **b**\n- c\n"
    )
    asked = content.question("page/check", one="1 bit")
    assert asked == content.Question("Which?", ("1 bit", "two"), "two", "Because of 1 bit.")
    assert content.points("page/points") == ("a **b**", "c")


def test_a_preset_has_what_to_notice_and_in_bold_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(content, "FOLDER", tmp_path)
    (tmp_path / "page.md").write_text(
        "# A\n\n## Coin {#preset-coin}\n\nSee **P**.\n\n**Drag it.**\n"
    )
    preset = content.preset("page/preset-coin", 1)
    assert (preset.key, preset.title, preset.state) == ("coin", "Coin", 1)
    assert (preset.notice, preset.do) == ("See **P**.", "Drag it.")

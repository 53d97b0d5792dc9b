"""What all components share in JavaScript, without Streamlit and without a component."""

import math
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from pages.ui import formatting as fmt

JS = Path(__file__).resolve().parents[2] / "pages" / "ui" / "js"
EDITOR = """
  const [seen, sent] = [[], []];
  const editor = new Editor(document.body, {
    of: (data) => data.q, message: (q) => ({ q }), paint: () => seen.push(editor.state),
  });
  const receive = (number, q) =>
    editor.receive({ number, q, address: {} }, (edit) => sent.push(edit));
"""


def run(page: Page, code: str, given: Any = None) -> Any:
    """What JavaScript returns that sees numbers, dom and editor."""
    source = "\n".join((JS / f"{name}.js").read_text() for name in ("numbers", "dom", "editor"))
    page.set_content("<p></p>")
    return page.evaluate(f"given => {{ {source}\n{code} }}", given)


def test_numbers_are_written_as_python_writes_them(page):
    sizes = [sign * digits * 10.0**power for sign in (1, -1) for power in range(-12, 9)
             for digits in (1, 1.2345, 5.5555, 9.9996)]  # fmt: skip
    values = [0.0, 1234.5, 1 / 64, 0.1 + 0.2, *sizes]
    texts = run(page, "return given.map((x) => [text(x), quantity(x, 'bits')]);", values)
    assert texts == [[fmt.number(x), fmt.quantity(x, "bits")] for x in values]
    ends = run(page, "return [Infinity, -Infinity, NaN].map(text);")
    assert ends == [fmt.number(x) for x in (math.inf, -math.inf, math.nan)]


def test_what_answers_an_earlier_edit_is_not_taken(page):
    code = """
      receive(5, [0]);
      for (const q of [[1], [2]]) {
        editor.state = q;
        editor.finish();
      }
      receive(6, [1]);
      const before = editor.state;
      receive(7, [3]);
      return [sent, before, editor.state];
    """
    sent, before, after = run(page, EDITOR + code)
    assert sent == [{"number": 6, "q": [1]}, {"number": 7, "q": [2]}]
    assert (before, after) == ([2], [3])


def test_an_edit_of_which_nothing_came_is_not_sent(page):
    code = "receive(0, [1]); editor.state = [1]; editor.finish(); return sent;"
    assert run(page, EDITOR + code) == []


@pytest.mark.parametrize("way", ["undo", "redo"])
def test_what_is_undone_before_python_has_heard_of_it_is_dropped(page, way):
    code = f"receive(0, [1]); editor.step([2]); editor.ask('{way}'); return [seen, sent];"
    assert run(page, EDITOR + code) == [[[1], [2], [1]], []]
    code = f"receive(0, [1]); editor.ask('{way}'); return sent;"
    assert run(page, EDITOR + code) == [{"number": 1, "ask": way}]


def test_a_key_is_told_once_the_keys_rest(page):
    code = """
      receive(0, [0]);
      editor.step([1]);
      editor.step([2]);
      const early = [...sent];
      return new Promise((done) => setTimeout(() => done([early, sent]), 2 * REST));
    """
    assert run(page, EDITOR + code) == [[], [{"number": 1, "q": [2]}]]

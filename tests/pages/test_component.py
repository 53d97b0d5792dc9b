"""What any component's edit has to be before it is looked at."""

import pytest

from pages.ui import component
from pages.ui.beta_vae import editor as beta_vae
from pages.ui.fitting import editor as fitting
from pages.ui.loss import editor as loss
from pages.ui.pairs import editor as pairs
from pages.ui.pairs.dragbars.dragbars import checked
from pages.ui.pairs.state import MAX_OUTCOMES, Pair
from pages.ui.regression import editor as regression
from pages.ui.vae import editor as vae

KEY = "a component"
NOW = Pair(("a", "b"), (1, 1), (1, 1))
ALL = {
    "bars": pairs.ASYMMETRY,
    "maps": fitting.EDITOR,
    "bars of a target": loss.EDITOR,
    "points": regression.EDITOR,
    "Gaussian": vae.GAUSSIAN,
    "plane": beta_vae.POINT,
}
OTHERS = {
    "pair": "a:1:1, b:1:3",
    "fit": "hills 0:1:1; Q 1:2",
    "loss": "cat:2, dog:1; label cat",
    "regression": "0:0 2:1.4 4:2 6:3 8:4.5 10:6",
    "vae:q": "1.5:0.4",
    "vae:z": "0.5:-1.2",
}
ROW = ["x"] * 20_000


@pytest.fixture
def tell(monkeypatch):
    """Have the browser send an edit, from each of an editor's components."""

    def send(*keys, **edit):
        state = {key: {"edit": {"number": 1, **edit}} for key in keys or [KEY]}
        monkeypatch.setattr(component.st, "session_state", state)
        monkeypatch.setattr(component.st, "query_params", {})

    return send


@pytest.fixture
def toasts(monkeypatch):
    """What the page says of what it refuses."""
    said = []
    monkeypatch.setattr(component.st, "toast", lambda text, icon: said.append(text))
    return said


@pytest.mark.parametrize("editor", ALL.values(), ids=ALL)
@pytest.mark.parametrize(
    "edit",
    [
        dict.fromkeys(("names", "p", "q", "locked_p", "components", "bins", "points", "z"), ROW),
        {"names": ["x" * 100_000], "q": [1, "y" * 100_000]},
        {"z": {"a": [{str(i): [] for i in range(5_000)}]}},
    ],
    ids=["many", "long", "deep"],
)
def test_what_is_larger_than_any_edit_is_refused_before_it_is_looked_at(
    tell, toasts, editor, edit, monkeypatch
):
    key = next(iter(editor.components))
    tell(key, **edit)
    before = editor.current()
    monkeypatch.setitem(editor.components, key, lambda *_: pytest.fail("it was looked at"))
    editor.receive()
    editor.receive()  # and is not asked about again
    assert editor.current() == before
    (said,) = toasts
    assert "more than the page can show" in said


@pytest.mark.parametrize("editor", ALL.values(), ids=ALL)
def test_an_undo_is_told_from_an_edit(tell, toasts, editor):
    key = next(iter(editor.components))
    tell(key, ask="undo", z=[1, 1], q=[1, 1])
    history, first = editor.history, editor.current()
    other = history.decode(OTHERS[history.name])
    history.show(other)
    editor.receive()
    editor.receive()  # an edit counts once
    assert editor.current() == first
    component.st.session_state[key] = {"edit": {"number": 2, "ask": "redo"}}
    editor.receive()
    assert editor.current() == other
    assert toasts == []


def test_the_fullest_edit_is_taken(tell):
    n = MAX_OUTCOMES
    names = [f"{'n' * 20} {i}" for i in range(n)]
    locked = list(range(n))
    rows = {"p": [1 / 3] * n, "q": [1 / 7] * n, "locked_p": locked, "locked_q": locked}
    tell(names=names, **rows)
    assert checked(component.edit(KEY), NOW).names == tuple(names)


def test_many_outcomes_are_counted_before_their_locks_are_looked_for():
    class Locks(list):
        def __contains__(self, place):
            raise AssertionError("looked for before it was known whether there can be so many")

    edit = {"names": [str(i) for i in range(500)], "p": [1] * 500, "q": [1] * 500}
    with pytest.raises(ValueError, match="not 500"):
        checked({**edit, "locked_p": Locks([1]), "locked_q": Locks([1])}, NOW)

"""What any component's edit has to be before it is looked at."""

import pytest

from pages.ui import component
from pages.ui.fitting import fitmap
from pages.ui.pairs import dragbars
from pages.ui.pairs.dragbars.dragbars import checked
from pages.ui.pairs.pair import MAX_OUTCOMES, Pair
from pages.ui.regression import cloud, points
from pages.ui.vae import gaussian, plane

KEY = "a component"
NOW = Pair(("a", "b"), (1, 1), (1, 1))
ALL = {
    "bars": lambda edit: dragbars.checked(edit, NOW),
    "maps": fitmap.checked,
    "points": lambda edit: points.checked(edit, cloud.Cloud(())),
    "plane": plane.checked,
    "Gaussian": gaussian.checked,
}
ROW = ["x"] * 20_000


@pytest.fixture
def tell(monkeypatch):
    """Have the browser send an edit."""

    def send(**edit):
        state = {KEY: {"edit": {"number": 1, **edit}}}
        monkeypatch.setattr(component.st, "session_state", state)

    return send


@pytest.mark.parametrize("check", ALL.values(), ids=ALL)
@pytest.mark.parametrize(
    "edit",
    [
        dict.fromkeys(("names", "p", "q", "locked_p", "hills", "bins", "points", "z"), ROW),
        {"names": ["x" * 100_000], "q": [1, "y" * 100_000]},
        {"z": {"a": [{str(i): [] for i in range(5_000)}]}},
    ],
    ids=["many", "long", "deep"],
)
def test_what_is_larger_than_any_edit_is_refused_before_it_is_looked_at(tell, check, edit):
    tell(**edit)
    with pytest.raises(ValueError, match="more than it can show: nothing was changed"):
        component.edited(KEY, check)
    assert component.edited(KEY, check) is None  # and is not asked about again


@pytest.mark.parametrize("check", ALL.values(), ids=ALL)
@pytest.mark.parametrize("step", ["undo", "redo"])
def test_an_undo_is_told_from_an_edit(tell, check, step):
    tell(ask=step, z=[1, 1], q=[1, 1])
    assert component.edited(KEY, check) == step
    assert component.edited(KEY, check) is None


def test_the_fullest_edit_is_taken(tell):
    n = MAX_OUTCOMES
    names = [f"{'n' * 20} {i}" for i in range(n)]
    locked = list(range(n))
    rows = {"p": [1 / 3] * n, "q": [1 / 7] * n, "locked_p": locked, "locked_q": locked}
    tell(names=names, **rows)
    assert component.edited(KEY, ALL["bars"]).names == tuple(names)


def test_many_outcomes_are_counted_before_their_locks_are_looked_for():
    class Locks(list):
        def __contains__(self, place):
            raise AssertionError("looked for before it was known whether there can be so many")

    edit = {"names": [str(i) for i in range(500)], "p": [1] * 500, "q": [1] * 500}
    with pytest.raises(ValueError, match="not 500"):
        checked({**edit, "locked_p": Locks([1]), "locked_q": Locks([1])}, NOW)

"""What the plot in the browser sends becomes points, or is refused."""

import pytest

from pages.ui.regression.points.points import checked
from pages.ui.regression.state import Dataset, Point, decode

SIX = decode("0:1 1:-1.5 2:0.25 4:3 6:2 8:5; true -1:0.5")


def test_what_the_browser_sends_becomes_points_around_the_same_true_line():
    rows = [[0, 1], [1, 2], [2, 0], [3, 4], [4, 4], [5, 5.004]]
    assert checked({"points": rows}, SIX) == Dataset(
        tuple(Point(x, round(y, 2)) for x, y in rows), SIX.true
    )


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"points": None},
        {"points": "0:1"},
        {"points": [[0, 1, 2]] * 6},
        {"points": [0, 1, 2, 3, 4, 5]},
        {"points": [[0, None]] * 6},
        {"points": [[0, True]] * 6},
        {"points": [[3, i] for i in range(6)]},
        {"ask": "delete"},
    ],
    ids=str,
)
def test_what_are_no_points_is_refused_in_one_sentence(bad):
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        checked(bad, SIX)

"""Data sets: their share text, their edits, and what is refused."""

import math

import pytest

from pages.ui.regression.presets import PRESETS
from pages.ui.regression.state import (
    APART,
    FEWEST,
    LONGEST,
    MOST,
    Line,
    Point,
    decode,
    read_rows,
)

CODE = "0:1 1:-1.5 2:0.25 4:3 6:2 8:5; true -1:0.5"
SIX = decode(CODE)


@pytest.mark.parametrize("dataset", [SIX, *(preset.state for preset in PRESETS)])
def test_a_code_opens_what_it_was_written_for(dataset):
    assert decode(dataset.encode()) == dataset


def test_a_code_is_to_be_read():
    assert SIX.encode() == CODE
    assert SIX.points[1] == Point(1, -1.5)
    assert SIX.true == Line(-1, 0.5)


def test_commas_spaces_and_many_digits_do_not_matter():
    assert decode(" 0 : 1, 1:-1.50000001,2:.25  4:3 6:2 8:5 ;true  -1:0.5;") == SIX
    assert decode("0:1 1:-1.5 2:0.25 4:3 6:2 8:5").true is None


def test_the_longest_code_can_be_read_again():
    points = [(f"{3 + i / 100:.2f}", f"-{9 - i / 100:.2f}") for i in range(MOST - 1)]
    longest = SIX.with_points([*points, (9.99, -9.99)])
    assert all(len(f"{x}:{y}") == 10 for x, y in points if not x.endswith("0"))
    assert len(longest.encode()) <= LONGEST
    assert decode(longest.encode()) == longest


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", "A share text is written"),
        ("nonsense", "this one is “nonsense”"),
        ("1:2:3 2:3", "A share text is written"),
        ("0:1 1:2 2:4", f"{FEWEST} to {MOST} points; there are 3."),
        (" ".join(f"0.{i:02}:1" for i in range(MOST + 1)), f"there are {MOST + 1}."),
        ("0:1 1:-1 2:0 4:3 6:2 11:5", "Point 6: x must lie between 0 and 10; got “11”"),
        ("0:1 1:-1 2:0 4:3 6:2 -1:5", "got “-1”"),
        ("0:1 1:-11 2:0 4:3 6:2 8:5", "Point 2: y must lie between −10 and 10; got “-11”"),
        ("0:1 1:nan 2:0 4:3 6:2 8:5", "got “nan”"),
        ("0:1 1:1e999 2:0 4:3 6:2 8:5", "got “1e999”"),
        ("0:1 1:x 2:0 4:3 6:2 8:5", "got “x”"),
        ("3:1 3:2 3:3 3:5 3:4 3:6", "All points have the same x"),
        ("0:1 1:1.5 2:2 4:3 6:4 8:5", "All points lie on one line"),
        ("0:1 1:1 2:1 4:1 6:1 8:1", "All points lie on one line"),
        ("0:1 1:-1 2:0 4:3 6:2 8:5; 1:2", "The true line is written"),
        ("0:1 1:-1 2:0 4:3 6:2 8:5; true 1", "The true line is written"),
        ("0:1 1:-1 2:0 4:3 6:2 8:5; true 1:inf", "The true line’s slope must lie between"),
        ("x" * (LONGEST + 1), f"longer than {LONGEST} characters"),
    ],
)
def test_a_bad_code_is_refused_in_one_sentence(code, says):
    with pytest.raises(ValueError, match=r"^[^\n]+[.]$") as refusal:
        decode(code)
    assert says in str(refusal.value)


def test_a_point_is_added_in_the_widest_gap_between_its_neighbours():
    assert SIX.with_new_point().points[-1] == Point(3, 1.62)  # half of 0.25 + 3, to two decimals
    left_empty = decode("6:1 7:2 8:1 9:3 9.5:2 10:4")
    assert left_empty.with_new_point().points[-1] == Point(3, 1)


def test_an_outlier_lies_far_from_the_points_beside_it():
    assert SIX.with_outlier().points[-1] == Point(9, -9)  # those on the right are above 0
    below = decode("0:1 1:-1 2:0 6:-3 7:-2 8:-5")
    assert below.with_outlier().points[-1] == Point(9, 9)


def test_outliers_do_not_cover_each_other():
    dataset = SIX
    for _ in range(6):
        dataset = dataset.with_outlier()
    new = dataset.points[6:]
    gaps = [math.dist(a, b) for i, a in enumerate(new) for b in new[:i]]
    assert min(gaps) > APART


def test_points_are_moved_and_removed_and_the_true_line_stays():
    moved = SIX.with_points([SIX.points[0], (1, 4), *SIX.points[2:]])
    assert moved.points[:3] == (Point(0, 1), Point(1, 4), Point(2, 0.25))
    assert moved.true == SIX.true
    with pytest.raises(ValueError, match=f"{FEWEST} to {MOST} points"):
        SIX.with_points(SIX.points[1:])
    assert SIX.with_new_point().with_points(SIX.points) == SIX


def test_rows_of_any_spreadsheet_are_read():
    assert read_rows(SIX, SIX.rows()) == SIX
    assert read_rows(SIX, "0\t1\n1;-1.5\n\n 2, 0.25 \n4 3\n6:2\n8 5\n") == SIX
    # A decimal comma, where it can be nothing else.
    assert read_rows(SIX, "0,0\t1\n1; -1,5\n2 ,25\n4,3\n6 2,0\n8:5") == SIX
    for row, says in (
        ("1,1,1", "row 2 is “1,1,1”. Decimals have a point"),
        ("1 2 3", "row 2 is “1 2 3”.$"),
        ("1,500 2", "“1,500” can be 1.500 or 1500"),
    ):
        with pytest.raises(ValueError, match=says):
            read_rows(SIX, f"0 1\n{row}\n2 1\n4 3\n6 2\n8 5")

"""A sample and its code."""

import pytest

from pages.ui.loss.presets import HOME, PRESETS
from pages.ui.loss.state import MAX_CODE, Descent, Sample, decode, tidy_name

THREE = Sample(("a", "b", "c"), (1.0, 0.0, -2.5), label=1)


@pytest.mark.parametrize(
    "sample",
    [
        *(preset.state for preset in PRESETS),
        THREE,
        THREE.with_smoothing(0.25),
        THREE.with_smoothing(0.0),
        THREE.with_weights([0, 3, 1]),
        THREE.with_descent(rate=0.3, steps=7, keras=True),
        THREE.with_weights([1, 1, 1]).with_descent(keras=True),
    ],
)
def test_a_code_opens_what_it_was_made_of(sample):
    assert decode(sample.encode()) == sample


def test_a_code_can_be_read_and_written_by_hand():
    sample = decode(" cat:2,dog : -1 ;label dog:0.1;descent 0.5:40:keras; ")
    assert sample == Sample(("cat", "dog"), (2, -1), 1, 0.1, (), Descent(0.5, 40, True))
    assert sample.encode() == "cat:2, dog:-1; label dog:0.1; descent 0.5:40:keras"
    assert decode("cat:2, dog:-1; P 3, 1").weights == (3, 1)


def test_the_longest_code_there_can_be_is_read():
    names = tuple(f"{'long name '[:9]}{i:06}" for i in range(10))
    longest = Sample(names, (-19.9999,) * 10, weights=(123456.0,) * 10).with_descent(
        rate=0.12345, steps=199, keras=True
    )
    assert len(longest.encode()) <= MAX_CODE
    assert decode(longest.encode()) == longest


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", "A share text is written"),
        ("cat:1, dog:2", "A share text is written"),
        ("cat:1, dog; label cat", "number 2 is “dog”."),
        ("cat:1,5, dog:2; label cat", "number 2 is “5”. Decimals have a point here"),
        ("cat:1, dog:2; label cow", "The target is written"),
        ("cat:1, dog:2; cat", "The target is written"),
        ("cat:1; label cat", "There can be 2 to 10 classes, not 1."),
        (", ".join(f"c{i}:0" for i in range(11)) + "; label c1", "2 to 10 classes, not 11."),
        ("cat:1, cat:2; label cat", "a name of its own"),
        ("cat:1, :2; label cat", "a name of its own"),
        ("cat:21, dog:0; label cat", "The logit of “cat” must lie between −20 and 20; got “21”."),
        ("cat:nan, dog:0; label cat", "got “nan”."),
        ("cat:one, dog:0; label cat", "got “one”."),
        ("cat:1, dog:0; label cat:0.95", "The smoothing must lie between 0 and 0.9"),
        ("cat:1, dog:0; label cat:x", "The smoothing must lie between 0 and 0.9"),
        ("cat:1, dog:0; P 1", "P needs a weight for each of 2 classes; 1 came."),
        ("cat:1, dog:0; P 0, 0", "All weights of P are 0"),
        ("cat:1, dog:0; P 1, -1", "a number from 0 up; got “-1”."),
        ("cat:1, dog:0; P 1, inf", "a number from 0 up; got “inf”."),
        ("cat:1, dog:0; label cat; descent 9:9", "The step size must lie between 0.1 and 5"),
        ("cat:1, dog:0; label cat; descent 1:201", "a whole number from 1 to 200; got “201”."),
        ("cat:1, dog:0; label cat; descent 1:2.5", "a whole number from 1 to 200; got “2.5”."),
        ("cat:1, dog:0; label cat; descent 1:2:tf", "The descent is written"),
        ("cat:1, dog:0; label cat; descent 1:2; x", "A share text is written"),
        ("x" * 701, "longer than 700 characters"),
    ],
)
def test_a_damaged_share_text_is_refused_in_one_sentence(code, says):
    with pytest.raises(ValueError, match=r"\.$") as caught:
        decode(code)
    assert says in str(caught.value)


def test_names_lose_what_the_code_is_made_of():
    assert tidy_name(" a,b:c;d[e]\n  f ") == "a b c d e f"
    assert len(tidy_name("x" * 99)) == 16


def test_each_class_keeps_a_name_of_its_own():
    assert THREE.renamed(0, "z").names == ("z", "b", "c")
    assert THREE.renamed(1, "b") == THREE
    for name in ("b", "", ";"):
        with pytest.raises(ValueError, match="needs a name of its own"):
            THREE.renamed(0, name)


def test_a_target_turned_into_weights_is_the_same_target():
    assert THREE.of_kind("hand").weights == (0, 1, 0)
    # 0.3 spread over three classes.
    assert THREE.with_smoothing(0.3).of_kind("hand").weights == (0.1, 0.8, 0.1)
    assert THREE.with_smoothing(0.3).of_kind("smoothed") == THREE.with_smoothing(0.3)


def test_a_label_made_of_weights_is_their_likeliest_class():
    by_hand = THREE.with_weights([1, 2, 5])
    assert by_hand.true == 2
    assert by_hand.of_kind("label") == Sample(THREE.names, THREE.logits, label=2)
    assert by_hand.of_kind("smoothed").smoothing == 0.1


def test_a_class_is_added_and_removed_with_all_that_it_has():
    longer = THREE.with_weights([1, 2, 5]).longer()
    assert (longer.names[-1], longer.logits[-1], longer.weights[-1]) == ("class 1", 0, 0)
    assert longer.longer().names[-1] == "class 2"
    left = longer.without(0)
    assert (left.names, left.logits, left.weights) == (
        ("b", "c", "class 1"),
        (0, -2.5, 0),
        (2, 5, 0),
    )


def test_the_label_stays_with_its_class_and_goes_to_the_first_if_that_is_removed():
    assert THREE.without(0).names[THREE.without(0).label] == "b"
    assert THREE.without(1).names[THREE.without(1).label] == "a"
    with pytest.raises(ValueError, match="All weights of P are 0"):
        THREE.with_weights([1, 0, 0]).without(0)
    with pytest.raises(ValueError, match="not 1"):
        THREE.without(0).without(0)


def test_bars_that_were_dragged_renamed_or_removed_are_taken_over():
    by_hand = THREE.with_weights([1, 2, 5])
    assert by_hand.with_bars(["a", "b", "c"], [5, 2, 1]).weights == (5, 2, 1)
    assert by_hand.with_bars(["a", "new; name", "c"], [1, 2, 5]).names == ("a", "new name", "c")
    left = by_hand.with_bars(["a", "c"], [1, 5])
    assert (left.names, left.logits, left.weights) == (("a", "c"), (1, -2.5), (1, 5))


def test_the_home_is_the_first_preset_and_each_preset_is_another():
    assert PRESETS[0].state is HOME
    assert len({preset.state for preset in PRESETS}) == len(PRESETS)

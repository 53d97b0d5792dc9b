from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kl_core
from pages.ui.pairs import state
from pages.ui.pairs.presets import CODES, PRESETS
from pages.ui.pairs.state import MAX_NAME, MAX_OUTCOMES, Pair, decode, number_of_draws
from tests.pages.pairs.with_probability import with_probability

weights = st.floats(0, 1e6, allow_subnormal=False)
names = st.text(
    st.characters(exclude_characters=",:[]", exclude_categories="CZ"), min_size=1, max_size=24
)
rows = st.lists(
    st.tuples(names, weights, weights), min_size=2, max_size=20, unique_by=lambda r: r[0]
)
places = st.sets(st.integers(0, 19))
THREE = Pair(("a", "b", "c"), (9, 12, 4), (1, 1, 1))


@given(rows, places, places)
def test_a_pair_survives_its_code(rows, in_p, in_q):
    locks = [frozenset(place for place in some if place < len(rows)) for some in (in_p, in_q)]
    before = Pair(*(tuple(column) for column in zip(*rows, strict=True)), *locks)
    after = decode(before.encode())
    assert after.names == before.names
    assert after.p == pytest.approx(before.p, rel=1e-11)
    assert (after.locked_p, after.locked_q) == tuple(locks)
    assert decode(after.encode()) == after


def test_a_code_reads_as_one_would_write_it():
    assert Pair(("heads", "tails"), (1, 1), (3, 0.5)).encode() == "heads:1:3, tails:1:0.5"
    assert decode(" heads : 1:3,tails:1: 0.5 ") == Pair(("heads", "tails"), (1, 1), (3, 0.5))
    assert Pair(("a", "b"), (1, 2), (3, 4), frozenset({1})).encode() == "a:1:3, b:2!:4"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", "number 1 is “”"),
        ("a:1:1", "2 to 100 outcomes, not 1"),
        (",".join(f"n{i}:1:1" for i in range(101)), "not 101"),
        ("a:1!!:1, b:1:1", "“a” has “1!”"),
        ("3 5 2", "name:P:Q, for example rain:3:1; number 1 is “3 5 2”"),
        ("a:1:1, b:1", "number 2 is “b:1”.$"),
        ("a:0,5:1, b:1:1", "number 1 is “a:0”. Decimals have a point here, not a comma"),
        ("a:1:1, :1:1", "number 2 is “:1:1”"),
        ("a:1:1, \u200b:1:1", "number 2 is"),
        ("a:1:1, a:2:2", "“a” occurs twice"),
        ("a b:1:1, a  b:2:2", "“a b” occurs twice"),
        ("a:1:1, b:x:1", "“b” has “x”"),
        ("a:1:1, b:-1:1", "from 0 to 1,000,000,000,000; “b” has “-1”"),
        ("a:1:1, b:nan:1", "“b” has “nan”"),
        ("a:1:1, b:inf:1", "“b” has “inf”"),
        ("a:1:1, b:2e12:1", "“b” has “2e12”"),
        ("a" * 8000, "longer than 7,000 characters"),
    ],
)
def test_a_damaged_code_is_refused_in_one_sentence(code, says):
    with pytest.raises(ValueError, match=says) as error:
        decode(code)
    assert str(error.value).endswith(".")
    assert len(str(error.value)) < 200


def test_long_names_that_begin_alike_are_numbered_as_they_differ():
    names = [f"{'a long name of a kind' * 2} {kind}" for kind in ("one", "two", "three")]
    shown = decode(", ".join(f"{name}:1:2" for name in names)).names
    assert shown == (
        "a long name of a kinda l",
        "a long name of a kinda 2",
        "a long name of a kinda 3",
    )
    with pytest.raises(ValueError, match="occurs twice"):
        decode(f"{names[0]}:1:2, {names[0]}:1:2")


def test_names_cannot_carry_the_codes_own_signs_or_control_characters():
    hostile = " a:b,c\nd\t ", "![x](//a.example/x.png)", "x" * 100
    names = state.checked(hostile, (1, 1, 1), (1, 1, 1)).names
    assert names == ("a b c d", "! x (//a.example/x.png)", "x" * MAX_NAME)


@pytest.mark.parametrize("preset", [*PRESETS, *CODES], ids=lambda preset: preset.title)
def test_every_preset_can_be_shared(preset):
    assert decode(preset.state.encode()) == preset.state


def test_the_longest_pair_there_can_be_has_a_code_that_can_be_read():
    names = tuple(f"{place:02}{'m' * (MAX_NAME - 2)}" for place in range(MAX_OUTCOMES))
    probabilities = (1.2345678901e-11,) * MAX_OUTCOMES
    all_locked = frozenset(range(MAX_OUTCOMES))
    longest = Pair(names, probabilities, probabilities, all_locked, all_locked)
    assert decode(longest.encode()) == longest


def test_editing_makes_a_new_pair():
    before = PRESETS[1].state
    assert before.swapped().p == before.q
    assert before.swapped().swapped() == before
    assert before.longer().p == (*before.p, 0)
    assert before.longer().longer().names[-2:] == ("outcome 1", "outcome 2")


def test_a_set_probability_takes_from_the_others_in_proportion():
    # 9 : 12 : 4 of 25, with the first at 0.5: the others share the rest as 12 to 4.
    assert with_probability(THREE, "p", 0, 0.5).p == (0.5, 0.375, 0.125)
    assert with_probability(THREE, "p", 0, 0.5).q == (1, 1, 1)  # not touched
    assert with_probability(THREE, "q", 2, 1).q == (0, 0, 1)
    assert with_probability(THREE, "q", 2, 0).q == (0.5, 0.5, 0)


def test_outcomes_without_probability_share_equally_what_is_set_free():
    certain = Pair(("a", "b", "c"), (1, 0, 0), (1, 1, 1))
    assert with_probability(certain, "p", 0, 0.4).p == (0.4, 0.3, 0.3)


def test_a_locked_outcome_stays_and_bounds_the_others():
    locked = replace(THREE, locked_p=frozenset({1}))
    assert with_probability(locked, "p", 0, 0.5).p == (0.5, 0.48, 0.02)
    assert with_probability(locked, "p", 0, 0.9).p == (0.52, 0.48, 0)
    assert locked.swapped().locked_q == {1}


def test_what_was_equal_stays_equal_when_another_is_set():
    four = Pair(("a", "b", "c", "d"), (0.25,) * 4, (1, 3, 3, 2))
    assert with_probability(four, "p", 0, 0.05).p == (0.05, *[0.316666666667] * 3)
    assert with_probability(four, "q", 0, 0.2).q == (0.2, 0.3, 0.3, 0.2)


@given(rows, places, st.integers(0, 19), st.floats(0, 1))
def test_what_is_set_by_hand_sums_to_1_with_what_is_locked(rows, locked, index, value):
    names, p, q = zip(*rows, strict=True)
    index %= len(rows)
    locks = frozenset(place for place in locked if place < len(rows) and place != index)
    before = Pair(names, p, q, locks)
    if len(locks) == len(rows) - 1:
        return
    if not any(p) and locks:
        return  # nothing has a probability that a lock could hold
    after = with_probability(before, "p", index, value).p
    total = sum(p) or 1
    assert sum(after) == pytest.approx(1, abs=1e-9)
    assert min(after) >= 0
    most = 1 - sum(p[i] / total for i in locks)
    assert after[index] == pytest.approx(min(value, most), abs=5.1e-5)
    assert [after[i] for i in locks] == pytest.approx([p[i] / total for i in locks], rel=1e-12)


def test_what_is_above_0_is_never_set_to_0():
    three = decode("a:1:9, b:1:12, c:1:4")
    # 12 and 4 parts of what is left, 0.0001.
    assert with_probability(three, "q", 0, 0.9999).q == pytest.approx((0.9999, 7.5e-5, 2.5e-5))
    assert with_probability(three, "q", 0, 1e-7).q[0] == 1e-7
    assert with_probability(three, "q", 0, 0.0).q[0] == 0


def test_the_move_that_the_nearly_equal_pair_asks_for_makes_the_divergence_fourfold():
    near = next(preset.state for preset in PRESETS if preset.key == "near")
    moved = with_probability(near, "q", 0, 0.52)
    assert moved.q == pytest.approx((0.52, 0.3, 0.18))
    before, after = (kl_core.kl_divergence(pair.p, pair.q) for pair in (near, moved))
    assert after / before == pytest.approx(4, rel=0.05)


def test_a_code_takes_weights_as_the_bars_do():
    assert decode("a:1/4:25%, b:3/4:7.5e-1,\n") == decode("a:0.25:0.25, b:0.75:0.75")
    for damaged in ("a:1/0:1, b:1:1", "a:%:1, b:1:1", "a:1/x:1, b:1:1", "a:inf%:1, b:1:1"):
        with pytest.raises(ValueError, match="“a” has"):
            decode(damaged)


@pytest.mark.parametrize("given", ["1", "100", "100000", "7", "7.0", "10,000"])
def test_a_whole_number_of_draws_within_the_limits_is_taken(given):
    assert number_of_draws(given) == float(given.replace(",", ""))


@pytest.mark.parametrize("given", ["0", "-1", "1e9", "1" + "0" * 400, "2.5", "nan", "inf", "", "x"])
def test_another_number_of_draws_is_refused_in_one_sentence(given):
    with pytest.raises(ValueError, match=r"^The number of draws must be .* 1 to 100,000; .*\.$"):
        number_of_draws(given)

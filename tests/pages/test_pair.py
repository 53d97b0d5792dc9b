import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.ui import pair
from pages.ui.pair import PRESETS, Pair, decode

weights = st.floats(0, 1e6, allow_subnormal=False)
names = st.text(
    st.characters(exclude_characters=",:[]", exclude_categories="CZ"), min_size=1, max_size=24
)
rows = st.lists(
    st.tuples(names, weights, weights), min_size=2, max_size=10, unique_by=lambda r: r[0]
)


@given(rows)
def test_a_pair_survives_its_code(rows):
    before = Pair(*(tuple(column) for column in zip(*rows, strict=True)))
    after = decode(before.encode())
    assert after.names == before.names
    assert after.p == pytest.approx(before.p, rel=1e-11)
    assert decode(after.encode()) == after


def test_a_code_reads_as_one_would_write_it():
    assert Pair(("heads", "tails"), (1, 1), (3, 0.5)).encode() == "heads:1:3, tails:1:0.5"
    assert decode(" heads : 1:3,tails:1: 0.5 ") == Pair(("heads", "tails"), (1, 1), (3, 0.5))


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", "2 to 10 outcomes"),
        ("a:1:1", "2 to 10 outcomes between commas; this one has 1"),
        (",".join(f"n{i}:1:1" for i in range(11)), "this one has 11"),
        ("a:1:1, b:1", "number 2 is “b:1”"),
        ("a:1:1, :1:1", "number 2 is “:1:1”"),
        ("a:1:1, \u200b:1:1", "number 2 is"),
        ("a:1:1, a:2:2", "“a” comes twice"),
        ("a:1:1, b:x:1", "“b” has “x”"),
        ("a:1:1, b:-1:1", "from 0 to 1,000,000; “b” has “-1”"),
        ("a:1:1, b:nan:1", "“b” has “nan”"),
        ("a:1:1, b:inf:1", "“b” has “inf”"),
        ("a:1:1, b:1e7:1", "“b” has “1e7”"),
        ("a" * 2000, "longer than 1,000 characters"),
    ],
)
def test_a_damaged_code_is_refused_in_one_sentence(code, says):
    with pytest.raises(ValueError, match=says) as error:
        decode(code)
    assert str(error.value).endswith(".")
    assert len(str(error.value)) < 200


def test_names_cannot_carry_the_codes_own_signs_or_control_characters():
    assert pair.tidy_name(" a:b,c\nd\t ") == "a b c d"
    assert pair.tidy_name("![x](//a.example/x.png)") == "! x (//a.example/x.png)"
    assert len(pair.tidy_name("x" * 100)) == pair.MAX_NAME


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_every_preset_can_be_shared(preset):
    assert decode(preset.pair.encode()) == preset.pair


def test_editing_makes_a_new_pair():
    before = PRESETS[0].pair
    assert before.swapped().p == before.q
    assert before.swapped().swapped() == before
    assert before.longer().without(len(before.names)) == before
    assert before.longer().longer().names[-2:] == ("outcome 1", "outcome 2")

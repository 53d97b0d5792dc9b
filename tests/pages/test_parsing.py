import math

import pytest

from pages.ui import parsing


@pytest.mark.parametrize(
    ("given", "value"), [("1.5", 1.5), (2, 2.0), ("1e0", 1.0), (0.12345678, 0.123457)]
)
def test_a_number_within_its_bounds_is_taken_with_six_digits(given, value):
    assert parsing.between(given, 0, 3, "It must be so") == value


@pytest.mark.parametrize(
    "given", ["", "abc", None, True, math.nan, "nan", "inf", -0.1, 3.01, [1], 10**400]
)
def test_everything_else_is_refused_with_the_rule_and_what_came(given):
    with pytest.raises(ValueError, match=r"It must be so; got “.*”"):
        parsing.between(given, 0, 3, "It must be so")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.25", 0.25),
        (" 0,25 ", 0.25),
        ("1,5", 1.5),
        ("-1,50", -1.5),
        ("−3", -3),
        (",5", 0.5),
        ("0,500", 0.5),
        ("1,5e-3", 1.5e-3),
        ("1,234,567", 1234567),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("10 000", 10000),
        ("1.500", 1.5),
        ("25 %", 0.25),
        ("2,5 %", 0.025),
        ("1/4", 0.25),
    ],
)
def test_a_number_is_read_as_people_type_it(text, value):
    assert parsing.read(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1,500", "“1,500” can be 1.500 or 1500: write one of these."),
        ("-12,345", "can be -12.345 or -12345"),
        ("", "An empty field is not a number."),
        ("  ", "An empty field is not a number."),
        ("abc", "“abc” is not a number."),
        ("1,2,3", "“1,2,3” is not a number."),
        ("1/0", "“1/0” is not a number."),
        ("1,23,4.5", "is not a number"),
    ],
)
def test_what_is_no_number_or_could_be_two_is_refused_in_one_sentence(text, says):
    with pytest.raises(ValueError, match=f"^.*{says}"):
        parsing.read(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("1 000", 1000),
        ("1\u202f000", 1000),
        ("1,000", 1000),
        ("1.000", 1000),
        ("1.000.000", 1000000),
        ("1.000,0", 1000),
        ("1e3", 1000),
        ("12,0", 12),
        ("4/2", 2),
        ("200 %", 2),
    ],
)
def test_a_whole_number_may_have_its_thousands_set_apart_in_any_way(text, value):
    assert parsing.count(text, 0, 10**6) == value


@pytest.mark.parametrize(
    "text", ["1,5", "0,5", "1.5", "0,500", "12,5 %", "1/4", "abc", "-1", "1e9", "inf", "nan", ""]
)
def test_what_is_no_whole_number_within_the_bounds_is_refused_in_one_sentence(text):
    came = f"“{text}”" if text else "An empty field"
    with pytest.raises(ValueError, match=f"^{came} is not a whole number from 0 to 1,000,000.$"):
        parsing.count(text, 0, 10**6)


def test_zero_has_no_sign():
    assert math.copysign(1, parsing.between("-0.0", -1, 1, "")) == 1


def test_a_name_is_one_line_without_reserved_signs_and_not_too_long():
    assert parsing.tidy_name(" a:b\n c\td ", ":", 16) == "a b c d"
    assert parsing.tidy_name("x" * 9 + " y", "", 10) == "x" * 9

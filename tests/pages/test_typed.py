import math

import pytest

from pages.ui import typed


@pytest.mark.parametrize(
    ("given", "value"), [("1.5", 1.5), (2, 2.0), ("1e0", 1.0), (0.12345678, 0.123457)]
)
def test_a_number_within_its_bounds_is_taken_with_six_digits(given, value):
    assert typed.between(given, 0, 3, "It must be so") == value


@pytest.mark.parametrize(
    "given", ["", "abc", None, True, math.nan, "nan", "inf", -0.1, 3.01, [1], 10**400]
)
def test_everything_else_is_refused_with_the_rule_and_what_came(given):
    with pytest.raises(ValueError, match=r"It must be so; “.*” came"):
        typed.between(given, 0, 3, "It must be so")


def test_zero_has_no_sign():
    assert math.copysign(1, typed.between("-0.0", -1, 1, "")) == 1


def test_a_name_is_one_line_without_reserved_signs_and_not_too_long():
    assert typed.tidy_name(" a:b\n c\td ", ":", 16) == "a b c d"
    assert typed.tidy_name("x" * 9 + " y", "", 10) == "x" * 9

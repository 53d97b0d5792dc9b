import math

import pytest

from pages.ui import formatting as fmt


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1, "1"),
        (0.0852996, "0.0853"),
        (0.0974551, "0.09746"),
        (0.00043069, "0.0004307"),
        (-0.0, "0"),
        (0.531004, "0.531"),
        (12.3456, "12.35"),
        (1234.5, "1,235"),  # a tie, as JavaScript's toFixed rounds it
        (1 / 64, "0.01563"),
        (2.0**90, f"{2**90:,}"),
        (-0.169, "−0.169"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "not a number"),
        (1.234e-6, "1.23 × 10⁻⁶"),
        (-4e-12, "−4.00 × 10⁻¹²"),
    ],
)
def test_a_number_has_at_most_four_significant_digits(value, text):
    assert fmt.number(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "1 s"), (40, "40 s"), (89, "89 s"), (360, "6 min"), (4200, "1 h 10 min")],
)
def test_a_time_is_said_as_one_would_say_it(seconds, text):
    assert fmt.duration(seconds) == text


def test_a_name_is_shown_as_it_was_typed_where_markdown_is_read():
    assert fmt.plain("snow") == "snow"
    assert fmt.plain("a*b $x$ :red[c] <b>") == r"a\*b \$x\$ \:red\[c\] \<b\>"
    # What Streamlit would make a link, a picture or an arrow of is joined by a sign of no width.
    for text in ("www.a.org", "http://a.org", "me@a.org", ":cat:", ":material/home:", "a -> b"):
        assert fmt.plain(text) != fmt.MARKUP.sub(r"\\\1", text)
        assert fmt.without_markup(fmt.plain(text)) == text

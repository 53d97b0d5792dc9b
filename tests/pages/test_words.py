import math

import pytest

from models.runs.record import EpochResult, Run, TestResult
from models.runs.spec import RunSpec
from pages.ui import words


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
    assert words.number(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "1 s"), (40, "40 s"), (89, "89 s"), (360, "6 min"), (4200, "1 h 10 min")],
)
def test_a_time_is_said_as_one_would_say_it(seconds, text):
    assert words.duration(seconds) == text


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        (0, "nothing is lost"),
        (0.5, "about one extra bit every two outcomes"),
        (0.1231, "about one extra bit every eight outcomes"),
        (0.0123, "about one extra bit every 81 outcomes"),
        (0.0001, "less than one extra bit in a thousand outcomes"),
        (0.53, "about one extra bit every two outcomes"),
        (0.6585, "about 0.7 extra bits an outcome"),  # two of these are 1.3, not one
        (0.4, "about 0.4 extra bits an outcome"),
        (0.737, "about 0.7 extra bits an outcome"),
        (1, "about one extra bit an outcome"),
        (3.2, "about 3.2 extra bits an outcome"),
    ],
)
def test_a_divergence_is_read_as_a_price(bits, text):
    assert words.price(bits) == text


def test_a_direction_is_read_with_its_number_its_unit_and_its_price():
    half, loaded = [0.5, 0.5], [0.9, 0.1]
    assert words.reading(0.5, "bits", "KL(P‖Q)", ["a", "b"], half, loaded) == (
        ":blue[**KL(P‖Q)**] = 0.5 bits: about one extra bit every two outcomes."
    )
    # The price is in bits, whatever the number is in: 0.5 bits are 0.3466 nats.
    assert words.reading(0.5 * math.log(2), "nats", "KL(Q‖P)", ["a", "b"], loaded, half) == (
        ":orange[**KL(Q‖P)**] = 0.3466 nats, or 0.5 bits: about one extra bit every two outcomes."
    )


def test_an_infinite_divergence_names_the_outcome_that_causes_it():
    names, truth, model = ["sun", "snow"], [0.9, 0.1], [1.0, 0.0]
    text = words.reading(math.inf, "bits", "KL(P‖Q)", names, truth, model)
    assert "= ∞ bits: “snow” can happen under P, and Q calls it impossible" in text
    names, truth, model = ["a", "b", "c"], [0.2, 0.3, 0.5], [0.0, 0.0, 1.0]
    text = words.reading(math.inf, "nats", "KL(Q‖P)", names, truth, model)
    assert "= ∞ nats: “a” and “b” can happen under Q, and P calls them impossible" in text


@pytest.mark.parametrize(
    ("pq", "qp", "says"),
    [
        (0.0, 0.0, "the same distribution"),
        (0.3, 0.3, "agree here"),
        (math.inf, 0.1, "KL(P‖Q) is infinite, KL(Q‖P) is not"),
        (math.inf, math.inf, "Both directions are infinite"),
        (0.2, 0.1, "KL(P‖Q) is larger, by 0.1 bits"),
        (0.1, 0.2, "KL(Q‖P) is larger, by 0.1 bits"),
        (0.1, 0.104, "about the same**, 3.8\N{NO-BREAK SPACE}% apart"),
        (0.1, 0.10001, "about the same**, less than 0.1\N{NO-BREAK SPACE}% apart"),
        (0.1, 0.106, "KL(Q‖P) is larger"),
        (0.1, 0.1 + 1e-16, "agree here"),
        (0.0, 1e-17, "agree here"),
    ],
)
def test_the_two_directions_are_compared_in_words(pq, qp, says):
    assert says in words.difference(pq, qp, "bits")


def test_a_name_is_shown_as_it_was_typed_where_markdown_is_read():
    assert words.plain("snow") == "snow"
    assert words.plain("a*b $x$ :red[c] <b>") == r"a\*b \$x\$ \:red\[c\] \<b\>"
    # What Streamlit would make a link, a picture or an arrow of is joined by a sign of no width.
    for text in ("www.a.org", "http://a.org", "me@a.org", ":cat:", ":material/home:", "a -> b"):
        assert words.plain(text) != words.MARKUP.sub(r"\\\1", text)
        assert words.without_markup(words.plain(text)) == text
    assert r"“\*\*a\*\*”" in words.reading(math.inf, "bits", "KL(P‖Q)", ["**a**"], [1.0], [0.0])


@pytest.mark.parametrize(
    ("standing", "says"),
    [
        ((0, 25, "", None), "Preparing: starting the process …"),
        ((0, 25, "reading cifar10", None), "Preparing: reading cifar10 …"),
        ((0, 25, "", 360.0), "Epoch 1 of 25 · about 6 min left"),
        ((24, 25, "", 5.0), "Epoch 25 of 25 · about 5 s left"),
        ((25, 25, "", 0.0), "Last: the test images …"),
    ],
)
def test_progress_is_told_from_the_first_second_to_the_last(standing, says):
    assert words.progress(*standing) == says


def test_an_expected_time_says_who_measured_it_and_who_is_ahead():
    said = words.expected(15, True, False, 0)
    assert said == "Training takes about 15 s (as measured on this machine)."
    said = words.expected(360, False, False, 2)
    assert "about 6 min (as measured on the machine of the recorded runs)" in said
    assert said.endswith("A new run would wait for two others.")
    assert words.expected(9, False, True, 1).endswith(
        "A new run would wait for the run that trains."
    )
    assert "once the photographs are here" in words.expected(9, False, True, 1)


def test_a_place_in_the_queue_has_its_time():
    assert words.place_in_queue(1, 20) == "Next in the queue; its turn comes in about 20 s."
    assert words.place_in_queue(3, 600).startswith("Number 3 in the queue")


@pytest.mark.parametrize(
    ("counts", "says"), [((0, 0), "none"), ((1, 0), "1"), ((1, 1233), "1,234")]
)
def test_the_dead_zone_is_a_count_of_so_many_images(counts, says):
    epochs = tuple(
        EpochResult(n, 1.0, 0.5, 1.0, 0.5, dead, 1.0) for n, dead in enumerate(counts, 1)
    )
    run = Run("a", RunSpec("kl_divergence"), epochs, TestResult(1.0, 0.5, 10), {"training": 40_000})
    assert words.dead_zone(run).endswith(f": {says} in 2 × 40,000 images.")

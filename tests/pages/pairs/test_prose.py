import math

import pytest

from pages.ui.pairs import prose


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
    assert prose.price(bits) == text


def test_a_direction_is_read_with_its_number_its_unit_and_its_price():
    half, loaded = [0.5, 0.5], [0.9, 0.1]
    assert prose.reading(0.5, "bits", "KL(P‖Q)", ["a", "b"], half, loaded) == (
        ":blue[**KL(P‖Q)**] = 0.5 bits: about one extra bit every two outcomes."
    )
    # The price is in bits, whatever the number is in: 0.5 bits are 0.3466 nats.
    assert prose.reading(0.5 * math.log(2), "nats", "KL(Q‖P)", ["a", "b"], loaded, half) == (
        ":orange[**KL(Q‖P)**] = 0.3466 nats, or 0.5 bits: about one extra bit every two outcomes."
    )


def test_an_infinite_divergence_names_the_outcome_that_causes_it():
    names, truth, model = ["sun", "snow"], [0.9, 0.1], [1.0, 0.0]
    text = prose.reading(math.inf, "bits", "KL(P‖Q)", names, truth, model)
    assert "= ∞ bits: “snow” can happen under P, and Q calls it impossible" in text
    names, truth, model = ["a", "b", "c"], [0.2, 0.3, 0.5], [0.0, 0.0, 1.0]
    text = prose.reading(math.inf, "nats", "KL(Q‖P)", names, truth, model)
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
    assert says in prose.difference(pq, qp, "bits")

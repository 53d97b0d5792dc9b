import math
import warnings

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import kl_core
from pages.ui import formatting as fmt
from pages.ui.pairs import prose
from pages.ui.pairs.results import Results, draw, solve
from pages.ui.pairs.sections import codewords_table
from pages.ui.pairs.state import Pair

FAIR, LOADED = (0.5, 0.5), (0.9, 0.1)


def of(p, q, unit="nats", names="abcdefghijklmnopqrst") -> Results:
    return solve(Pair(tuple(names[: len(p)]), tuple(p), tuple(q)), unit)


def rows(columns: prose.Columns) -> dict[str, dict[str, str]]:
    """A table's rows, by what stands in their first cell."""
    cells = zip(*columns.values(), strict=True)
    return {row[0]: dict(zip(columns, row, strict=True)) for row in cells}


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        (0, "no extra bits"),
        (0.5, "about one extra bit every two outcomes"),
        (0.1231, "about one extra bit every eight outcomes"),
        (0.0123, "about one extra bit every 81 outcomes"),
        (0.0001, "less than one extra bit per thousand outcomes"),
        (0.53, "about one extra bit every two outcomes"),
        (0.6585, "about 0.7 extra bits per outcome"),  # two of these are 1.3, not one
        (0.4, "about 0.4 extra bits per outcome"),
        (0.737, "about 0.7 extra bits per outcome"),
        (1, "about one extra bit per outcome"),
        (3.2, "about 3.2 extra bits per outcome"),
    ],
)
def test_a_divergence_is_read_as_extra_bits(bits, text):
    assert prose.extra_bits(bits) == text


def test_a_direction_is_read_with_its_number_its_unit_and_its_extra_bits():
    bits, nats = of((1, 1), (1, 7), "bits"), of((1, 1), (1, 7))
    # By hand: ½ log₂ 4 + ½ log₂ 4/7 = 0.596 bits; ⅛ log₂ ¼ + ⅞ log₂ 7/4 = 0.4564 bits, 0.3164 nats.
    assert prose.reading(bits.pq) == (
        ":blue[**KL(P‖Q)**] = 0.5963 bits: about 0.6 extra bits per outcome."
    )
    # The extra bits are in bits, whatever the unit of the number.
    assert prose.reading(nats.qp) == (
        ":orange[**KL(Q‖P)**] = 0.3164 nats, or 0.4564 bits: "
        "about one extra bit every two outcomes."
    )
    assert prose.reading(of(FAIR, FAIR).pq) == ":blue[**KL(P‖Q)**] = 0 nats: no extra bits."


def test_an_infinite_divergence_names_the_outcome_that_causes_it():
    text = prose.reading(of((9, 1), (1, 0), "bits", ("sun", "snow")).pq)
    assert "= ∞ bits: Q gives probability 0 to “snow”, but P does not." in text
    text = prose.reading(of((0, 0, 1), (2, 3, 5)).qp)
    assert "= ∞ nats: P gives probability 0 to “a” and “b”, but Q does not." in text
    assert r"“\*\*a\*\*”" in prose.reading(of((1, 1), (0, 1), "bits", ("**a**", "b")).pq)


@pytest.mark.parametrize(
    ("pq", "qp", "says"),
    [
        (0.0, 0.0, "the same distribution"),
        (0.3, 0.3, "equal here"),
        (math.inf, 0.1, "KL(P‖Q) is infinite, KL(Q‖P) is not"),
        (math.inf, math.inf, "Both divergences are infinite"),
        (0.2, 0.1, "KL(P‖Q) is larger, by 0.1 bits"),
        (0.1, 0.2, "KL(Q‖P) is larger, by 0.1 bits"),
        (0.1, 0.104, "about the same**: they differ by 3.8\N{NO-BREAK SPACE}%."),
        (0.1, 0.10001, "about the same**: they differ by less than 0.1\N{NO-BREAK SPACE}%."),
        (0.1, 0.106, "KL(Q‖P) is larger"),
        (0.1, 0.1 + 1e-16, "equal here"),
        (0.0, 1e-17, "equal here"),
    ],
)
def test_the_two_directions_are_compared_in_words(pq, qp, says):
    results = of(FAIR, LOADED, "bits")
    vars(results.pq)["kl"], vars(results.qp)["kl"] = pq, qp  # as if they had been computed
    assert says in prose.difference(results)


def test_ranges_and_values_follow_the_unit():
    tables = {unit: rows(prose.divergences(of(FAIR, LOADED, unit))) for unit in ("bits", "nats")}
    assert tables["bits"]["Jensen–Shannon"]["range"] == "0 to 1 bit"
    assert tables["nats"]["Jensen–Shannon"]["range"] == "0 to 0.6931 nats"
    assert tables["bits"]["KL(P‖Q)"]["range"] == "0 to ∞"
    assert tables["bits"]["Rényi, order ∞"]["value"] == fmt.quantity(math.log2(5), "bits")
    for unit, table in tables.items():
        unitless = {name for name, row in table.items() if not row["value"].endswith(f" {unit}")}
        assert unitless == {"χ² (Pearson)", "Total variation", "Hellinger distance"}
    for name in ("χ² (Pearson)", "Total variation", "Hellinger distance"):
        assert tables["bits"][name] == tables["nats"][name]
    assert tables["bits"]["Total variation"]["range"] == "0 to 1"


def test_every_range_is_reached_where_nothing_is_in_common():
    table = rows(prose.divergences(of((1, 0), (0, 1))))
    finite = {name: row["value"] for name, row in table.items() if "∞" not in row["value"]}
    assert finite == {
        "Jensen–Shannon": "0.6931 nats",
        "Total variation": "1",
        "Hellinger distance": "1",
    }
    for row in table.values():
        assert row["range"] == f"0 to {row['value'].removesuffix('∞ nats') or '∞'}"


FORMULAS = {
    "Σ p log(p/q)": lambda p, q: np.sum(p * np.log(p / q)),
    "Σ q log(q/p)": lambda p, q: np.sum(q * np.log(q / p)),
    "KL(P‖Q) + KL(Q‖P)": lambda p, q: np.sum(p * np.log(p / q) + q * np.log(q / p)),
    "½ KL(P‖M) + ½ KL(Q‖M)": lambda p, q: (
        np.sum(p * np.log(2 * p / (p + q)) + q * np.log(2 * q / (p + q))) / 2
    ),
    "−2 log Σ √(p q)": lambda p, q: -2 * np.log(np.sum(np.sqrt(p * q))),
    "log Σ p²/q": lambda p, q: np.log(np.sum(p**2 / q)),
    "log max p/q": lambda p, q: np.log(np.max(p / q)),
    "Σ (p − q)²/q": lambda p, q: np.sum((p - q) ** 2 / q),
    "½ Σ |p − q|": lambda p, q: np.sum(abs(p - q)) / 2,
    "√(½ Σ (√p − √q)²)": lambda p, q: np.sqrt(np.sum((np.sqrt(p) - np.sqrt(q)) ** 2) / 2),
}


def test_each_formula_of_the_table_gives_the_value_beside_it():
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.1, 0.8])
    table = rows(prose.divergences(of(p, q)))
    assert len(table) == len(FORMULAS)
    for row in table.values():
        by_hand = FORMULAS[row["formula"]](p, q)
        assert row["value"].removesuffix(" nats") == fmt.number(by_hand)


def answers(p, q):
    return rows(prose.libraries(of(p, q)))


def test_all_libraries_agree_about_the_coin():
    table = answers(FAIR, LOADED)
    assert [row["value"] for row in table.values()] == ["0.5108"] * 4 + ["0.2554"]
    assert table["SciPy"]["remark"] == "Agrees to about 15 digits."
    assert table["Keras"]["remark"] == "Agrees to about 7 digits."
    assert table["PyTorch"]["remark"] == "Agrees to about 15 digits."
    assert "divided by the 2 outcomes" in table["PyTorch, default reduction"]["remark"]


def test_keras_alone_is_finite_where_q_rules_out_what_p_expects():
    table = answers((0.5, 0.5), (1, 0))
    assert table["Keras"]["value"] == "7.366"  # Keras 3.15 itself
    assert table["Keras"]["remark"].startswith("Finite, although the true value is ∞")
    for library in ("kl_core", "SciPy", "PyTorch", "PyTorch, default reduction"):
        assert table[library]["value"] == "∞"
        assert table[library]["remark"].startswith("Infinite")


def test_no_outcome_adds_more_in_keras_than_its_remark_says():
    assert answers((0, 1), (1, 0))["Keras"]["value"] == "16.12"  # −log 10⁻⁷


def test_pytorch_has_no_number_where_both_are_0():
    table = answers((0.5, 0.5, 0), (0.9, 0.1, 0))
    for library in ("PyTorch", "PyTorch, default reduction"):
        assert table[library]["value"] == "not a number"
    assert "p = q = 0" in table["PyTorch"]["remark"]
    assert table["kl_core"]["value"] == table["SciPy"]["value"] == "0.5108"
    # With a further outcome that Q alone rules out, it is ∞ + nan, hence nan.
    assert answers((0.5, 0.5, 0), (1, 0, 0))["PyTorch"]["value"] == "not a number"


def test_keras_is_said_to_be_off_by_what_it_is_off_and_why():
    # The label: 10⁻⁷ (log 10⁻⁷/0.2 + log 10⁻⁷/0.08 + log 10⁻⁷/0.02) = −4.03e-6.
    label = answers((1, 0, 0, 0), (0.7, 0.2, 0.08, 0.02))["Keras"]["remark"]
    assert label == "Off by 4.03 × 10⁻⁶ nats: Keras clips probabilities to at least 10⁻⁷."
    near = answers((0.5, 0.3, 0.2), (0.51, 0.3, 0.19))["Keras"]["remark"]
    assert near.startswith("Off by 7.90 × 10⁻⁹ nats: Keras rounds to float32")
    # 10⁻⁷ log 1 + (1 − 10⁻⁷) log(1 − 10⁻⁷) = −10⁻⁷; in float32 the latter is 1 − 2⁻²³.
    below = answers((1 - 1e-7, 1e-7), (1 - 1e-10, 1e-10))["Keras"]
    assert below["value"] == "−1.19 × 10⁻⁷"
    assert below["remark"].endswith(
        "clips probabilities to at least 10⁻⁷. A true KL divergence is never negative."
    )


def test_equal_distributions_give_0_everywhere():
    table = answers(FAIR, FAIR)
    assert {row["value"] for row in table.values()} == {"0"}
    for library in ("SciPy", "Keras", "PyTorch"):
        assert table[library]["remark"] == "0, which is right."


weight = st.one_of(st.just(0.0), st.floats(0, 1e6), st.floats(0, 1), st.floats(1e-12, 1e-6))
pairs = st.lists(st.tuples(weight, weight), min_size=2, max_size=20).filter(
    lambda rows: all(any(row[i] for row in rows) for i in (0, 1))
)


@given(pairs)
@example([(1.0, 0.0), (0.0, 1.0)])
@example([(1.0, 1.0), (5e-324, 0.0)])
@example([(0.5, 0.5), (0.5, 0.5)])
def test_any_pair_has_answers_and_true_remarks(weights):
    results = of(*zip(*weights, strict=True), "bits")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        prose.divergences(results)
        table = rows(prose.libraries(results))
    p, q, keras = results.p, results.q, table["Keras"]
    true = float(kl_core.kl_divergence(p, q))
    assert (table["PyTorch"]["value"] == "not a number") == bool(((p == 0) & (q == 0)).any())
    assert keras["value"] not in ("∞", "not a number")
    assert keras["remark"].startswith("Finite, although") == math.isinf(true)
    if "Agrees to about" in keras["remark"]:
        in_single = float(kl_core.keras_kl_divergence(p.astype("f4"), q.astype("f4")))
        digits = int(keras["remark"].split()[3])
        assert abs(in_single - true) <= 10.0**-digits * true
        assert digits >= 6
    if "rounds to float32" in keras["remark"]:
        in_double = float(kl_core.keras_kl_divergence(p, q))
        assert in_double == pytest.approx(true, rel=1e-6, abs=1e-12)


def test_where_huffmans_codewords_have_the_ideal_lengths_it_is_said():
    dyadic = of((4, 2, 1, 1), (1, 1, 1, 1), "bits")
    assert "equal the ideal lengths" in prose.code_lengths_chart(dyadic)
    assert "exactly H(P)" in prose.code_for_p(dyadic)
    assert prose.code_for_q(dyadic) == (
        "In both rows the code for Q needs 0.25 bits more per outcome: exactly KL(P‖Q)."
    )


def test_why_a_real_codeword_is_longer_is_said():
    skewed = of((0.91, *[0.01] * 9), (1,) * 10)
    whole = "because a codeword has a whole number of bits."
    assert whole in prose.code_for_p(skewed)
    never = of((2, 1, 1, 0), (1, 1, 1, 1))
    assert (
        "0.25 bits more than H(P) = 1.5 bits, because outcomes with probability 0 get"
        in prose.code_for_p(never)
    )


def test_the_extra_of_another_code_is_exactly_kl_by_ideal_lengths():
    said = prose.code_for_q(of((9, 12, 4), (0.7, 0.2, 0.1)))
    assert "exactly KL(P‖Q)" in said
    assert "With Huffman codewords it needs 0.12 bits more" in said
    infinite = prose.code_for_q(of((0.5, 0.4, 0.1), (0.6, 0.4, 0)))
    assert "no codeword of finite length" in infinite


def test_an_outcome_of_probability_0_has_a_codeword_and_no_finite_ideal_length():
    results = of((0.5, 0.5, 0), (1, 1, 1))
    assert "Bar chart of the lengths of 3 codewords" in prose.code_lengths_chart(results)
    assert codewords_table(results)["ideal length, bits"] == ["1", "1", "∞"]


def drawn(p, q, n=100) -> str:
    return prose.running_mean(draw(of(p, q, "bits"), n, 1), "bits")


def test_a_running_mean_is_read_with_what_was_to_be_expected():
    assert "“b”, to which Q gives probability 0" in drawn(FAIR, (1, 0))
    assert "has been drawn yet" in drawn((1 - 1e-12, 1e-12), (1, 0), 10)
    assert "the mean is exact" in drawn(FAIR, FAIR, 10)
    assert "the mean is exact" in drawn((1, 0, 0), (0.64, 0.2, 0.16))
    assert "the mean can still be far off" in drawn(FAIR, LOADED, prose.FEW - 1)
    assert "% of such means" in drawn(FAIR, LOADED, prose.FEW)

import math
import warnings

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import special, stats
from scipy.spatial import distance

import kl_core
from pages.ui import formatting as fmt
from pages.ui.pairs.presets import PRESETS
from pages.ui.pairs.results import elsewhere, relatives

pytestmark = pytest.mark.filterwarnings("error")

FAIR, LOADED = np.array([0.5, 0.5]), np.array([0.9, 0.1])

weight = st.one_of(st.just(0.0), st.floats(0, 1e6), st.floats(0, 1), st.floats(1e-12, 1e-6))
pairs = (
    st.lists(st.tuples(weight, weight), min_size=2, max_size=20)
    .map(lambda rows: tuple(np.array(rows).T))
    .filter(lambda pair: all(w.any() for w in pair))
    .map(lambda pair: tuple(kl_core.normalize(w) for w in pair))
)


def of(preset):
    return kl_core.normalize(preset.state.p), kl_core.normalize(preset.state.q)


def answers(p, q):
    return {row.library: row for row in elsewhere(np.array(p, float), np.array(q, float))}


def test_the_coins_measures_match_hand_values():
    found = {row.name: row for row in relatives(FAIR, LOADED, "nats", None)}
    by_hand = {
        "KL(P‖Q)": math.log(5 / 3),
        "KL(Q‖P)": 0.9 * math.log(1.8) - 0.1 * math.log(5),
        "Jeffreys": 0.4 * math.log(9),
        "Jensen–Shannon": distance.jensenshannon(FAIR, LOADED) ** 2,
        "Rényi, order ½": -2 * math.log(math.sqrt(0.45) + math.sqrt(0.05)),
        "Rényi, order 2": math.log(25 / 9),
        "Rényi, order ∞": math.log(5),
        "χ² (Pearson)": 16 / 9,
        "Total variation": 0.4,
        "Hellinger distance": math.sqrt(1 - math.sqrt(0.45) - math.sqrt(0.05)),
    }
    assert {name: row.value for name, row in found.items()} == {
        name: fmt.number(value) for name, value in by_hand.items()
    }


def test_ranges_and_values_follow_the_unit():
    rows = {
        unit: {row.name: row for row in relatives(FAIR, LOADED, unit, base)}
        for unit, base in (("bits", 2.0), ("nats", None))
    }
    assert rows["bits"]["Jensen–Shannon"].range == "0 to 1 bit"
    assert rows["nats"]["Jensen–Shannon"].range == "0 to 0.6931 nats"
    assert rows["bits"]["KL(P‖Q)"].range == "0 to ∞"
    assert rows["bits"]["Rényi, order ∞"].value == fmt.number(math.log2(5))
    for unit, found in rows.items():
        unitless = {name for name, row in found.items() if row.unit == "none"}
        assert unitless == {"χ² (Pearson)", "Total variation", "Hellinger distance"}
        assert {row.unit for row in found.values()} == {unit, "none"}
    for name in ("χ² (Pearson)", "Total variation", "Hellinger distance"):
        assert rows["bits"][name] == rows["nats"][name]
    assert rows["bits"]["Total variation"].range == "0 to 1"


def test_every_range_is_reached_where_nothing_is_in_common():
    rows = relatives(np.array([1.0, 0.0]), np.array([0.0, 1.0]), "nats", None)
    assert {row.name: row.value for row in rows if row.value != "∞"} == {
        "Jensen–Shannon": "0.6931",
        "Total variation": "1",
        "Hellinger distance": "1",
    }
    for row in rows:
        assert row.range.removesuffix(" nats") == f"0 to {row.value}"


@given(pairs)
def test_what_is_called_symmetric_is(pair):
    p, q = pair
    there, back = relatives(p, q, "nats", None), relatives(q, p, "nats", None)
    for one, other in zip(there, back, strict=True):
        if one.symmetric == "yes":
            assert one.value == other.value


def test_what_is_not_called_symmetric_is_not():
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.1, 0.8])
    there, back = relatives(p, q, "nats", None), relatives(q, p, "nats", None)
    changed = {one.name for one, other in zip(there, back, strict=True) if one.value != other.value}
    assert changed == {row.name for row in there if row.symmetric == "no"}


@given(pairs)
def test_rényi_of_order_2_is_never_below_kl(pair):
    p, q = pair
    assert kl_core.renyi_divergence(p, q, 2) >= kl_core.kl_divergence(p, q) * (1 - 1e-9)


def test_all_libraries_agree_about_the_coin():
    found = answers(FAIR, LOADED)
    assert [row.value for row in found.values()] == ["0.5108"] * 4 + ["0.2554"]
    assert found["SciPy"].remark == "Agrees to about 15 digits."
    assert found["Keras"].remark == "Agrees to about 7 digits."
    assert found["PyTorch"].remark == "Agrees to about 15 digits."
    assert "divided by the 2 outcomes" in found["PyTorch, as it comes"].remark


def test_keras_alone_is_finite_where_q_rules_out_what_p_expects():
    found = answers([0.5, 0.5], [1, 0])
    assert found["Keras"].value == "7.366"  # Keras 3.15 itself
    assert found["Keras"].remark.startswith("Finite, where the truth is ∞")
    for library in ("kl_core", "SciPy", "PyTorch", "PyTorch, as it comes"):
        assert found[library].value == "∞"
        assert found[library].remark.startswith("Infinite")


def test_no_outcome_adds_more_in_keras_than_its_remark_says():
    assert answers([0, 1], [1, 0])["Keras"].value == "16.12"  # −log 10⁻⁷


def test_pytorch_has_no_number_where_both_are_0():
    found = answers([0.5, 0.5, 0], [0.9, 0.1, 0])
    assert found["PyTorch"].value == found["PyTorch, as it comes"].value == "not a number"
    assert "P and Q are both 0" in found["PyTorch"].remark
    assert found["kl_core"].value == found["SciPy"].value == "0.5108"
    # With a further outcome that Q alone rules out, it is ∞ + nan, hence nan.
    assert answers([0.5, 0.5, 0], [1, 0, 0])["PyTorch"].value == "not a number"


def test_keras_is_said_to_be_off_by_what_it_is_off_and_why():
    # The label: 10⁻⁷ (log 10⁻⁷/0.2 + log 10⁻⁷/0.08 + log 10⁻⁷/0.02) = −4.03e-6.
    label = answers([1, 0, 0, 0], [0.7, 0.2, 0.08, 0.02])["Keras"].remark
    assert label == "Off by 4.03 × 10⁻⁶ nats: Keras lifts probabilities below 10⁻⁷ to 10⁻⁷."
    near = answers([0.5, 0.3, 0.2], [0.51, 0.3, 0.19])["Keras"].remark
    assert near.startswith("Off by 7.90 × 10⁻⁹ nats: Keras rounds to float32")
    # 10⁻⁷ log 1 + (1 − 10⁻⁷) log(1 − 10⁻⁷) = −10⁻⁷; in float32 the latter is 1 − 2⁻²³.
    below = answers([1 - 1e-7, 1e-7], [1 - 1e-10, 1e-10])["Keras"]
    assert below.value == "−1.19 × 10⁻⁷"
    assert below.remark.endswith(
        "lifts probabilities below 10⁻⁷ to 10⁻⁷. A true KL divergence is never below 0."
    )


def test_equal_distributions_give_0_everywhere():
    found = answers(FAIR, FAIR)
    assert {row.value for row in found.values()} == {"0"}
    for library in ("SciPy", "Keras", "PyTorch"):
        assert found[library].remark == "0, as it should be."


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_scipys_own_answers_are_shown_for_every_preset(preset):
    p, q = of(preset)
    found = answers(p, q)
    assert found["SciPy"].value == fmt.number(stats.entropy(p, q))
    assert found["kl_core"].value == fmt.number(special.rel_entr(p, q).sum())


@given(pairs)
@example((np.array([1.0, 0.0]), np.array([0.0, 1.0])))
@example((np.array([1.0, 5e-324]), np.array([1.0, 0.0])))
@example((FAIR, FAIR))
def test_any_pair_has_answers_and_true_remarks(pair):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        relatives(*pair, "bits", 2.0)
        found = answers(*pair)
    p, q = pair
    true = float(kl_core.kl_divergence(p, q))
    assert (found["PyTorch"].value == "not a number") == bool(((p == 0) & (q == 0)).any())
    assert found["Keras"].value not in ("∞", "not a number")
    assert found["Keras"].remark.startswith("Finite, where") == math.isinf(true)
    if "Agrees to about" in found["Keras"].remark:
        keras = float(kl_core.keras_kl_divergence(p.astype("f4"), q.astype("f4")))
        digits = int(found["Keras"].remark.split()[3])
        assert abs(keras - true) <= 10.0**-digits * true
        assert digits >= 6
    if "rounds to float32" in found["Keras"].remark:
        in_double = float(kl_core.keras_kl_divergence(p, q))
        assert in_double == pytest.approx(true, rel=1e-6, abs=1e-12)

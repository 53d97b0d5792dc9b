"""What the page says of a sample, and of recorded runs."""

from typing import get_args

import numpy as np
import pytest
from scipy import special

from pages.ui import content
from pages.ui.loss import alt_texts, keras_charts, prose
from pages.ui.loss.presets import PRESETS
from pages.ui.loss.results import Bars, Count, Sweep, counts, highest_rate, solve
from pages.ui.loss.state import Sample
from tests.made_up import CE, KL, a_run

SAMPLES = {preset.key: preset.state for preset in PRESETS}


def test_for_a_one_hot_label_both_losses_are_the_negative_log_likelihood():
    # −ln ⅕
    assert "both are 1.609 nats, the **negative log-l" in prose.difference(solve(SAMPLES["start"]))


def test_for_a_smoothed_label_the_losses_differ_by_its_entropy():
    # By hand: −0.92 ln 0.92 − 4 · 0.02 ln 0.02.
    assert "= 0.2941 + 0.3897 nats" in prose.difference(solve(SAMPLES["smoothed"]))
    # Of ten classes: −0.91 ln 0.91 − 9 · 0.01 ln 0.01 = 0.0858 + 0.4145.
    assert "of 0.1 over ten classes, H(P) is 0.5003 nats" in prose.identity()


def test_the_largest_component_of_the_gradient_is_named_with_its_direction():
    start = SAMPLES["start"]
    assert "that of cat, −0.8: raising its logit reduces" in prose.gradient(solve(start))
    undecided = SAMPLES["undecided"]
    assert "that of frog, 0.5488: lowering its logit" in prose.gradient(solve(undecided))
    same = start.with_weights([1, 1, 1, 1, 1])
    assert "the gradient is 0" in prose.gradient(solve(same))


def test_the_descents_are_the_same_or_differ():
    assert "**Both give the same Q at every step.**" in prose.descent(solve(SAMPLES["start"]))
    assert "the losses differ by H(P) = 0.3897" in prose.descent(solve(SAMPLES["smoothed"]))
    parted = prose.descent(solve(SAMPLES["wrong"]))
    assert "**The descents differ**" in parted
    assert ":blue[**Keras’s KL**] is 16.12 nats" in parted
    exact = SAMPLES["wrong"].with_descent(keras=False)
    assert ":blue[**KL(P‖Q)**] is" in prose.descent(solve(exact))
    assert "Both give the same Q at every step" in prose.descent(solve(exact))
    near = SAMPLES["start"].with_descent(keras=True, steps=1)
    assert "After one step" in prose.descent(solve(near))


def test_the_sentence_says_whether_q_is_in_the_dead_zone():
    # ln(10⁻⁷ / (1 − 10⁻⁷)) + ln 4
    says = prose.dead_zone(solve(SAMPLES["start"]))
    assert "begins below a logit of −14.73: lower it to get there." in says
    says = prose.dead_zone(solve(SAMPLES["wrong"]))
    assert "Keras’s KL is 16.12 nats and **its gradient vanishes**" in says
    low = SAMPLES["start"]
    for place in range(1, 5):
        low = low.with_logit(place, -20)
    assert "Raise another logit first." in prose.dead_zone(solve(low))


def test_with_a_soft_label_other_classes_can_be_clipped_too():
    assert "each adds a jump" in prose.dead_zone(solve(SAMPLES["undecided"]))
    assert "adds a jump" not in prose.dead_zone(solve(SAMPLES["start"]))


def test_the_gradients_in_a_moving_target_differ_by_that_of_h_of_p():
    start = SAMPLES["start"]
    assert "P is smoothed by 0.1 here" in prose.moving_target(solve(start))
    says = prose.moving_target(solve(SAMPLES["wrong"].with_smoothing(0.1)))
    # ∂H(P)/∂w of p = 0.92: 0.92 · (−ln 0.92 − 0.3897).
    assert says.startswith("**The two gradients differ by that of H(P)**, here by up to 0.2818.")
    assert "concentrates P on dog, the most probable class" in says
    uniform = start.with_weights([1, 1, 1, 1, 1])
    assert "H(P) is at its maximum" in prose.moving_target(solve(uniform))


@pytest.mark.parametrize(
    ("logits", "weights"),
    [
        ((0, 0, 0), (7, 2, 1)),  # Q is uniform
        ((2, 0, -1), (1, 1, 1)),  # P is uniform
        ((0, 0, 0), (1, 1, 1)),  # both are
        ((2, 2, -1), (7, 2, 1)),  # two classes are equally probable under Q
        ((1, 3, 0), (1, 3, 0)),  # P is smoothed
    ],
)
def test_where_descent_on_a_moving_target_leads_is_where_a_descent_arrives(logits, weights):
    one = solve(Sample(("a", "b", "c"), logits, weights=weights))
    says, q = prose.moving_target(one), special.softmax(logits)
    for loss, gradient in (("KL", one.moving.kl), ("H(P, Q)", one.moving.cross_entropy)):
        w = np.log(one.moving.p)
        for _ in range(20_000):  # the gradients in P's logits, by hand
            p = special.softmax(w)
            terms = np.log(p / q) if loss == "KL" else -np.log(q)
            w = w - 0.5 * p * (terms - p @ terms)
        p, stays = special.softmax(w), abs(gradient).max() < 1e-12
        if stays:
            np.testing.assert_allclose(p, one.moving.p, atol=1e-9)
            assert "P stays as it is." in says if loss == "KL" else "leaves P unchanged" in says
        elif loss == "KL":
            np.testing.assert_allclose(p, q, atol=1e-6)
            assert "KL moves P towards Q." in says
        else:
            assert p[np.isclose(q, q.max())].sum() > 0.999
            assert "concentrates P on" in says


@pytest.mark.parametrize(
    ("dead", "says"),
    [
        (
            0,
            "**None.** With KL divergence: none of 4,000 predictions, in 2 epochs of 2 runs",
        ),
        (1, "**1 in all.** With KL divergence: 1 of 4,000 predictions"),
        (3, "**3 in all.** With KL divergence: 3 of 4,000 predictions"),
    ],
)
def test_the_measured_answer_is_a_count_with_its_n(dead, says):
    assert prose.measured([Count("KL divergence", 1, 2, 4000, dead)]).startswith(says)


def test_one_run_and_no_run_are_told_as_such():
    both = counts([a_run(KL), a_run(CE)])
    assert "in 2 epochs of 1 run." in prose.measured(both)
    assert "With categorical cross-entropy: none" in prose.measured(both)
    assert prose.measured([]) == content.text("loss/no-runs")


@pytest.mark.parametrize(("dead", "top"), [(0, 1), (3, 800), (1, 300)])
def test_the_chart_of_the_dead_zone_ends_above_its_highest_point(dead, top):
    # 3 in 4,000 are 750 in a million, 1 in 4,000 is 250.
    assert keras_charts.ceiling(highest_rate([Count("KL divergence", 1, 2, 4000, dead)])) == top


def test_the_question_is_answered_by_kerass_ceiling():
    question = prose.question()
    # ln 10⁷ and ln 10⁹
    assert question.right == "16.12 nats"
    assert question.answers == ("20.72 nats", "16.12 nats", "∞")


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_each_alternative_text_has_numbers(sample):
    one = solve(sample)
    texts = [
        *(alt_texts.bars(one, what) for what in get_args(Bars)),
        *(alt_texts.sweep(one, what) for what in get_args(Sweep)),
        alt_texts.losses(one),
        alt_texts.paths(one),
        alt_texts.by_epoch(counts([a_run(KL)])),
    ]
    assert len(set(texts)) == len(texts)
    assert all(any(c.isdigit() for c in text) and "*" not in text for text in texts)

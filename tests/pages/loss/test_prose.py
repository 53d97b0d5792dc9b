"""What the page says of a sample, and of recorded runs."""

from typing import get_args

import pytest

from pages.ui import content
from pages.ui.loss import charts, prose
from pages.ui.loss.presets import PRESETS
from pages.ui.loss.results import Bars, Cliff, Count, counts, solve, worst
from tests.made_up import CE, KL, a_run

SAMPLES = {preset.key: preset.state for preset in PRESETS}


def test_a_certain_label_makes_one_number_of_two():
    # −ln ⅕
    assert "one number**, 1.609 nats" in prose.offset(solve(SAMPLES["start"]))


def test_the_offset_of_a_smoothed_label_is_its_entropy():
    # By hand: −0.92 ln 0.92 − 4 · 0.02 ln 0.02.
    assert "= 0.3897 + 0.2941 nats" in prose.offset(solve(SAMPLES["smoothed"]))


def test_the_steepest_slope_is_named_with_its_direction():
    start = SAMPLES["start"]
    says = prose.slopes(solve(start))
    assert "that of cat, −0.8: a small step of its logit up" in says
    undecided = SAMPLES["undecided"]
    assert "that of frog, 0.5488: a small step of its logit down" in prose.slopes(solve(undecided))
    same = start.with_weights([1, 1, 1, 1, 1])
    assert "every slope is 0" in prose.slopes(solve(same))


def test_the_ways_down_are_one_or_part_as_they_are():
    assert "**The paths are the same, step for step.**" in prose.descent(solve(SAMPLES["start"]))
    assert "only H(P) = 0.3897 lies between them" in prose.descent(solve(SAMPLES["smoothed"]))
    parted = prose.descent(solve(SAMPLES["wrong"]))
    assert "**The paths part.**" in parted
    assert ":blue[**Keras’s KL**] is 16.12 nats" in parted
    exact = SAMPLES["wrong"].with_descent(keras=False)
    assert ":blue[**KL(P‖Q)**] is" in prose.descent(solve(exact))
    assert "The paths are the same" in prose.descent(solve(exact))
    near = SAMPLES["start"].with_descent(keras=True, steps=1)
    assert "After one step" in prose.descent(solve(near))


def test_the_dead_zone_is_told_from_what_lies_above_it():
    # ln(10⁻⁷ / (1 − 10⁻⁷)) + ln 4
    assert "falls below −14.73: drag it there" in prose.cliff(solve(SAMPLES["start"]))
    assert "Keras’s KL says 16.12 nats and has **no slope**" in prose.cliff(solve(SAMPLES["wrong"]))
    low = SAMPLES["start"]
    for place in range(1, 5):
        low = low.with_logit(place, -20)
    assert "Raise another logit first." in prose.cliff(solve(low))


def test_a_target_that_is_not_certain_has_more_than_one_step():
    assert "each is one more step" in prose.cliff(solve(SAMPLES["undecided"]))
    assert "one more step" not in prose.cliff(solve(SAMPLES["start"]))


def test_where_p_moves_h_of_p_decides_how_far_the_slopes_part():
    start = SAMPLES["start"]
    assert "P is smoothed by 0.1 here" in prose.moved(solve(start))
    assert "P to the classes that Q thinks likeliest" in prose.moved(solve(start))
    wrong = SAMPLES["wrong"].with_smoothing(0.1)
    says = prose.moved(solve(wrong))
    # ∂H(P)/∂w of p = 0.92: 0.92 · (−ln 0.92 − 0.3897).
    assert says.startswith("**The two part, by as much as 0.2818**")
    assert "all of P to dog" in says
    even = start.with_weights([1, 1, 1, 1, 1])
    assert "H(P) is at its top" in prose.moved(solve(even))


@pytest.mark.parametrize(
    ("dead", "says"),
    [
        (
            0,
            "**Never.** With KL divergence: none in 4,000 looks at an image, in 2 epochs of 2 runs",
        ),
        (1, "**Once.** With KL divergence: 1 in 4,000 looks"),
        (3, "**3 times.** With KL divergence: 3 in 4,000 looks"),
    ],
)
def test_the_measured_answer_is_a_count_with_what_it_rests_on(dead, says):
    assert prose.measured([Count("KL divergence", 1, 2, 4000, dead)]).startswith(says)


def test_one_run_and_no_run_are_told_as_such():
    both = counts([a_run(KL), a_run(CE)])
    assert "in 2 epochs of 1 run." in prose.measured(both)
    assert "With categorical cross-entropy: none" in prose.measured(both)
    assert prose.measured([]) == content.text("loss/no-runs")


@pytest.mark.parametrize(("dead", "top"), [(0, 1), (3, 800), (1, 300)])
def test_the_chart_of_the_dead_zone_ends_above_its_highest_point(dead, top):
    # 3 in 4,000 are 750 in a million, 1 in 4,000 is 250.
    assert charts.ceiling(worst([Count("KL divergence", 1, 2, 4000, dead)])) == top


def test_the_question_is_answered_by_kerass_ceiling():
    question = prose.question()
    # ln 10⁷ and ln 10⁹
    assert question.right == "16.12 nats"
    assert question.answers == ("20.72 nats", "16.12 nats", "∞")


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_each_chart_says_a_number_of_its_own(sample):
    one = solve(sample)
    texts = [
        *(prose.bars_alt(one, what) for what in get_args(Bars)),
        *(prose.cliff_alt(one, what) for what in get_args(Cliff)),
        prose.losses_alt(one),
        prose.paths_alt(one),
        prose.dead_zone_alt(counts([a_run(KL)])),
    ]
    assert len(set(texts)) == len(texts)
    assert all(any(c.isdigit() for c in text) and "*" not in text for text in texts)

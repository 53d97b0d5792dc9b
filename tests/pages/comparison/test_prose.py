"""The sentences of the comparison: every verdict, on differences with statistics by hand.

Student's t: t₀.₉₇₅ = 12.706 with one degree of freedom, 3.182 with three.
"""

import math

import numpy as np
import pytest

from models.evaluation.statistics import Differences
from pages.ui.comparison import prose, results
from pages.ui.comparison.results import View
from tests.made_up import CE, KL, NAN, a_run


def pair_of(kl, ce, **settings):
    """Runs of both losses that end at these validation accuracies, in percent."""
    runs = [
        a_run(loss, seed, accuracies=(0.5, last / 100), **settings)
        for loss, ends in ((KL, kl), (CE, ce))
        for seed, last in enumerate(ends, 1)
    ]
    (pair,) = results.versus(results.group([("recorded", run) for run in runs]))
    return pair


def losses_of(*pairs):
    """Pairs of runs with these training losses."""
    runs = [
        a_run(loss, seed, losses=losses)
        for seed, both in enumerate(pairs, 1)
        for loss, losses in zip((KL, CE), both, strict=True)
    ]
    (pair,) = results.versus(results.group([("recorded", run) for run in runs]))
    return pair


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


# Differences −0.1, +0.1, −0.1, +0.1: mean 0, sd 0.11547, standard error 0.057735.
EVEN = pair_of((71.9, 72.1, 71.9, 72.1), (72, 72, 72, 72))
# Differences 0.4, 0.6, 0.4, 0.6: mean 0.5, the same standard error.
AHEAD = pair_of((72.4, 72.6, 72.4, 72.6), (72, 72, 72, 72))
BEHIND = pair_of((72, 72, 72, 72), (72.4, 72.6, 72.4, 72.6))


def test_equal_losses_are_said_to_be_equal_with_all_numbers():
    # The interval: ± 3.182 · 0.057735 = ± 0.1837. TOST: t = 0.5/0.057735 = 8.66, p = 0.0016.
    assert plain(prose.answer(EVEN, 0.5)) == (
        "**No: the accuracies are equivalent.** Over 4 seeds, the final validation accuracy is "
        "72.0 ± 0.1 % with KL divergence and 72.0 ± 0.0 % with cross-entropy (mean ± standard "
        "deviation). The mean **paired difference** is 0.0 points, 95 % **confidence interval** "
        "[−0.2, +0.2]; by an **equivalence test** the accuracies are equivalent within 0.5 "
        "percentage points (p = 0.0016). The interval covers other seeds, not other images: all "
        "runs share one set of 1,000 validation images."
    )


def test_a_margin_too_narrow_for_so_few_seeds_leaves_the_question_open():
    # t = 0.1/0.057735 = √3 with three degrees of freedom; by Abramowitz & Stegun 26.7.3,
    # p = ½ − (θ + sin θ cos θ)/π with θ = atan(√3/√3) = π/4, so ½ − ¼ − 1/(2π) = 0.0908.
    p = 0.5 - (math.pi / 4 + 0.5) / math.pi
    assert round(p, 3) == 0.091
    said = plain(prose.answer(EVEN, 0.1))
    assert said.startswith("**These runs cannot tell.** Over 4 seeds")
    assert "not shown to be equivalent within 0.1 percentage points (p = 0.091)" in said


@pytest.mark.parametrize(
    ("pair", "who", "difference"),
    [
        (AHEAD, "KL divergence", "+0.5 points [+0.3, +0.7]"),
        (BEHIND, "cross-entropy", "−0.5 points [−0.7, −0.3]"),
    ],
)
def test_a_loss_whose_interval_excludes_zero_is_better(pair, who, difference):
    said = plain(prose.answer(pair, 0.5))
    assert said.startswith(f"**In these runs {who} is better.** ")
    mean, interval = difference.split(" points ")
    assert f"difference** is {mean} points, 95 % **confidence interval** {interval}; by" in said
    # The mean is the margin itself: t = 0, p = ½.
    assert "not shown to be equivalent within 0.5 percentage points (p = 0.5)" in said


@pytest.mark.parametrize(("pair", "who"), [(AHEAD, "KL divergence"), (BEHIND, "cross-entropy")])
def test_a_lead_within_the_margin_is_hardly_one(pair, who):
    said = plain(prose.answer(pair, 1.0))
    assert said.startswith(f"**Hardly: {who} is better, but by less than 1 percentage point.** ")
    assert "equivalent within 1 percentage point (p = 0.0016)" in said
    assert "by less than 1.5 percentage points." in prose.answer(pair, 1.5)


def test_one_pair_cannot_tell_and_shows_what_it_has():
    said = plain(prose.answer(pair_of((71.94,), (72.06,)), 1.0))
    assert said.startswith("**One run of each loss cannot tell.** On 1,000 validation images")
    assert "is 71.9 % with KL divergence and 72.1 % with cross-entropy;" in said
    assert "±" not in said


@pytest.mark.parametrize("seeds", [1, 2, 3])
def test_a_diverged_run_gives_no_accuracy_and_no_verdict(seeds):
    runs = [a_run(loss, seed) for loss in (KL, CE) for seed in range(1, seeds)]
    runs += [a_run(KL, seeds), a_run(CE, seeds, losses=(2.0, NAN), accuracies=(0.5, 0.1))]
    (pair,) = results.versus(results.group([("recorded", run) for run in runs]))
    assert prose.answer(pair, 1.0) == (
        "**These runs cannot tell:** one of them diverged, so its losses are not numbers."
    )


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0049, "+0.5"),
        (-0.001, "−0.1"),
        (-0.0004, "0.0"),
        (0.0004, "0.0"),
        (0.0, "0.0"),
        (-0.0, "0.0"),
        (-0.123, "−12.3"),
    ],
)
def test_differences_have_a_sign_and_zero_has_none(share, text):
    assert prose.points(share) == text


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0, "< 0.001"),
        (0.00099, "< 0.001"),
        (0.001, "= 0.001"),
        (0.0123, "= 0.012"),
        (0.5, "= 0.5"),
        (1.0, "= 1"),
    ],
)
def test_p_values_are_given_as_papers_give_them(p, text):
    assert plain(prose.p_value(p)) == text


def test_another_margin_has_its_p_value_and_leaves_the_verdict():
    pair = pair_of((72.0, 73.0), (71.5, 71.5))
    # Differences 0.5 and 1.5: mean 1, standard error ½. TOST against 3: t = 2/½ = 4 with one degree
    # of freedom, ½ − atan(4)/π = 0.078.
    assert round(0.5 - math.atan(4) / math.pi, 3) == 0.078
    said = plain(prose.what_if(pair, 3.0))
    assert said.startswith("With a margin of 3 percentage points, p = 0.078, not below 0.05.")
    assert "a margin chosen after seeing the data voids the 5 % error rate of the test" in said
    assert "p = 0.0016, below 0.05." in plain(prose.what_if(EVEN, 0.5))
    said = prose.what_if(pair, results.MARGIN)
    assert said == "The test has a fixed margin of 1 percentage point."


def test_a_margin_chosen_after_the_data_voids_the_error_rate_of_the_test():
    """Ten seeds, true mean difference 1 point: some margin up to 3 points always gives p < 0.05."""
    draws = np.random.default_rng(1).normal(0.01, 0.004, (400, 10))
    trials = [Differences(tuple(values)) for values in draws]
    fixed = np.mean([trial.are_equivalent(0.01) for trial in trials])
    chosen = np.mean([any(t.are_equivalent(m / 1000) for m in range(1, 31)) for t in trials])
    assert fixed < 0.08
    assert chosen == 1


def test_the_effect_of_the_loss_is_compared_with_that_of_the_seed():
    said = prose.seed_effect(pair_of((72.0, 73.0), (71.5, 71.5)))
    # |72 − 73| = 1; |71.5 − 71.5| = 0; (0.5 + 1.5)/2 = 1, twice the mean of 1 and 0.
    assert "by 1.00 points on average (KL divergence) and 0.00 (cross-entropy)" in said
    assert said.endswith(
        "losses differ by 1.00. In these runs the loss matters more than the seed."
    )
    # Seeds: 1 and 0.5 apart, 0.75 on average; losses: 0.5 and 1 apart, 0.75.
    said = prose.seed_effect(pair_of((72, 73), (72.5, 72)))
    assert said.endswith("by 0.75. In these runs the loss matters about as much as the seed.")
    # Seeds: 1 and 1; losses: 0.5 and 0.5.
    said = prose.seed_effect(pair_of((72, 73), (72.5, 73.5)))
    assert said.endswith("by 0.50. In these runs the loss matters less than the seed.")
    assert "more than the seed" in prose.seed_effect(pair_of((73, 73), (72, 72)))


WHOLE = (2.0, 1.0, 0.5)


def separation(*others):
    return prose.separation(losses_of(*((WHOLE, other) for other in others)))


def test_one_pair_separates_in_an_epoch():
    said = separation((2.0005, 1.002, 0.5))
    assert "After the first epoch their training losses differ by 0.0005 nats. " in said
    assert said.endswith("They first differ by more than 0.001 nats in epoch 2.")


def test_several_pairs_separate_between_epochs():
    said = separation((2.0002, 1.5, 0.5), (2.0004, 1.0, 0.6), (2.5, 1.0, 0.6))
    # Gaps 0.0002, 0.0004, 0.5: median 0.0004. Epochs 2, 3, 1: median 2.
    assert "differ by 0.0004 nats (median)." in said
    assert said.endswith(
        "In three pairs they first differ by more than 0.001 nats between epoch 1 and epoch 3 "
        "(median 2)."
    )


def test_pairs_that_never_separate_are_counted():
    assert separation(WHOLE).endswith("They never differ by more than 0.001 nats.")
    assert "differ by 0 nats." in separation(WHOLE)
    one = separation(WHOLE, (2.0, 1.5, 0.5), (2.0, 1.5, 0.5))
    assert one.endswith(
        "In three pairs they first differ by more than 0.001 nats in epoch 2; one never does."
    )
    assert separation(WHOLE, WHOLE, (2.0, 1.5, 0.5)).endswith("in epoch 2; two never do.")


def test_pairs_of_which_a_run_diverged_are_left_out_and_counted():
    gone = (2.0, NAN, NAN)
    said = separation((2.0, 1.5, 0.5), gone)
    assert "differ by 0 nats. They first differ by more than 0.001 nats in epoch 2." in said
    assert said.endswith("Left out: one pair with a run that diverged.")
    assert separation(WHOLE, gone, gone).endswith("Left out: two pairs with a run that diverged.")
    assert "number" not in said
    assert separation(gone) == "A run of each pair diverged: no separation can be computed."


def again(*seconds, threads=("2", "4"), processors=("A", "A")):
    """Runs with the same settings twice, on so many threads of these processors."""
    return [
        tuple(
            a_run(
                KL,
                seed,
                losses=losses,
                machine={"threads": count, "processor": processor} if count else {},
            )
            for losses, count, processor in zip((WHOLE, second), threads, processors, strict=True)
        )
        for seed, second in enumerate(seconds, 1)
    ]


def test_the_control_says_what_was_changed_and_when_the_curves_separate():
    said = prose.control(again((2.0, 1.5, 0.5)))
    assert "one run trained a second time" in said
    assert "but with another number of threads, so the sums were rounded differently." in said
    assert "in epoch 2: rounding alone is enough to separate them." in said
    said = prose.control(again((2.0, 1.5, 0.5), (2.0, 1.0, 0.6), WHOLE, processors=("A", "B")))
    assert "three runs trained a second time" in said
    assert "another number of threads and another processor, so" in said
    assert "between epoch 2 and epoch 3 (median 2.5); one never does: rounding alone" in said


@pytest.mark.parametrize("count", [1, 4, 9, 10])
def test_few_runs_of_the_control_are_said_to_be_few(count):
    few = f"n = {count} is too few to show whether another loss separates them sooner."
    said = prose.control(again(*count * [(2.0, 1.5, 0.5)]))
    assert said.endswith(few) == (count < 10)


def test_a_control_that_never_separates_or_whose_threads_are_unknown_claims_nothing():
    said = prose.control(again(WHOLE, threads=(None, "4")))
    assert "threads" not in said
    assert "but so that the sums were rounded differently." in said
    assert said.endswith("These curves never differ by more than 0.001 nats.")
    assert "rounding alone" not in said


@pytest.mark.parametrize(
    ("view", "says"),
    [
        (View(), "the band is one standard deviation to either side"),
        (View(spread="range"), "the band reaches from the lowest run to the highest"),
        (View(smoothing=0.3), "Lines are smoothed, points are not."),
        (View(only_kl=True), "H(P) is subtracted from cross-entropy."),
    ],
)
def test_the_legend_says_how_the_curves_are_drawn(view, says):
    several = results.group([("recorded", a_run(seed=seed)) for seed in (1, 2)])
    assert says in prose.legend(view, several)
    assert "diverged" not in prose.legend(view, several)


def test_the_legend_speaks_of_no_band_where_there_is_none():
    alone = prose.legend(View(), results.group([("recorded", a_run())]))
    assert "Each line is one run." in alone
    assert "band" not in alone


@pytest.mark.parametrize(("count", "says"), [(1, "One run diverged:"), (2, "Two runs diverged:")])
def test_the_legend_counts_the_runs_that_diverged(count, says):
    runs = [a_run(seed=seed, losses=(2.0, NAN)) for seed in range(count)] + [a_run(seed=9)]
    assert says in prose.legend(View(), results.group([("recorded", run) for run in runs]))


def test_charts_say_their_finding_in_words():
    assert plain(prose.curves("accuracy", "validation", {"KL": 0.7194, "CE": 0.7206})).endswith(
        "KL ends at 71.9 %; CE ends at 72.1 %."
    )
    assert "KL ends at 0.6931." in prose.curves("loss", "training", {"KL": math.log(2)})
    assert plain(prose.differences(AHEAD)).endswith(
        "for 4 seeds: from +0.4 to +0.6 points, mean +0.5, 95 % confidence interval [+0.3, +0.7]."
    )
    said = prose.gaps(losses_of((WHOLE, (2.25, 1.0, 0.5)), (WHOLE, (2.75, 1.0, 1.0))))
    assert said.endswith("Median 0.5 nats after the first epoch, 0.25 after the last.")
    assert "0 pairs" in prose.gaps(losses_of((WHOLE, (2.0, NAN, NAN))))

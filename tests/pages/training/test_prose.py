"""Sentences about a run that waits, trains or has ended."""

import pytest

from models.runs.record import EpochResult, Run, TestResult
from models.runs.spec import RunSpec
from pages.ui.training import prose
from pages.ui.training.estimate import Estimate, scaled
from tests.made_up import a_run


@pytest.mark.parametrize(
    ("standing", "says"),
    [
        ((0, 25, "", None), "Preparing: starting the process …"),
        ((0, 25, "reading cifar10", None), "Preparing: reading cifar10 …"),
        ((0, 25, "", 360.0), "Epoch 1 of 25 · about 6 min left"),
        ((24, 25, "", 5.0), "Epoch 25 of 25 · about 5 s left"),
        ((25, 25, "", 0.0), "Evaluating the test images …"),
    ],
)
def test_progress_is_told_from_the_first_second_to_the_last(standing, says):
    assert prose.progress(*standing) == says


HERE = Estimate(15, 15, 15, 1, here=True)
RECORDED = Estimate(840, 300, 1500, 28, here=False)


def test_an_expected_time_has_its_source_its_range_and_the_runs_ahead():
    said = prose.expected(HERE, False, 0)
    assert said == "Training takes about 15 s (as in one run on this machine)."
    assert prose.expected(RECORDED, False, 0) == (
        "Training takes about 14 min (median of 28 recorded runs; range 5 min to 25 min)"
        ". While it trains, the time left is measured on this machine."
    )
    said = prose.expected(RECORDED, False, 2)
    assert said.endswith("25 min). A new run would wait for two others.")
    said = prose.expected(RECORDED, True, 1)
    assert "about 14 min after the download (" in said
    assert said.endswith("A new run would wait for the run in training.")
    assert "no run was measured yet" in prose.expected(Estimate(9, 9, 9, 0, False), False, 0)


def test_a_time_is_the_median_pace_of_the_runs_with_their_range():
    # 5,000 shapes an epoch: 10, 20 and 60 s of it, the first epoch apart, are 2, 4 and 12 ms each.
    runs = [
        a_run(losses=(2.0, 1.0), seconds=(99.0, seconds), data="shapes")
        for seconds in (60.0, 10.0, 20.0)
    ]
    assert scaled(runs, 1000, True) == pytest.approx((8 + 4, 8 + 2, 8 + 12, 3, True))
    assert scaled([], 50_000, False) == pytest.approx((42, 42, 42, 0, False))


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ((1, 0, 0), "Queue: 1 run training"),
        ((1, 2, 0), "Queue: 1 run training, 2 waiting"),
        ((0, 1, 1), "Queue: 1 run waiting (yours)"),
        ((2, 3, 1), "Queue: 2 runs training, 3 waiting (1 of them yours)"),
        ((0, 2, 2), "Queue: 2 runs waiting (yours)"),
    ],
)
def test_the_folded_queue_says_how_many_runs_are_in_it(counts, says):
    assert prose.queue(*counts) == says


def test_an_accuracy_has_the_interval_of_its_images():
    epoch = EpochResult(1, 1.0, 0.5, 1.0, 0.5, 0, 1.0)
    images = {"training": 40, "validation": 10}
    run = Run("a", RunSpec("kl_divergence"), (epoch,), TestResult(1.0, 0.0, 4), images)
    # Wilson, z = 1.96: 5 of 10 is 0.5 ± 0.2634, and 0 of 4 reaches z²/(4 + z²) = 0.4899.
    said = prose.result(run).replace("\N{NO-BREAK SPACE}", " ")
    assert "50.0 %** on 10 images (95 % interval 23.7 to 76.3 %), test" in said
    assert "test accuracy 0.0 % on 4 images (0.0 to 49.0 %). The intervals cover" in said


def test_a_place_in_the_queue_has_its_time():
    assert prose.place_in_queue(1, 20) == "Next in the queue; starts in about 20 s."
    assert prose.place_in_queue(3, 600).startswith("Number 3 in the queue")


@pytest.mark.parametrize(
    ("counts", "says"), [((0, 0), "none"), ((1, 0), "1"), ((1, 1233), "1,234")]
)
def test_the_dead_zone_is_a_count_of_so_many_images(counts, says):
    epochs = tuple(
        EpochResult(n, 1.0, 0.5, 1.0, 0.5, dead, 1.0) for n, dead in enumerate(counts, 1)
    )
    run = Run("a", RunSpec("kl_divergence"), epochs, TestResult(1.0, 0.5, 10), {"training": 40_000})
    assert prose.dead_zone(run).endswith(f": {says} in 2 × 40,000 images.")


def test_the_curves_of_a_run_are_told_by_their_first_and_last_figures():
    epochs = tuple(EpochResult(n, 2.0 / n, 0.25 * n, 1.5 / n, 0.3 * n, 0, 1.0) for n in (1, 2))
    assert prose.curves("loss", epochs).endswith(
        "each of 2 epochs: training from 2 to 1, validation from 1.5 to 0.75."
    )
    assert (
        prose.curves("accuracy", epochs)
        .replace("\N{NO-BREAK SPACE}", " ")
        .endswith("training from 25.0 % to 50.0 %, validation from 30.0 % to 60.0 %.")
    )

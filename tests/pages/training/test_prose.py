"""What is said of a run that waits, trains or has ended."""

import pytest

from models.runs.record import EpochResult, Run, TestResult
from models.runs.spec import RunSpec
from pages.ui.training import prose


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
    assert prose.progress(*standing) == says


def test_an_expected_time_says_who_measured_it_and_who_is_ahead():
    said = prose.expected(15, True, False, 0)
    assert said == "Training takes about 15 s (as measured on this machine)."
    said = prose.expected(360, False, False, 2)
    assert "about 6 min (as measured on the machine of the recorded runs)" in said
    assert said.endswith("A new run would wait for two others.")
    assert prose.expected(9, False, True, 1).endswith(
        "A new run would wait for the run that trains."
    )
    assert "once the photographs are here" in prose.expected(9, False, True, 1)


def test_a_place_in_the_queue_has_its_time():
    assert prose.place_in_queue(1, 20) == "Next in the queue; its turn comes in about 20 s."
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

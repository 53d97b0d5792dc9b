"""Runs that nobody trained: their figures are given, or follow from the seed."""

from pathlib import Path

from models.runs import store
from models.runs.folder import RunFolder
from models.runs.record import EpochResult, Run, TestResult
from models.runs.spec import RunSpec

KL, CE = "kl_divergence", "categorical_crossentropy"
NAN = float("nan")


def a_run(
    loss=KL,
    seed=1,
    *,
    losses=(2.0, 1.0),
    val_losses=None,
    accuracies=None,
    seconds=None,
    machine=None,
    suffix="",
    **settings,
) -> Run:
    """A run of as many epochs as it has losses; accuracies are those on validation images."""
    n = len(losses)
    spec = RunSpec(loss, seed=seed, epochs=n, **{"data": "shapes", **settings})
    history = tuple(
        EpochResult(number, *figures[:2], figures[2], figures[3], 0, figures[4])
        for number, figures in enumerate(
            zip(
                losses,
                [a - 0.1 for a in accuracies or n * [0.6]],
                val_losses or losses,
                accuracies or n * [0.6],
                seconds or n * [10.0],
                strict=True,
            ),
            1,
        )
    )
    images = {"training": 4000, "validation": 1000}
    test = TestResult(0.9, 0.68, 1017)
    return Run(spec.id + suffix, spec, history, test, images, machine=machine or {})


def like_real(loss=KL, seed=1, epochs=4, **settings) -> Run:
    """A run whose losses fall; those of cross-entropy lie a speck, and H(P), above KL's."""
    speck = (seed % 3 - 0.5) * 2e-3 if loss == CE else 0.0
    above = 0.5003 if loss == CE and settings.get("label_smoothing") else 0.0
    losses = [2 / n + 0.01 * seed + n * speck + above for n in range(1, epochs + 1)]
    accuracies = [0.7 - 0.3 / n + 0.002 * seed + speck for n in range(1, epochs + 1)]
    return a_run(loss, seed, losses=losses, accuracies=accuracies, **settings)


def saved(run: Run, folder: Path) -> Path:
    """A finished run in a folder of runs, as one made there."""
    directory = folder / run.id
    directory.mkdir(parents=True)
    RunFolder(directory).write_spec(run.spec)
    store.save(store.Finished(run, {}, {}), directory)
    return directory

"""The script that the comparison offers, run in a folder of runs."""

import math
import subprocess
import sys

import pytest

from pages.ui.scripts.fill import fill
from tests.made_up import CE, KL, NAN, a_run, saved


def script_of(tmp_path, *runs, spread="sd"):
    """The script for these runs, which lie in `tmp_path`; a curve for each loss."""
    folders: dict[str, list[str]] = {}
    for run in runs:
        name = "KL" if run.spec.loss == KL else "CE"
        folders.setdefault(name, []).append(
            str(saved(run, tmp_path / "runs").relative_to(tmp_path))
        )
    return fill("comparison", folders=folders, spread=spread)


def printed(script, tmp_path):
    """What it prints of each figure and curve: how many runs, their mean, standard deviation."""
    (tmp_path / "script.py").write_text(script)
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    found, figure = {}, ""
    for line in done.stdout.splitlines()[2:]:
        *names, size, mean, sd = line.split()
        figure = " ".join(names[:-1]) or figure
        found[figure, names[-1]] = int(size), float(mean), float(sd)
    return found


@pytest.mark.parametrize("spread", ["sd", "range"])
def test_the_script_prints_the_figures_after_the_last_epoch_and_draws_the_curves(tmp_path, spread):
    runs = [
        a_run(KL, 1, losses=(9.0, 1.0), accuracies=(0.1, 0.60)),
        a_run(KL, 2, losses=(9.0, 2.0), accuracies=(0.1, 0.70)),
        a_run(CE, 1, losses=(9.0, 4.0), accuracies=(0.1, 0.50)),
    ]
    found = printed(script_of(tmp_path, *runs, spread=spread), tmp_path)
    # By hand: (1, 2) is 1.5 ± √½; (60, 70) % is 65 ± √50 %; of one run there is no deviation.
    assert found["training loss", "KL"] == pytest.approx((2, 1.5, 0.5**0.5), rel=1e-5)
    assert found["validation accuracy", "KL"] == pytest.approx((2, 0.65, 0.005**0.5), rel=1e-5)
    assert found["training accuracy", "KL"] == pytest.approx((2, 0.55, 0.005**0.5), rel=1e-5)
    assert found["validation loss", "CE"] == pytest.approx((1, 4, NAN), nan_ok=True)
    assert len(found) == 8
    page = (tmp_path / "curves.html").read_text()
    for title in ("training loss", "validation loss", "training accuracy", "validation accuracy"):
        assert f'"title": "{title}"' in page
    assert page.count('"type": "area"') == 4


def test_the_bands_of_the_script_are_those_of_the_page(tmp_path):
    runs = [a_run(KL, seed, losses=(loss,)) for seed, loss in ((1, 1.0), (2, 2.0), (3, 6.0))]
    script = script_of(tmp_path, *runs, spread="range")
    show = (
        "\nprint(means[means['figure'] == 'training loss'][['low', 'high']].to_numpy().tolist())\n"
    )
    for spread, low, high in (
        ("range", 1.0, 6.0),
        # Mean 3, deviations −2, −1, 3: sd √(14/2).
        ("sd", 3 - 7**0.5, 3 + 7**0.5),
    ):
        folders = {"KL": [f"runs/{run.id}" for run in runs]}
        script = fill("comparison", folders=folders, spread=spread).replace(
            '.save("curves.html")', ""
        )
        (tmp_path / "script.py").write_text(script + show)
        done = subprocess.run(
            [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        ((found_low, found_high),) = eval(done.stdout.splitlines()[-1])
        assert (found_low, found_high) == pytest.approx((low, high))


def test_a_diverged_run_does_not_stop_the_script(tmp_path):
    runs = [a_run(KL, 1), a_run(KL, 2, losses=(2.0, NAN)), a_run(CE, 1)]
    found = printed(script_of(tmp_path, *runs), tmp_path)
    size, mean, _ = found["training loss", "KL"]
    assert size == 2
    assert math.isnan(mean)  # that of those that are left would hide it

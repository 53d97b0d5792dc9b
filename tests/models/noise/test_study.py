import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

import kl_core
from kl_core import NOISES, Normal
from models.cli.main import main
from models.noise import simulation, study
from models.noise.study import Study

TINY = 3


@pytest.fixture(scope="module")
def tiny() -> Study:
    return simulation.run(repeats=TINY, seed=5)


@pytest.fixture(scope="module")
def recorded() -> Study:
    return study.load()


def test_the_same_seed_gives_the_same_file_and_another_seed_another(
    tiny: Study, tmp_path: Path
) -> None:
    study.save(tiny, tmp_path / "first.json")
    assert (
        main(["noise-study", "--repeats", "3", "--seed", "5", "--out", f"{tmp_path}/second.json"])
        == 0
    )
    first, second = ((tmp_path / f"{name}.json").read_bytes() for name in ("first", "second"))
    assert first == second
    other = simulation.run(repeats=TINY, seed=6)
    assert other.cells[0].models[0].error != tiny.cells[0].models[0].error


def test_a_saved_study_is_loaded_as_it_was_to_ten_digits(tiny: Study, tmp_path: Path) -> None:
    study.save(tiny, tmp_path / "study.json")
    loaded = study.load(tmp_path / "study.json")
    assert study.plain(loaded) == study.plain(tiny)
    assert loaded.cells[5].models[2].error == pytest.approx(tiny.cells[5].models[2].error, rel=1e-9)


def test_every_truth_meets_every_share_and_every_model(tiny: Study, recorded: Study) -> None:
    for each in (tiny, recorded):
        cells = [(cell.truth, cell.share) for cell in each.cells]
        assert cells == [(truth, share) for truth in NOISES for share in (0, 0.05, 0.1, 0.2)]
        assert {tuple(m.noise for m in cell.models) for cell in each.cells} == {NOISES}


@pytest.mark.parametrize("truth", NOISES)
def test_the_true_noises_have_the_median_size_of_a_standard_normal_at_0(truth: str) -> None:
    core = simulation.true_noise(truth, 0.2).core
    draws = core.sample(np.random.default_rng(1), 20_000)
    x = simulation.grid()
    sizes = np.median(abs(draws), axis=0)
    expected = stats.norm.ppf(0.75) * np.exp(0.5 * x * (truth == "heteroscedastic"))
    np.testing.assert_allclose(sizes, expected, rtol=0.05)


def test_outliers_come_from_a_normal_of_std_10() -> None:
    assert simulation.true_noise("laplace", 0.1).outliers == Normal(0, 10)


def test_the_distance_of_two_lines_is_the_root_mean_square_over_x() -> None:
    def square(x: float) -> float:
        return (1.3 + 0.1 * x - (1 + 0.5 * x)) ** 2

    expected = math.sqrt(integrate.quad(square, -2, 2)[0] / 4)
    assert simulation.line_error(1.3, 0.1) == pytest.approx(expected)


ERRORS = np.array([[1.0, 2, 0.5, 1], [3, 1, 1.5, 2], [2, 3, 1, 3], [2, 2, 2, 2]])


def test_a_cells_figures_match_scipys() -> None:
    cell = simulation.score("laplace", 0.1, ERRORS)
    normal, laplace = cell.models[:2]
    assert (normal.error, laplace.error, cell.repeats) == (2, 2, 4)
    assert laplace.error_interval == pytest.approx(
        stats.t(3, 2, stats.sem(ERRORS[:, 1])).interval(0.95)
    )
    means = ERRORS.mean(axis=0)
    divergences = [round(model.divergence, 9) for model in cell.models]
    expected = stats.spearmanr(divergences, means).statistic
    assert cell.rank_correlation == pytest.approx(expected)


def test_the_ratio_and_its_interval_match_the_delta_methods_hand_values() -> None:
    student = simulation.score("laplace", 0.1, ERRORS).models[2]
    # Means 1.25 and 2; residuals own − 0.625·base = −0.125, −0.375, −0.25, 0.75.
    assert student.ratio == 0.625
    error = math.sqrt((0.125**2 + 0.375**2 + 0.25**2 + 0.75**2) / 3 / 4) / 2
    reach = stats.t(3).ppf(0.975) * error
    assert student.ratio_interval == pytest.approx((0.625 - reach, 0.625 + reach))
    assert simulation.score("laplace", 0.1, ERRORS).models[0].ratio_interval == (1, 1)


def test_a_fit_that_failed_is_counted_and_leaves_its_repeat_out_for_all() -> None:
    errors = np.vstack([ERRORS, [9, 9, math.nan, 9]])
    cell = simulation.score("normal", 0.0, errors)
    whole = simulation.score("normal", 0.0, ERRORS)
    assert [model.failed for model in cell.models] == [0, 0, 1, 0]
    assert [model.error for model in cell.models] == [model.error for model in whole.models]
    assert cell.repeats == 4


@pytest.mark.parametrize("means", [[1, 2, 3, 4], [4, 3, 2, 1], [2, 2, 1, 3], [1, 3, 2, 4]])
def test_rank_correlations_agree_with_scipy_ties_and_rounding_included(means: list) -> None:
    rounded = [0.1 + 1e-14, 0.5, 0.3, 0.1]
    found = simulation.rank_correlations(np.array(rounded), np.array([means], float))
    assert found[0] == pytest.approx(stats.spearmanr([0.1, 0.5, 0.3, 0.1], means).statistic)


def test_a_cell_agrees_where_the_least_error_is_of_one_of_the_nearest() -> None:
    divergences = np.array([0.1, 0.5, 0.3, 0.1 + 1e-14])
    means = np.array([[1, 2, 3, 4], [4, 3, 2, 1], [2, 1, 3, 4]], float)
    assert simulation.agree(divergences, means).tolist() == [True, True, False]


def test_the_recorded_divergences_are_those_of_nearest_noise(recorded: Study) -> None:
    for cell in recorded.cells:
        noise = simulation.true_noise(cell.truth, cell.share)
        for model in cell.models:
            nearest = kl_core.nearest_noise(noise, model.noise, x=simulation.grid())
            assert model.divergence == pytest.approx(nearest.divergence, rel=1e-9, abs=1e-12)


def test_the_recorded_whole_is_the_mean_of_the_recorded_cells(recorded: Study) -> None:
    for cell in recorded.cells:
        divergences = [round(model.divergence, 9) for model in cell.models]
        errors = [model.error for model in cell.models]
        expected = stats.spearmanr(divergences, errors).statistic
        assert cell.rank_correlation == pytest.approx(expected)
    ranks = [cell.rank_correlation for cell in recorded.cells]
    assert recorded.rank_correlation == pytest.approx(np.mean(ranks))
    agreed = [cell.agrees for cell in recorded.cells]
    assert recorded.agreement == pytest.approx(np.mean(agreed))


def test_the_record_rests_on_at_least_500_repeats_a_cell_of_which_none_is_missing(
    recorded: Study,
) -> None:
    assert recorded.repeats >= 500
    for cell in recorded.cells:
        assert cell.repeats + max(model.failed for model in cell.models) >= recorded.repeats


def test_the_recorded_least_squares_errors_are_what_theory_gives(recorded: Study) -> None:
    # The fitted line is off by a normal vector of covariance (XᵀX)⁻¹ XᵀVX (XᵀX)⁻¹, whose mean
    # squared distance over x is exact; the mean of its root lies below the root by Jensen.
    x = simulation.grid()
    design = np.column_stack([np.ones_like(x), x])
    inverse = np.linalg.inv(design.T @ design)
    for cell in recorded.cells[:1] + recorded.cells[12:13]:
        variances = simulation.true_noise(cell.truth, 0).core.std ** 2
        covariance = inverse @ (design.T * variances) @ design @ inverse
        root = math.sqrt(covariance[0, 0] + covariance[1, 1] * 4 / 3)
        draws = np.random.default_rng(4).multivariate_normal([0, 0], covariance, 100_000)
        expected = np.hypot(draws[:, 0], draws[:, 1] * 2 / math.sqrt(3)).mean()
        least = cell.models[0]
        error = (least.error_interval[1] - least.error_interval[0]) / 4
        assert abs(least.error - expected) < 4 * error
        assert expected < root


def broken(content: dict[str, Any], *path: str | int, value: Any) -> str:
    *way, last = path
    part: Any = content
    for step in way:
        part = part[step]
    part[last] = value
    return json.dumps(content)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        (("schema",), 2, "it is not of schema 1"),
        (("cells",), [], "it holds no cells"),
        (("cells",), None, "Expected array, got null (at cells)."),
        (("cells", 3, "share"), "much", "Expected float, got str (at cells[3].share)."),
        (("agreement",), 10**400, "Number out of range (at agreement)."),
        (("cells", 3, "agrees"), 1, "Expected bool, got int (at cells[3].agrees)."),
        (("cells", 0, "models", 1, "error"), math.nan, "error is nan"),
        (
            ("cells", 0, "models", 1, "failed"),
            0.5,
            "Expected int, got float (at cells[0].models[1].failed).",
        ),
        (("cells", 0, "models", 1, "ratio_interval"), [2.0, 1.0], "ratio_interval is (2.0, 1.0)"),
        (
            ("cells", 0, "models", 1, "ratio_interval"),
            [2.0],
            "Expected array of length 2, got 1 (at",
        ),
        (("cells", 0, "models", 1), {}, "Object missing required field noise (at"),
        (("extra",), 1, "Study has no field 'extra'."),
    ],
)
def test_a_damaged_record_is_refused_in_a_sentence(
    tiny: Study, tmp_path: Path, path: tuple[str | int, ...], value: Any, reason: str
) -> None:
    file = tmp_path / "study.json"
    file.write_text(broken(study.plain(tiny), *path, value=value))
    with pytest.raises(ValueError, match=r"study\.json cannot be read: ") as caught:
        study.load(file)
    assert str(caught.value).startswith(f"{file} cannot be read: {reason}")
    assert str(caught.value).endswith(".")


def test_a_missing_or_cut_record_is_refused(tmp_path: Path) -> None:
    for content in (None, b"", b"[1]", b"{"):
        if content is not None:
            (tmp_path / "study.json").write_bytes(content)
        with pytest.raises(ValueError, match=r"^.*study\.json cannot be read: .*[^.]\.$"):
            study.load(tmp_path / "study.json")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--repeats", "1"], "--repeats must be at least 2; got 1."),
        (["--seed", "-1"], "--seed must be at least 0; got -1."),
        (["--out", "nowhere/study.json"], "--out must be a file in a folder that can be written"),
    ],
)
def test_bad_options_are_one_line_and_an_exit_status(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: Any, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["noise-study", "--out", "study.json", *arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert said in err
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_leaves_the_old_record_as_it_was(tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "study.json").write_text("old")

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("models.cli.noise_study._show_cell", stop)
    assert main(["noise-study", "--repeats", "2", "--out", str(tmp_path / "study.json")]) == 130
    assert [path.name for path in tmp_path.iterdir()] == ["study.json"]
    assert (tmp_path / "study.json").read_text() == "old"


def test_as_json_each_cell_and_the_whole_are_a_line(
    tmp_path: Path, monkeypatch: Any, capsys: Any, tiny: Study
) -> None:
    monkeypatch.setattr(
        simulation, "run", lambda repeats, seed, say: [*map(say, tiny.cells)] and tiny
    )
    assert main(["noise-study", "--json", "--out", str(tmp_path / "study.json")]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == 17
    assert lines[3]["share"] == 0.2
    assert lines[-1]["rank_correlation"] == pytest.approx(tiny.rank_correlation)
    assert replace(study.load(tmp_path / "study.json"), cells=()).repeats == TINY

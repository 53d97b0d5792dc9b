"""The table of what runs were and came to, against numbers by hand, and the file of it."""

import pytest

from pages.ui.comparison import figures, results
from tests.made_up import CE, NAN, a_run


def grouped(*runs):
    return results.group([("recorded", run) for run in runs])


def test_the_table_marks_the_settings_that_differ_and_no_others():
    found = grouped(a_run(), a_run(CE), a_run(label_smoothing=0.1))
    table = figures.by_group(found)
    assert table.columns.tolist() == results.names(found)
    assert [name for name in table.index if name.startswith("≠")] == ["≠ loss", "≠ label smoothing"]
    assert table.loc["≠ label smoothing"].tolist() == ["**0**", "**0**", "**0.1**"]
    assert not table.loc["epochs"].str.contains("*", regex=False).any()


@pytest.mark.parametrize(
    ("setting", "change", "texts"),
    [
        ("images", {"data": "cifar10"}, {"**shapes**", "**CIFAR-10**"}),
        ("epochs", {"losses": (1.0,)}, {"**2**", "**1**"}),
        ("batch size", {"batch_size": 50}, {"**250**", "**50**"}),
        ("validation split", {"validation_split": 0.201}, {"**20\xa0%**", "**20.1\xa0%**"}),
        ("precision", {"precision": "mixed_bfloat16"}, {"**float32**", "**mixed_bfloat16**"}),
    ],
)
def test_each_setting_of_a_run_is_in_the_table(setting, change, texts):
    table = figures.by_group(grouped(a_run(), a_run(**change)))
    assert set(table.loc[f"≠ {setting}"]) == texts


def test_different_seeds_and_sources_are_marked_too():
    found = results.group(
        [("recorded", a_run(seed=s)) for s in (1, 2, 3)] + [("made here", a_run())]
    )
    table = figures.by_group(found)
    assert table.loc["≠ seeds"].tolist() == ["**1 to 3**", "**1**"]
    assert table.loc["≠ source"].tolist() == ["**recorded**", "**made here**"]


def test_figures_are_mean_and_standard_deviation_over_the_seeds():
    runs = [
        a_run(seed=1, losses=(2.0, 1.0), accuracies=(0.70, 0.60), seconds=(60.0, 60.0)),
        a_run(seed=2, losses=(2.0, 2.0), accuracies=(0.60, 0.62), seconds=(120.0, 60.0)),
    ]
    column = figures.by_group(grouped(*runs))["KL"]
    # (60, 62): 61 ± √2; the best epochs (70, 62): 66 ± √32; losses (1, 2): 1.5 ± √½.
    assert column["validation accuracy, last epoch"] == "61.00 ± 1.41 %"
    assert column["validation accuracy, best epoch"] == "66.00 ± 5.66 %"
    assert column["training loss, last epoch"] == "1.5 ± 0.71"
    assert column["minutes a run"] == "2.5 ± 0.71"
    assert column["test images"] == "1,017"
    alone = figures.by_group(grouped(runs[0]))["KL"]
    assert alone["validation accuracy, last epoch"] == "60.00 %"
    assert alone["training loss, last epoch"] == "1"


def test_a_diverged_run_is_counted_and_gives_its_group_no_loss():
    gone = a_run(seed=2, losses=(2.0, NAN), accuracies=(0.6, 0.1))
    table = figures.by_group(grouped(a_run(), gone, a_run(CE)))
    assert table.loc[figures.DIVERGED].to_dict() == {"KL": "1", "CE": "0"}
    assert table.loc["training loss, last epoch"].to_dict() == {"KL": "not a number", "CE": "1"}
    assert figures.DIVERGED not in figures.by_group(grouped(a_run())).index


def test_a_file_has_last_and_best_figures_and_what_they_rest_on():
    row = figures.by_run([a_run(losses=(3.0, 2.0, 1.0), accuracies=(0.5, 0.8, 0.7))]).iloc[0]
    assert row["validation accuracy, last epoch"] == 0.7
    assert row["validation accuracy, best epoch"] == 0.8
    assert row["best epoch"] == 2
    assert row["test images"] == 1017

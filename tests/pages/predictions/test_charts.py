"""The chart of what both networks predict for one picture."""

from pages.ui.predictions import charts
from tests.pages import specs
from tests.pages.predictions.subjects import a_cat


def test_the_chart_keeps_to_the_schema_and_labels_both_networks():
    rows, spec = charts.probabilities(a_cat())
    specs.assert_keeps_to_the_schema(spec)
    assert charts.probabilities(a_cat(people=50))[1] is spec
    said = rows.loc[rows["outcome"] == "dog", "text"].str.replace("\N{NO-BREAK SPACE}", " ")
    assert said.tolist() == ["KL 50.0 %", "CE 75.0 %"]

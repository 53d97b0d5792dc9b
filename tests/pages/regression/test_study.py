"""What the page says of the recorded simulation."""

from pages.ui.regression import study
from tests.pages.regression.made_up import STUDY


def test_the_study_is_told_in_its_own_numbers():
    said = study.answer(STUDY)
    assert "In 3 of the 4 simulated cases, some other model has a lower error" in said
    assert said.endswith("The exception: Gaussian noise without outliers.")
    said = study.examples(STUDY)
    # 0.25 / 0.2 is a quarter more, between 0.9 · 1.25 and 1.1 · 1.25.
    assert "Laplace 25.0\N{NO-BREAK SPACE}% more error [12.5" in said
    assert "to 37.5\N{NO-BREAK SPACE}%]" in said
    # 0.3 / 0.8 = 0.375.
    assert "Laplace 62.5\N{NO-BREAK SPACE}% less error [58.8" in said
    ranks = study.ranks(STUDY)
    assert "is **0.8** on average over the cases [0.7 to 0.9, 95 % interval" in ranks
    agreement = study.agreement(STUDY)
    assert "In 50.0\N{NO-BREAK SPACE}% of the cases [25.0" in agreement
    assert "exceptions are Laplace noise without outliers and Laplace noise with 20" in agreement
    assert "100 data sets of 40 points" in study.method(STUDY)
    assert study.failures(STUDY) == "No fit failed."

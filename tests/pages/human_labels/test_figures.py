"""The figures of people beside two networks as tables, counted by hand."""

import re

import pytest

from pages.ui.human_labels import figures, prose
from tests.pages.human_labels.votes import TWO, networks


def test_the_table_holds_both_parts_their_sum_and_the_correction_with_intervals():
    table = figures.figures(networks(TWO, 0.0, 0.0))
    assert list(table.columns) == list(prose.HEADINGS)
    first = table[prose.HEADINGS[0]]
    values = [float(re.match(r"\*\*([\d.]+)\*\*", said)[1]) for said in first]
    assert values == pytest.approx([0.2502, 2.0524, 2.303, 0.2552, 2.0474], abs=6e-4)
    # The sums are equal, so their interval is a point.
    assert first["H(P, Q), their sum"] == "**2.303** [2.303,\N{NO-BREAK SPACE}2.303]"


def test_the_file_for_each_image_holds_figures_and_no_votes():
    table = figures.values(networks(TWO, 0.6, 0.5))
    assert table.columns.tolist() == [
        "number",
        "label",
        "people_entropy",
        "people_entropy_corrected",
        "kl_divergence_network_kl",
        "kl_divergence_network_cross_entropy",
        "categorical_crossentropy_network_kl",
        "categorical_crossentropy_network_cross_entropy",
    ]
    assert table.loc[0, "people_entropy"] == pytest.approx(0.5004, abs=1e-4)

import csv
import io

import numpy as np
import pandas as pd
import pytest

from pages.ui import tables


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_name_that_a_spreadsheet_would_compute_stands_as_text_in_a_file(sign):
    name = f"{sign}HYPERLINK(1)"
    file = tables.to_csv(pd.DataFrame({"outcome": [name, "a-b", "="[:0]], "p": [-0.25, 1e-9, 2]}))
    rows = list(csv.reader(io.StringIO(file, newline="")))
    assert rows == [["outcome", "p"], [f"'{name}", "-0.25"], ["a-b", "1e-09"], ["", "2.0"]]


def test_words_of_0s_and_1s_keep_their_leading_0s_in_a_spreadsheet():
    table = pd.DataFrame({"outcome": ["7", "0.5", "x"], "word": ["010", "11", ""]})
    found = pd.read_csv(io.StringIO(tables.to_csv(table)), keep_default_na=False)
    assert found["word"].tolist() == ["'010", "'11", ""]
    assert found["outcome"].tolist() == ["7", "0.5", "x"]


def test_what_is_infinite_is_infinite_in_a_file_too():
    table = pd.DataFrame({"term": [0.5, np.nan], "low": [np.nan, 1.0]})
    file = tables.to_csv(tables.infinite(table, "term").assign(unit="nats"))
    assert file.splitlines()[1:] == ['0.5,"","nats"', 'inf,1.0,"nats"']


def test_where_a_semicolon_separates_cells_it_begins_none_in_a_file():
    file = tables.to_csv(pd.DataFrame({"outcome": ["a;=1+1", "b"], "p": [0.5, np.nan]}))
    assert list(csv.reader(io.StringIO(file), delimiter=";")) == [
        ['outcome,"p"'],
        ["a;=1+1,0.5"],
        ['b,""'],
    ]


def test_a_file_has_all_digits_of_its_numbers_or_as_many_as_asked_for():
    table = pd.DataFrame({"n": [1_234_567, -3], "x": [1 / 3, -2e-7 / 3]})
    assert pd.read_csv(io.StringIO(tables.to_csv(table))).equals(table)
    assert tables.to_csv(table, 6).splitlines()[1:] == ["1234567,0.333333", "-3,-6.66667e-08"]

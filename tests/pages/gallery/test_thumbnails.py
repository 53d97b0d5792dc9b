"""The small pictures of the front page: that they are what their pages draw today."""

import re
from xml.etree import ElementTree

import pytest

from pages.ui.gallery import thumbnails

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@pytest.mark.parametrize("chart", thumbnails.THUMBNAILS, ids=lambda chart: chart.__name__)
def test_a_thumbnail_is_its_pages_chart_as_it_is_now(chart):
    kept = (thumbnails.FOLDER / f"{chart.__name__}.svg").read_text(encoding="utf-8")
    drawn = thumbnails.draw(chart())
    assert NUMBER.sub("0", kept) == NUMBER.sub("0", drawn), "python -m pages.ui.gallery.thumbnails"
    numbers = zip(NUMBER.findall(kept), NUMBER.findall(drawn), strict=True)
    assert all(abs(float(before) - float(now)) <= 1 for before, now in numbers)


@pytest.mark.parametrize(
    "file", sorted(thumbnails.FOLDER.glob("*.svg")), ids=lambda file: file.stem
)
def test_a_thumbnail_is_small_has_no_words_and_both_themes_colours(file):
    svg = file.read_text(encoding="utf-8")
    assert len(svg) < 10_000
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}
    assert "text" not in tags
    colours = {colour.upper() for colour in re.findall(r'(?:fill|stroke)="(#\w{6})"', svg)}
    assert colours <= set(thumbnails.vega.EXPORT_COLOURS)
    assert all(f'="{colour}" i]' in svg for colour in colours)

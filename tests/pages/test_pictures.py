"""The pictures that leave the pages: what stands in them, by their pixels or their SVG."""

import base64
import io
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageFont

from kl_core import kl_terms
from pages.ui import tables, vega
from pages.ui.fitting import contours, fitcharts, results
from pages.ui.fitting.fit import Fit, Gaussian, Hill
from pages.ui.fitting.presets import PRESETS
from pages.ui.pairs import charts
from pages.ui.pairs.samples import Draws
from pages.ui.vae import charts as vae_charts
from pages.ui.vae import repository
from pages.ui.vega import EXPORT_COLOURS

P, Q = np.array([0.6, 0.4, 0.0]), np.array([0.2, 0.4, 0.4])
TERMS = {"KL(P‖Q)": kl_terms(P, Q), "KL(Q‖P)": kl_terms(Q, P)}
NAMES = ["a", "b", "c"]
PAIR = charts.pair(tables.distributions(NAMES, P, Q), tables.kl_terms(NAMES, P, Q, TERMS), "bits")
HILLS = Fit((Hill(-3, 0.8, 0.55), Hill(2.5, 1, 0.45)), (), Gaussian(1.5, 1))
HEAP = next(preset.state for preset in PRESETS if preset.state.bins)
HOLES = HEAP.with_bin(0, 0.0)


def pixels(picture: vega.Spec) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(vega.png(picture))).convert("RGB")).astype(int)


def titled(title: str) -> vega.Spec:
    """One empty chart, its title at the left edge."""
    board = vega.board([[(pd.DataFrame({"x": [1]}), {"mark": "point", "height": 30})]])
    chart = board["vconcat"][0]["hconcat"][0]
    return {**board, "vconcat": [{**chart, "title": {"text": title, "anchor": "start"}}]}


@pytest.mark.parametrize("sign", "‖⁻₂β∞Ж")
def test_a_sign_in_a_text_leaves_the_font_of_the_others_as_it_is(sign):
    without, with_it = (pixels(titled(title))[:60] for title in ("Ragtime", f"Ragtime {sign}"))
    word = slice(0, np.flatnonzero((without != 255).any(axis=(0, 2)))[-1] + 1)
    assert (without[:, word] == with_it[:, word]).all()
    assert (without != with_it).any()


@pytest.mark.parametrize("font", ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"])
def test_the_fonts_that_come_along_have_every_sign_that_pages_write(font):
    written = {
        sign
        for path in Path(vega.__file__).parent.rglob("*.py")
        for sign in path.read_text()
        if ord(sign) < 0x2300 and sign.isprintable() and sign != " "  # icons stand in no picture
    }
    known = ImageFont.truetype(vega.FONTS / font, 20)
    empty = bytes(known.getmask("\U000f0000"))
    assert [sign for sign in sorted(written) if bytes(known.getmask(sign)) == empty] == []


def test_no_quarter_of_a_picture_of_three_charts_is_empty():
    seen = (pixels(PAIR) != 255).any(axis=2)
    for rows in np.array_split(seen, 2):
        left, right = (quarter.mean() for quarter in np.array_split(rows, 2, axis=1))
        assert right > left / 3


def test_a_chart_that_is_alone_in_its_row_ends_where_the_others_do():
    drawn = vega.svg(PAIR)
    lone, left, right = map(int, re.findall(r'd="M0,0h(\d\d+)v300', drawn))
    assert left == right
    assert f'translate({lone - right},0)"><path class="background"' in drawn


def of_many(outcomes: int) -> str:
    names, p = [f"category {place}" for place in range(outcomes)], np.full(outcomes, 1 / outcomes)
    shares = tables.kl_terms(names, p, p, dict.fromkeys(TERMS, np.zeros(outcomes)))
    return vega.svg(charts.pair(tables.distributions(names, p, p), shares, "bits"))


def test_of_many_outcomes_names_stand_upright_and_numbers_leave_the_bars():
    few, many = of_many(12), of_many(100)
    label = r'translate\(([\d.]+),[\d.]+\)( rotate\(270\))?[^>]*opacity="1">category'
    assert {turned for _, turned in re.findall(label, few)} == {""}
    places, turns = zip(*re.findall(label, many), strict=True)
    assert len(places) > 100
    assert all(turns)
    # Of each chart: no two closer than their letters are high.
    assert all(not 0 < after - before < 9 for before, after in pairwise(map(float, places)))
    assert few.count(">0.083</text>") == 2 * 12
    assert ">0.01</text>" not in many


@pytest.mark.parametrize("many", [False, True], ids=["few", "many"])
def test_an_infinite_share_stands_in_its_place_among_the_others(many):
    p, q = np.array([0.5, 0, 0.5]), np.array([0.25, 0.25, 0.5])
    terms = {"KL(P‖Q)": kl_terms(p, q), "KL(Q‖P)": kl_terms(q, p)}
    shares = tables.kl_terms(["first", "second", "third"], p, q, terms)
    drawn = vega.svg(vega.board([[(shares, charts.kl_terms("KL(Q‖P)", "bits", many))]]))
    assert re.findall(r">(first|second|third)<", drawn) == ["first", "second", "third"]


def test_a_mean_that_never_moves_before_it_is_infinite_stands_at_its_number():
    rows = tables.running_mean(
        Draws(np.array([1, 2, 3]), np.array([-0.18, -0.18, np.inf]), np.inf, np.nan, (3, "a"))
    )
    drawn = vega.svg(vega.board([[(rows, charts.running_mean("nats"))]]))
    assert ">−0.18</text>" in drawn


@pytest.mark.parametrize("fit", [HILLS, HEAP], ids=["hills", "heap"])
def test_a_map_has_the_divergences_that_are_found_for_each_gaussian(fit):
    maps = results.maps(fit, results.solve(fit))
    for row, column in ((12, 30), (30, 64), (40, 100), (64, 0)):
        q = Gaussian(float(results.MEANS[column]), float(results.STDS[row]))
        one = results.solve(Fit(fit.hills, fit.bins, q))
        assert maps["pq"][row, column] == pytest.approx(one.pq, rel=1e-9)
        assert maps["qp"][row, column] == pytest.approx(one.qp, rel=2e-3)


def test_a_map_is_painted_with_the_strongest_tone_where_the_divergence_is_least():
    values = results.maps(HILLS, results.solve(HILLS))["pq"]
    address = contours.painted(contours.ranks(values, 1.0), EXPORT_COLOURS[0], (840, 600))
    content = base64.b64decode(address.removeprefix("data:image/png;base64,"))
    seen = np.asarray(Image.open(io.BytesIO(content))).astype(int)
    assert seen.shape == (600, 840, 3)
    row, column = np.unravel_index(values.argmin(), values.shape)
    # The map's lowest row is the narrowest Gaussian; the picture's lowest is its last.
    y, x = round(599 * (1 - row / 64)), round(839 * column / 128)
    assert seen[y, x].sum() <= np.percentile(seen.sum(axis=2), 5)
    assert seen[-1, 0].sum() > 700  # far from P and narrow: nearly white


def test_a_level_is_written_where_the_divergence_is_that_number_of_the_unit():
    values = results.maps(HILLS, results.solve(HILLS))["pq"]
    for nats in (1.0, np.log(2)):
        written = contours.labels(contours.ranks(values, nats))
        assert len(written) >= 4
        for text, column, row in written:
            there = values[round(row) - 1 : round(row) + 2, round(column) - 1 : round(column) + 2]
            assert there.min() <= float(text) * nats <= there.max()


def test_the_picture_of_a_fit_has_the_densities_and_both_maps():
    drawn = vega.svg(fitcharts.picture(HILLS, results.solve(HILLS), "bits", 2))
    assert drawn.count("<image") == 2
    for text in ("best Q by KL(Q‖P)", "KL(P‖Q) for every Gaussian Q, bits", "mean of Q"):
        assert text in drawn


def test_where_a_divergence_is_infinite_everywhere_the_picture_says_so():
    drawn = vega.svg(fitcharts.picture(HOLES, results.solve(HOLES), "nats", None))
    assert drawn.count("<image") == 1
    assert fitcharts.ENDLESS in drawn


BOLD = ImageFont.truetype(vega.FONTS / "DejaVuSans-Bold.ttf", 12)
PLACE = r'transform="translate\(([-\d.]+),([-\d.]+)\)"'


def boxes(drawn: str) -> list[tuple[str, float, float, float, float]]:
    """Left, top, right and bottom of each net's name and each net's point in a picture."""
    found = []
    for anchor, x, y, text in re.findall(
        rf'<text [^>]*text-anchor="(\w+)"[^>]*{PLACE}[^>]*>(β = [\d.]+)<', drawn
    ):
        width = BOLD.getlength(text)
        left = float(x) - (width if anchor == "end" else 0)
        found.append((text, left, float(y) - 9, left + width, float(y)))
    symbols = re.search(r'class="mark-symbol role-mark \w+_layer_1_marks".*?</g>', drawn)
    for x, y, radius in re.findall(rf'{PLACE} d="M-?([\d.]+),', symbols[0]):
        sides = float(x) - float(radius), float(y) - float(radius)
        found.append(("point", *sides, float(x) + float(radius), float(y) + float(radius)))
    return found


@pytest.mark.parametrize("beta", [0, 0.1, 1, 4, 10, 100])
def test_no_name_of_a_net_lies_under_another_mark(beta):
    table = vae_charts.rate_distortion_table(repository.recorded()[0], beta)
    marks = boxes(vega.svg(vega.board([[(table, vae_charts.rate_distortion())]])))
    assert len(marks) == 2 * len(table)
    for i, (name, left, top, right, bottom) in enumerate(marks):
        for other, *sides in marks[:i]:
            if "β" in name + other:
                clear = right < sides[0] or sides[2] < left or bottom < sides[1] or sides[3] < top
                assert clear, f"{name} lies on {other}"

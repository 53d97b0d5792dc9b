"""The charts of nets' quality: specifications that hold no data, and the pictures made of them."""

import json
import math

import numpy as np
import pytest

from models.evaluation.agreement import Agreement
from models.evaluation.metrics import Mean, Share
from models.evaluation.predictions import Predictions
from pages.ui import vega
from pages.ui.predictions.quality import charts as drawn
from pages.ui.predictions.quality import encodings, frames, paircharts
from pages.ui.predictions.quality.results import Alike, LossOrSeed, PairedEvaluation, Quality
from pages.ui.vega import EXPORT_COLOURS, LOSSES
from tests.pages import specs

LAST = float(frames.EDGES[-1])
SPECS = {
    "reliability": drawn.reliability(),
    "costs": drawn.costs(frames.FIRST, LAST),
    "classes": drawn.classes(0.4),
    "confusion": drawn.confusion(LOSSES[0]),
    "confusion of the other": drawn.confusion(LOSSES[1]),
    "same": paircharts.pairs("same", frames.ROWS),
    "js": paircharts.pairs("js", frames.ROWS),
}
EACH = pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)


@EACH
def test_a_specification_keeps_to_vega_lites_schema(spec):
    specs.assert_keeps_to_the_schema(spec)


@EACH
def test_a_specification_holds_no_data_and_leaves_the_colours_to_the_theme(spec):
    specs.assert_holds_no_data_and_no_colours(spec)


def test_each_specification_is_built_once():
    assert drawn.reliability() is SPECS["reliability"]
    assert paircharts.pairs("js", frames.ROWS) is SPECS["js"]


def scales(spec, channel):
    found = [layer["encoding"].get(channel, {}).get("scale") for layer in spec["layer"]]
    return [scale for scale in found if scale]


@EACH
def test_kls_colour_is_the_themes_first_and_what_has_no_net_is_grey_its_fourth(spec):
    found = scales(spec, "color")
    assert found
    for scale in found:
        assert scale["domain"][:2] == LOSSES
        assert scale["domain"][2:] in ([], ["entropy", encodings.MIXED])


@pytest.mark.parametrize(
    ("channel", "first", "second"), [("shape", "circle", "square"), ("strokeDash", [1, 0], [6, 4])]
)
def test_the_nets_are_told_apart_without_colour_too(channel, first, second):
    found = [scale for spec in SPECS.values() for scale in scales(spec, channel)]
    assert len(found) >= 2
    for scale in found:
        assert (scale["domain"][:2], scale["range"][:2]) == (LOSSES, [first, second])


@pytest.mark.parametrize("name", ["reliability", "classes"])
def test_the_ends_of_intervals_lie_within_the_named_axis(name):
    (axis,) = {"reliability": "y", "classes": "x"}[name]
    least = {"reliability": 0, "classes": 0.4}[name]
    assert len(scales(SPECS[name], axis)) >= 3
    assert all(scale["domain"] == [least, 1] for scale in scales(SPECS[name], axis))


def net(seed, right):
    """It has most images right, and is more or less sure of each."""
    rng = np.random.default_rng(seed)
    labels = np.arange(400) % 10
    logits = rng.normal(size=(400, 10)) * 2
    logits[np.arange(400), labels] += np.where(rng.random(400) < right, rng.gamma(2, 3, 400), 0)
    return Quality.of(Predictions(logits, labels.astype(np.uint8)))


BOTH = PairedEvaluation(net(1, 0.8), net(2, 0.7))
MEAN = Mean(0.02, 0.001, 400)


def alike(same, js):
    return Alike((1, 2), Agreement(Share(same, 400), MEAN, MEAN, Mean(js, 0.001, 400)))


FOUND = LossOrSeed(
    (alike(350, 0.02), alike(340, 0.03)), (alike(300, 0.05),), (alike(310, 0.04),), ()
)
PICTURES = {
    "reliability": (frames.reliability(BOTH), SPECS["reliability"]),
    "costs": (frames.costs(BOTH), SPECS["costs"]),
    "classes": (frames.classes(BOTH), SPECS["classes"]),
    "confusion": (frames.confusion(BOTH.kl), SPECS["confusion"]),
    "same": (frames.pairs(FOUND), SPECS["same"]),
    "js": (frames.pairs(FOUND), SPECS["js"]),
}


def picture(name):
    return vega.svg(vega.board([[PICTURES[name]]]))


def drawn_in(svg, kind, colour):
    """How many marks of one kind and colour a picture has."""
    return sum(
        f'aria-roledescription="{kind}"' in element and colour in element
        for element in (path.split(">")[0] for path in svg.split("<path"))
    )


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_draws_all_that_is_a_number(name):
    svg = picture(name)
    assert "NaN" not in svg
    assert PICTURES[name][1]["title"] in svg


@pytest.mark.parametrize("name", ["reliability", "costs", "classes"])
def test_both_nets_are_named_in_their_colours_in_the_picture(name):
    svg = picture(name)
    for text, colour in zip(encodings.KEY.values(), EXPORT_COLOURS, strict=False):
        (element,) = [part for part in svg.split("<text")[1:] if f">{text}<" in part]
        assert colour in element


@pytest.mark.parametrize("name", ["reliability", "classes"])
def test_each_row_is_a_point_in_its_nets_colour(name):
    rows, svg = PICTURES[name][0], picture(name)
    for loss, colour in zip(LOSSES, EXPORT_COLOURS, strict=False):
        assert drawn_in(svg, "point", colour) == (rows["net"] == loss).sum()


def test_the_pairs_of_both_losses_are_grey_and_each_kind_has_one_tick():
    svg = picture("same")
    for colour, points in ((EXPORT_COLOURS[3], 2), (EXPORT_COLOURS[0], 1), (EXPORT_COLOURS[1], 1)):
        assert (drawn_in(svg, "point", colour), drawn_in(svg, "tick", colour)) == (points, 1)


def test_every_cell_of_the_confusion_has_its_count_in_the_texts_own_colour():
    svg = picture("confusion")
    cells = [part for part in svg.split("<text")[1:] if 'fill="currentColor"' in part]
    found = sorted(int(part.split(">")[1].split("<")[0]) for part in cells)
    assert found == sorted(BOTH.kl.confusion.ravel().tolist())


def luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return np.dot([0.2126, 0.7152, 0.0722], linear)


@pytest.mark.parametrize(
    ("ground", "text", "colours"),
    [("FFFFFF", "0E1116", ("0072B2", "B84A00")), ("14161A", "E8EAED", ("56B4E9", "F0A050"))],
    ids=["light", "dark"],
)
def test_a_count_is_read_on_the_darkest_cell_in_either_theme(ground, text, colours):
    rgb = {name: np.array(list(bytes.fromhex(name))) / 255 for name in (ground, text, *colours)}
    for colour in colours:
        cell = drawn.DARKEST * rgb[colour] + (1 - drawn.DARKEST) * rgb[ground]
        lights = sorted(luminance(c) + 0.05 for c in (cell, rgb[text]))
        assert lights[1] / lights[0] >= 4.5  # WCAG 2.2, 1.4.3


def test_the_axis_of_kl_holds_every_bin_and_is_logarithmic():
    found = scales(SPECS["costs"], "x")
    assert len(found) >= 4
    for scale in found:
        assert scale["domain"] == [frames.FIRST, LAST]
        assert scale["type"] == "log"
    assert math.isclose(frames.FIRST, 0.001 / 10**0.25)
    assert "nats" in json.dumps(SPECS["costs"]["layer"][0]["encoding"]["x"]["title"])

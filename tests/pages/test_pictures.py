"""The pictures that leave the pages: what stands in them, by their pixels or their SVG."""

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageFont

from pages.ui import vega
from pages.ui.beta_vae import charts, repository


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
    table = charts.rate_distortion_table(repository.recorded()[0], beta)
    marks = boxes(vega.svg(vega.board([[(table, charts.rate_distortion())]])))
    assert len(marks) == 2 * len(table)
    for i, (name, left, top, right, bottom) in enumerate(marks):
        for other, *sides in marks[:i]:
            if "β" in name + other:
                clear = right < sides[0] or sides[2] < left or bottom < sides[1] or sides[3] < top
                assert clear, f"{name} lies on {other}"

"""The theme's colours against each other, as WCAG 2.2 counts contrast."""

import pytest

from pages.ui import layout
from pages.ui.vega import EXPORT_COLOURS
from tests.theme import CONFIG, contrast

THEMES = ["light", "dark"]
TEXT, MARK = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11


def test_the_contrast_function_knows_black_on_white():
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)  # WebAIM's example


def colours_of(theme: str) -> dict[str, str]:
    return CONFIG["theme"][theme]


def grounds(theme: str) -> list[str]:
    """What text stands on: the page; the sidebar, which is also the ground of fields and bars."""
    return [colours_of(theme)[f"{name}ackgroundColor"] for name in ("b", "secondaryB")]


def over(colour: str, ground: str, share: float) -> str:
    """A colour that covers a share of its ground."""
    pairs = [(int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * c + (1 - share) * g):02X}" for c, g in pairs)


def test_half_black_over_white_is_grey():
    assert over("#000000", "#FFFFFF", 0.5) == "#808080"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    "name", ["textColor", "blueTextColor", "orangeTextColor", "greenTextColor", "linkColor"]
)
def test_text_can_be_read_on_every_ground(theme, name):
    for ground in grounds(theme):
        assert contrast(colours_of(theme)[name], ground) >= TEXT, ground


@pytest.mark.parametrize("theme", THEMES)
def test_streamlits_captions_can_be_read_though_it_lets_the_ground_shine_through(theme):
    for ground in grounds(theme):
        assert contrast(over(colours_of(theme)["textColor"], ground, 0.6), ground) >= TEXT


@pytest.mark.parametrize("theme", THEMES)
def test_white_text_can_be_read_on_a_primary_button(theme):
    assert contrast(colours_of(theme)["primaryColor"], "#FFFFFF") >= TEXT


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_chosen_can_be_read_on_the_tint_of_the_primary_colour(theme):
    colours = colours_of(theme)
    for ground in grounds(theme):  # Streamlit's own tint is fainter; the bars' lit row has this
        tinted = over(colours["primaryColor"], ground, 0.16)
        assert contrast(colours["linkColor"], tinted) >= TEXT
        assert contrast(colours["textColor"], tinted) >= TEXT


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    "name", ["blueColor", "orangeColor", "greenColor", "primaryColor", "linkColor"]
)
def test_bars_and_focus_rings_stand_out_from_every_ground(theme, name):
    for ground in grounds(theme):
        assert contrast(colours_of(theme)[name], ground) >= MARK, ground


@pytest.mark.parametrize("theme", THEMES)
def test_a_fields_border_stands_out_from_the_page(theme):
    assert contrast(colours_of(theme)["borderColor"], grounds(theme)[0]) >= MARK


@pytest.mark.parametrize("name", layout.COLOURS)
def test_a_style_sheet_takes_its_colours_from_the_themes(name):
    light, dark = (colours_of(theme)[layout.COLOURS[name]] for theme in THEMES)
    assert f"--kl-{name}: light-dark({light}, {dark});".lower() in layout.STYLE.lower()
    assert f"var(--kl-{name})" in layout.STYLE


@pytest.mark.parametrize("theme", THEMES)
def test_the_charts_colours_can_be_read_as_labels(theme):
    for colour in colours_of(theme)["chartCategoricalColors"]:
        assert contrast(colour, grounds(theme)[0]) >= TEXT, colour


def test_pictures_that_leave_the_page_have_the_light_themes_colours():
    assert CONFIG["theme"]["light"]["chartCategoricalColors"] == EXPORT_COLOURS

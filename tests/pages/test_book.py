import tomllib
from pathlib import Path

import pytest

from pages.ui.book import BOOK
from pages.ui.charts import EXPORT_COLOURS

ROOT = Path(__file__).resolve().parents[2]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())


def test_every_page_is_in_the_book_and_every_entry_is_a_page():
    files = {f"pages/{path.name}" for path in (ROOT / "pages").glob("*.py")} | {"app.py"}
    assert {page.file for page in BOOK} == files


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_function_knows_black_on_white():
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)  # WebAIM's example


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_can_be_read_on_its_ground(theme):
    colours = CONFIG["theme"][theme]
    ground = colours["backgroundColor"]
    text = [colours[f"{name}TextColor"] for name in ("blue", "orange")]
    for colour in [*colours["chartCategoricalColors"], *text, colours["linkColor"]]:
        assert contrast(colour, ground) >= 4.5, colour
    assert contrast(colours["textColor"], colours["secondaryBackgroundColor"]) >= 7
    assert contrast(colours["primaryColor"], "#FFFFFF") >= 4.5  # white text on a button
    assert contrast(colours["primaryColor"], ground) >= 3
    assert contrast(colours["borderColor"], ground) >= 3


def test_pictures_that_leave_the_page_have_the_light_themes_colours():
    assert CONFIG["theme"]["light"]["chartCategoricalColors"] == EXPORT_COLOURS


def test_the_app_protects_its_visitors():
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["server"]["enableXsrfProtection"] is True
    assert CONFIG["server"]["enableCORS"] is True
    assert CONFIG["server"]["maxUploadSize"] <= 5
    assert CONFIG["client"]["showSidebarNavigation"] is False

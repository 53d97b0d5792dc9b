"""The comparison in a browser: both losses, four seeds, plain and smoothed labels."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import serve
from tests.browser.hands import settled
from tests.browser.test_access import drawn, violations
from tests.made_up import CE, KL, like_real, saved

ALL = "only_data=shapes&only_made=made+here&only_smoothing=0&only_smoothing=0.1"
CURVES = 4  # charts; then one of differences for each of two settings, and one of distances
BOTH_THEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("compared")
    for loss in (KL, CE):
        for seed in (1, 2, 3, 4):
            for settings in ({}, {"label_smoothing": 0.1}):
                saved(like_real(loss, seed, **settings), home / "runs")
    with serve(home) as served:
        yield served


def opened(page: Page, server: str, query: str = ALL) -> None:
    page.goto(f"{server}/comparison?{query}")
    expect(page.get_by_role("button", name="Present", exact=True)).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(CURVES + 3)
    drawn(page)


def chart(page: Page, number: int = 0) -> Locator:
    return page.get_by_test_id("stVegaLiteChart").nth(number)


def toggle(page: Page, name: str) -> None:
    page.get_by_test_id("stCheckbox").filter(has_text=name).locator("label").first.click()


def choose(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).click()


def seen(page: Page) -> list[str]:
    """What a visitor reads: the prose, the table, and what the charts say of themselves."""
    drawn(page)
    parts = page.locator(".stMain").locator(".stMarkdown, .stCaption, .stTable").all_inner_texts()
    charts = page.get_by_test_id("stVegaLiteChart").all()
    return parts + [one.get_attribute("aria-label") for one in charts]


@BOTH_THEMES
def test_four_groups_break_no_rule_of_wcag_2_2_aa(server, page, scheme):
    page.emulate_media(color_scheme=scheme)
    opened(page, server)
    assert violations(page) == []


@BOTH_THEMES
def test_on_a_phone_nothing_is_wider_than_the_screen_and_no_rule_is_broken(server, page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 740})
    opened(page, server)
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= 360
    assert violations(page) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_every_curve_has_its_whole_name_beside_it_and_in_the_picture(server, page, width):
    page.set_viewport_size({"width": width, "height": 800})
    opened(page, server)
    for number in range(CURVES):
        edge = chart(page, number).bounding_box()
        for name in (
            "KL, plain labels",
            "CE, plain labels",
            "KL, smoothing 0.1",
            "CE, smoothing 0.1",
        ):
            label = chart(page, number).locator("svg text", has_text=name).bounding_box()
            assert label["x"] + label["width"] <= edge["x"] + edge["width"]


def test_the_two_answers_stand_under_the_title_and_the_curves_in_both_colours(server, page):
    opened(page, server)
    title = page.get_by_role("heading", level=1).bounding_box()
    answer = page.get_by_text("Over 4 seeds").first.bounding_box()
    assert 0 <= answer["y"] - (title["y"] + title["height"]) < 40
    assert answer["y"] < chart(page).bounding_box()["y"]
    lines = chart(page).locator(
        ".mark-line path[stroke-width='4'], .mark-line path[stroke-width='2']"
    )
    colours = {line.get_attribute("stroke").upper() for line in lines.all()}
    assert colours == {"#0072B2", "#B84A00"}


def test_every_chart_says_in_words_what_it_shows(server, page):
    opened(page, server)
    names = [
        one.get_attribute("aria-label") for one in page.get_by_test_id("stVegaLiteChart").all()
    ]
    assert all(re.search(r"\d", name) for name in names), names  # a finding, not a title
    assert len(set(names)) == CURVES + 3


def ends(page: Page) -> dict[str, float]:
    """Where the mean training losses end."""
    said = re.findall(
        r"(\w\w, [\w .]+) ends at ([\d.]+\d)", chart(page).get_attribute("aria-label")
    )
    return {curve: float(value) for curve, value in said}


def test_subtracting_the_entropy_of_the_labels_lays_the_smoothed_curves_together(server, page):
    opened(page, server)
    before = ends(page)
    toggle(page, "Subtract H(target)")
    expect(page.get_by_text("H(P) is subtracted from cross-entropy.")).to_be_visible()
    after = ends(page)
    # H of (0.91, 0.01 × 9), by hand.
    assert before["CE, smoothing 0.1"] - after["CE, smoothing 0.1"] == pytest.approx(
        0.5003, abs=1e-3
    )
    for curve in set(before) - {"CE, smoothing 0.1"}:
        assert before[curve] == after[curve]
    assert abs(after["CE, smoothing 0.1"] - after["KL, smoothing 0.1"]) < 0.01


def test_axes_and_bands_change_where_they_are_told_to(server, page):
    opened(page, server)
    loss, accuracy = chart(page, 0).locator("svg"), chart(page, 2).locator("svg")
    log, linear = "[aria-label*='for a log scale']", "[aria-label*='for a linear scale']"
    expect(loss.locator(f"{log}")).to_have_count(0)
    toggle(page, "Logarithmic loss")
    expect(loss.locator(log)).to_have_count(1)
    expect(accuracy.locator(log)).to_have_count(0)
    expect(accuracy.locator(linear)).to_have_count(2)
    choose(page, "seconds")
    expect(loss.get_by_text("seconds of training", exact=True)).to_be_visible()
    before = loss.locator(".mark-area path").first.get_attribute("d")
    choose(page, "lowest to highest")
    expect(page.get_by_text("from the lowest run to the highest")).to_be_visible()
    expect(loss.locator(".mark-area path").first).not_to_have_attribute("d", before)


def test_a_shared_link_shows_another_visitor_the_same(server, page, browser):
    opened(page, server)
    for name in ("Logarithmic loss", "Subtract H(target)"):
        toggle(page, name)
        settled(page)
    choose(page, "seconds")
    choose(page, "lowest to highest")
    pills = page.get_by_role("toolbar", name="Seeds")
    for seed in ("1", "2", "3"):
        pills.get_by_role("button", name=seed, exact=True).click()
        settled(page)
    margin = page.get_by_role("slider", name="Margin")
    margin.press("ArrowLeft")
    expect(page.get_by_text("within 0.9 points").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"margin=0\.9"))
    query = parse_qs(urlsplit(page.url).query)
    assert {key: query.get(key) for key in ("log", "only_kl", "only_seed", "against", "band")} == {
        "log": ["true"],
        "only_kl": ["true"],
        "only_seed": ["1", "2", "3"],
        "against": ["seconds"],
        "band": ["lowest to highest"],
    }
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    other = context.new_page()
    opened(other, server, urlsplit(page.url).query)
    assert seen(other) == seen(page)
    context.close()


def test_the_margin_moves_the_verdict_the_first_sentence_and_the_lines(server, page):
    opened(page, server)
    first = page.get_by_text("Over 4 seeds").first
    expect(first).to_contain_text("equivalent within 1 point ")
    margin = page.get_by_role("slider", name="Margin")
    margin.press("Home")
    expect(first).to_contain_text("not shown to be equivalent within 0.1 points")
    expect(chart(page, CURVES).get_by_text("KL minus cross-entropy; dashed: ± 0.1")).to_be_visible()


def test_none_chosen_of_what_begins_with_a_choice_is_all_and_survives_a_reload(server, page):
    opened(page, server)
    pills = page.get_by_role("toolbar", name="Seeds")
    pills.get_by_role("button", name="1", exact=True).click()
    expect(page.get_by_text("One run of each loss cannot tell.").first).to_be_visible()
    page.reload()
    expect(page.get_by_text("One run of each loss cannot tell.").first).to_be_visible()
    expect(page.get_by_text("Each line is one run.")).to_be_visible()
    pills.get_by_role("button", name="1", exact=True).click()
    expect(page.get_by_text("Over 4 seeds").first).to_be_visible()


def test_who_leaves_and_comes_back_finds_the_choice_as_it_was(server, page):
    opened(page, server)
    toggle(page, "Subtract H(target)")
    expect(page.get_by_text("H(P) is subtracted from cross-entropy.")).to_be_visible()
    page.get_by_role("link", name="Reference").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What exactly does it say?")
    page.get_by_role("link", name="Comparison").first.click()
    expect(page.get_by_text("H(P) is subtracted from cross-entropy.")).to_be_visible()
    expect(page.get_by_text("Over 4 seeds").first).to_be_visible()

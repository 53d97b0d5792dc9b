"""The comparison in a browser: both losses, four seeds, plain and smoothed labels."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import drawn, sayings, themed, violations
from tests.browser.conftest import serve
from tests.browser.hands import as_another_visitor, comes_to, fits, query, settled, until
from tests.made_up import CE, KL, like_real, saved

ALL = "only_data=shapes&only_made=made+here&only_smoothing=0&only_smoothing=0.1"
FORESTS, CURVES = 2, 4  # charts: of differences for each of two settings, then learning curves


@pytest.fixture(scope="module")
def server(tmp_path_factory, tab):
    home = tmp_path_factory.mktemp("compared")
    for loss in (KL, CE):
        for seed in (1, 2, 3, 4):
            for settings in ({}, {"label_smoothing": 0.1}):
                saved(like_real(loss, seed, **settings), home / "runs")
    with serve(home) as served:
        yield served
        tab[0].goto("about:blank")  # or the tab asks it for an icon when it is gone


def opened(page: Page, server: str, query: str = ALL) -> None:
    page.goto(f"{server}/comparison?{query}")
    expect(page.get_by_role("button", name="Present", exact=True)).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(FORESTS + CURVES + 1)
    drawn(page)


def chart(page: Page, number: int = 0) -> Locator:
    """One of the learning curves."""
    return page.get_by_test_id("stVegaLiteChart").nth(FORESTS + number)


def unfold(page: Page, title: str) -> None:
    page.locator("summary", has_text=title).press("Enter")


def toggle(page: Page, name: str) -> None:
    page.get_by_test_id("stCheckbox").filter(has_text=name).locator("label").first.click()


def choose(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).click()


def seen(page: Page) -> list[str]:
    """What a visitor reads: the prose, the table, and what the charts say of themselves."""
    parts = page.locator(".stMain").locator(".stMarkdown, .stCaption, .stTable").all_inner_texts()
    return parts + sayings(page.get_by_test_id("stVegaLiteChart"))


@pytest.fixture(scope="module")
def loaded(server, tab) -> Page:
    """The page, loaded once for all tests that leave it as it was."""
    opened(tab[0], server)
    return tab[0]


@pytest.fixture
def here(loaded, page) -> Page:
    """The page as it was loaded, at the width of a desk."""
    drawn(loaded)
    return page


def test_four_groups_break_no_rule_of_wcag_2_2_aa_also_on_a_phone_where_they_fit(here):
    found = violations(here, colours_only=True)
    themed(here, "dark")
    here.set_viewport_size({"width": 360, "height": 740})
    drawn(here)
    fits(here, 360)
    assert found + violations(here) == []
    names_fit(here)


def test_every_curve_has_its_whole_name_beside_it_and_in_the_picture(here):
    names_fit(here)


def names_fit(page: Page) -> None:
    """Each curve's name is drawn, and its chart does not cut it off."""
    for number in range(CURVES):
        edge = chart(page, number)
        for name in (
            "KL, plain labels",
            "CE, plain labels",
            "KL, smoothing 0.1",
            "CE, smoothing 0.1",
        ):
            label = edge.locator("svg text", has_text=name)
            until(
                lambda edge=edge, label=label: (right(label), right(edge)),
                lambda ends: ends[0] <= ends[1],
            )


def right(part: Locator) -> float:
    box = part.bounding_box()
    return box["x"] + box["width"]


def test_the_two_answers_stand_under_the_title_and_the_learning_curves_have_both_colours(here):
    title = here.get_by_role("heading", level=1)
    answer = here.get_by_text("Over 4 seeds").first
    places = until(
        lambda: [each.bounding_box() for each in (title, answer, chart(here))],
        # Between them, the question and an introduction of two or three lines.
        lambda boxes: 0 <= boxes[1]["y"] - (boxes[0]["y"] + boxes[0]["height"]) < 150,
    )
    assert places[1]["y"] < places[2]["y"]
    lines = chart(here).locator(
        ".mark-line path[stroke-width='4'], .mark-line path[stroke-width='2']"
    )
    comes_to(
        lambda: set(lines.evaluate_all("all => all.map((e) => e.getAttribute('stroke'))")),
        {"#0072B2", "#B84A00"},
    )


def test_every_chart_says_in_words_what_it_shows(here):
    assert len(set(sayings(here.get_by_test_id("stVegaLiteChart")))) == FORESTS + CURVES + 1


def ends(page: Page) -> dict[str, float]:
    """Where the mean training losses end, as the chart has it now."""
    (says,) = sayings(chart(page))
    said = re.findall(r"(\w\w, [\w .]+) ends at ([\d.]+\d)", says)
    return {curve: float(value) for curve, value in said}


def test_subtracting_the_entropy_of_the_labels_lays_the_smoothed_curves_together_and_stays(here):
    before = ends(here)
    unfold(here, "Chart options")
    toggle(here, "Subtract H(target)")
    expect(here.get_by_text("H(P) is subtracted from cross-entropy.")).to_be_visible()
    after = until(lambda: ends(here), lambda now: now != before)
    # H of (0.91, 0.01 × 9), by hand.
    assert before["CE, smoothing 0.1"] - after["CE, smoothing 0.1"] == pytest.approx(
        0.5003, abs=1e-3
    )
    for curve in set(before) - {"CE, smoothing 0.1"}:
        assert before[curve] == after[curve]
    assert abs(after["CE, smoothing 0.1"] - after["KL, smoothing 0.1"]) < 0.01
    # Who leaves and comes back finds it so.
    here.get_by_role("link", name="Reference").first.click()
    expect(here.get_by_role("heading", level=1)).to_have_text("Reference")
    here.get_by_role("link", name="Comparison").first.click()
    expect(here.get_by_text("H(P) is subtracted from cross-entropy.")).to_be_visible()
    expect(here.get_by_text("Over 4 seeds").first).to_be_visible()
    assert until(lambda: ends(here), lambda now: len(now) == len(after)) == after
    toggle(here, "Subtract H(target)")
    comes_to(lambda: ends(here), before)


def test_none_chosen_of_what_begins_with_a_choice_is_all_and_survives_a_reload(here):
    pills = here.get_by_role("toolbar", name="Seeds")
    pills.get_by_role("button", name="1", exact=True).click()
    expect(here.get_by_text("One run of each loss cannot tell.").first).to_be_visible()
    here.reload()
    expect(here.get_by_text("One run of each loss cannot tell.").first).to_be_visible()
    expect(here.get_by_text("Each line is one run.")).to_be_visible()
    pills.get_by_role("button", name="1", exact=True).click()
    expect(here.get_by_text("Over 4 seeds").first).to_be_visible()


def test_a_changed_answer_is_read_out_and_the_focus_stays_where_it_was(here):
    answer = here.get_by_role("status").filter(has_text="Over 4 seeds")
    expect(answer).to_have_count(1)
    seed = here.get_by_role("toolbar", name="Seeds").get_by_role("button", name="1", exact=True)
    spoken = answer.element_handle()
    seed.press("Space")
    until(spoken.inner_text, lambda text: "One run of each loss cannot tell." in text)
    expect(seed).to_be_focused()
    seed.press("Space")
    until(spoken.inner_text, lambda text: "Over 4 seeds" in text)


def test_a_download_by_key_leaves_the_focus_on_its_button(here):
    unfold(here, "Downloads and Python")
    for name, file in (("Results as CSV", "figures.csv"), ("Charts as SVG", "curves.svg")):
        button = here.get_by_role("button", name=name)
        with here.expect_download() as download:
            button.press("Enter")
        assert download.value.suggested_filename == file
        expect(button).to_be_enabled()
        expect(button).to_be_focused()
    unfold(here, "Downloads and Python")  # folded again
    expect(button).to_be_hidden()


def test_what_is_chosen_changes_what_it_is_told_to_and_a_link_shows_another_visitor_the_same(
    here,
):
    first = here.get_by_text("Over 4 seeds").first
    expect(first).to_contain_text("equivalent within 1 percentage point ")
    here.get_by_role("slider", name="What if the margin").press("Home")
    expect(here.get_by_text("With a margin of 0.1 percentage points").first).to_be_visible()
    expect(first).to_contain_text("equivalent within 1 percentage point ")  # as before
    expect(chart(here, -FORESTS).get_by_text("dashed: margin ± 1, dotted: ± 0.1")).to_be_visible()
    if not here.get_by_text("Logarithmic loss").is_visible():
        unfold(here, "Chart options")
    loss, accuracy = chart(here, 0).locator("svg"), chart(here, 2).locator("svg")
    log, linear = "[aria-label*='for a log scale']", "[aria-label*='for a linear scale']"
    expect(loss.locator(f"{log}")).to_have_count(0)
    toggle(here, "Logarithmic loss")
    expect(loss.locator(log)).to_have_count(1)
    expect(accuracy.locator(log)).to_have_count(0)
    expect(accuracy.locator(linear)).to_have_count(2)
    choose(here, "seconds")
    expect(loss.get_by_text("seconds of training", exact=True)).to_be_visible()
    before = loss.locator(".mark-area path").first.get_attribute("d")
    choose(here, "lowest to highest")
    expect(here.get_by_text("from the lowest run to the highest")).to_be_visible()
    expect(loss.locator(".mark-area path").first).not_to_have_attribute("d", before)
    toggle(here, "Subtract H(target)")
    expect(here.get_by_text("H(P) is subtracted from cross-entropy.")).to_be_visible()
    pills = here.get_by_role("toolbar", name="Seeds")
    for seed, says in (("1", "One run of each loss"), ("2", "Over 2 seeds")):
        pills.get_by_role("button", name=seed, exact=True).click()
        expect(here.get_by_text(says).first).to_be_visible()
        settled(here)
    wanted = {
        "log": ["true"],
        "only_kl": ["true"],
        "only_seed": ["1", "2"],
        "against": ["seconds"],
        "band": ["lowest to highest"],
        "margin": ["0.1"],
    }
    comes_to(lambda: {key: query(here).get(key) for key in wanted}, wanted)
    settled(here)
    before = seen(here)
    as_another_visitor(here)
    comes_to(lambda: seen(here), before)

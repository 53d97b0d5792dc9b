"""The presentation: a page for the wall, with ?present=1 in its address."""

import re

from playwright.sync_api import Locator, Page, expect

from pages.ui.pairs.quiz import LARGER, REASONS
from tests.browser.conftest import SCREEN
from tests.browser.hands import agreed, bar, code, comes_to, drag, fits, query, settled, until

PAIR = "?unit=nats&pq=heads:1:3,tails:1:1"
LEAVE = "Leave the presentation"
# Of letters in a chart, in the pixels of the screen.
SIZES = "all => all.map((e) => parseFloat(getComputedStyle(e).fontSize) * e.currentCSSZoom)"


def button(page: Page, name: str) -> Locator:
    """A button, hidden or not."""
    return page.get_by_role("button", name=name, exact=True, include_hidden=True)


def presented(page: Page) -> None:
    expect(button(page, LEAVE)).to_be_visible()
    expect(page.locator("html")).to_have_css("font-size", "21.6px")
    expect(page).to_have_url(re.compile(r"[?&]present=1\b"))
    settled(page)


def size(page: Page, selector: str) -> float:
    return page.locator(selector).first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")


def test_a_link_to_the_wall_hides_the_controls_enlarges_the_type_and_leaves_bars_and_questions(
    server, page
):
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{server}/asymmetry{PAIR}")
    controls = [
        *(button(page, name) for name in ("Copy link", "Swap P and Q", "Terms as CSV")),
        *(page.get_by_test_id(name) for name in ("stSidebar", "stHeader", "stTabs")),
        page.locator(".stMain").get_by_test_id("stTextInput"),
    ]
    for shown in controls:
        expect(shown).to_be_visible()
    settled(page)
    parts = ("h1", ".stMarkdown p", ".sums output", ".dragbars .value")
    small = {part: size(page, part) for part in parts}
    height = bar(page, "P, heads").bounding_box()["height"]
    page.goto(f"{server}/asymmetry{PAIR}&present=1")
    presented(page)
    for gone in controls:
        expect(gone).to_be_attached()
        expect(gone).to_be_hidden()
    for part, before in small.items():
        until(lambda part=part: size(page, part), lambda now, then=before: now / then > 1.3)
    until(lambda: bar(page, "P, heads").bounding_box()["height"], lambda now: now > 1.3 * height)
    fits(page, 1280)
    # By hand: ½ ln(½/¾) + ½ ln(½/¼) and ¾ ln(¾/½) + ¼ ln(¼/½).
    assert agreed(page) == ["0.1438 nats", "0.1308 nats"]
    drag(page, "Q, heads", 0.5)
    expect(page.locator(".sums output")).to_have_text(["0 nats", "0 nats"])
    # A class says what it expects before it sees the numbers.
    button(page, "Nearly equal").click()
    expect(page.locator(".sums output")).to_have_text(["?", "?"])
    page.get_by_text(LARGER["same"]).click()
    page.get_by_text(REASONS["both"]).click()
    button(page, "Check my prediction").click()
    expect(page.get_by_text("Right, and for the right reason.")).to_be_visible()
    agreed(page)


def test_one_click_presents_the_pair_as_edited_and_the_address_opens_it_again(server, page):
    page.goto(f"{server}/asymmetry{PAIR}")
    field = page.get_by_label("Probability of heads in P")
    field.fill("0.75")
    field.press("Enter")
    expect(code(page)).to_have_value(re.compile("^heads:0.75:3"))
    settled(page)
    button(page, "Present").click()
    presented(page)
    wall = {"unit": ["nats"], "pq": ["heads:0.75:3, tails:0.25:1"], "present": ["1"]}
    comes_to(lambda: query(page), wall)
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    page.reload()
    presented(page)
    expect(bar(page, "P, heads")).to_have_attribute("aria-valuetext", "0.75")
    comes_to(lambda: query(page), wall)

    drag(page, "P, heads", 0.2)
    expect(page).to_have_url(re.compile(r"heads%3A0\.2%3A3"))
    settled(page)
    button(page, LEAVE).click()
    expect(code(page)).to_have_value(re.compile("^heads:0.2:3"))
    expect(page).not_to_have_url(re.compile("present"))
    comes_to(lambda: query(page), {"unit": ["nats"], "pq": ["heads:0.2:3, tails:0.8:1"]})


def test_the_links_at_the_end_turn_pages_of_a_presentation(server, page):
    page.goto(f"{server}/entropy?present=1")
    presented(page)
    labels = page.locator(".stVegaLiteChart :is(.role-axis-label, .mark-text) text")
    until(lambda: min(labels.evaluate_all(SIZES), default=0), lambda least: least > 16)
    ticks = page.locator(".stVegaLiteChart .role-axis-label text")
    assert max(ticks.evaluate_all(SIZES)) < 1.4 * 12  # enlarged once, so that they keep their room
    fits(page, SCREEN["width"])
    page.get_by_role("link", name="Next: Asymmetry").click()
    expect(page).to_have_url(re.compile("/asymmetry"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Asymmetry of KL divergence")
    presented(page)
    expect(button(page, "Swap P and Q")).to_be_attached()
    expect(button(page, "Swap P and Q")).to_be_hidden()
    page.get_by_role("link", name="Back: Entropy").click()
    expect(page).to_have_url(re.compile("/entropy"))
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Asymmetry of KL divergence")
    presented(page)
    button(page, LEAVE).click()
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    page.get_by_role("link", name="Asymmetry", exact=True).click()
    expect(button(page, "Swap P and Q")).to_be_visible()
    expect(button(page, "Present")).to_be_visible()
    assert "present" not in query(page)


def test_a_setting_that_changes_by_itself_does_not_end_the_presentation_in_the_address(
    server, page
):
    """As when a run ends: Streamlit then writes the address as it last knew it."""
    page.goto(f"{server}/training?train=true")
    page.get_by_role("combobox", name="Loss").click()
    page.get_by_role("option", name="Categorical cross-entropy").click()
    expect(page).to_have_url(re.compile("loss="))
    settled(page)
    button(page, "Present").click()
    presented(page)
    expect(button(page, "Load the recorded run")).to_be_enabled()
    button(page, "Load the recorded run").evaluate("button => button.click()")
    expect(page).to_have_url(re.compile("run="))
    settled(page)
    presented(page)

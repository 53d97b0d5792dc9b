"""Whether everyone can use the pages: WCAG 2.2 AA, by keyboard alone, and without motion."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from pages.ui.book import BOOK
from tests.browser.hands import bar, comes_to, settled, until
from tests.theme import CONFIG, contrast

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ADDRESSES = ["" if page.file == "app.py" else Path(page.file).stem for page in BOOK]
EVERY_PAGE = pytest.mark.parametrize("address", ADDRESSES)
BOTH_THEMES = pytest.mark.parametrize("scheme", ["light", "dark"])

# What Streamlit itself keeps from the Tab key.
STREAMLITS_OWN = (
    'data-testid="stBaseButton-elementToolbar"',  # "Copy" beside code, shown to a pointer alone
    'tabindex="-1"',  # in a field of choices: there the Backspace and arrow keys do the same
)
# Everything below an element, also what is inside a component.
ALL = """const all = (root) => [...root.querySelectorAll("*")].flatMap(
  (e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);"""
# A change within a hundredth of a second is no motion.
MOVING = f"""() => {{ {ALL}
  const moves = ({{ animationName, transitionDuration: times }}) =>
    animationName !== "none" || times.split(",").some((time) => parseFloat(time) > 0.01);
  return all(document).filter((e) => [null, "::before", "::after"].some(
    (part) => moves(getComputedStyle(e, part)))).map((e) => e.outerHTML.slice(0, 200));
}}"""
RESTS = """() => document.getAnimations().every((motion) =>
  motion.playState !== "running" || motion.effect.getComputedTiming().endTime === Infinity)"""
# What a hand can take hold of. Of a group that the arrow keys go through, the group.
WAIT_FOR_ALL = f"""() => {{ {ALL}
  const groups = "[role=radiogroup], [role=tablist], .stButtonGroup [role=toolbar]";
  const doubles = ".stNumberInput button, .stSelectbox button"; // the arrow keys do what they do
  window.waiting = new Set(all(document.querySelector(".stMain")).filter((e) => e.matches(groups) ||
    e.matches("button:enabled, input, summary, [role=slider]") && e.checkVisibility() &&
    !e.closest(groups) && !e.matches(doubles)));
  return waiting.size;
}}"""
# The line around what has the focus, or around the field that it is the inside of.
FOCUS = """() => {
  let held = document.activeElement;
  const here = Boolean(held.closest(".stMain *"));
  while (held.shadowRoot?.activeElement) held = held.shadowRoot.activeElement;
  const around = [held];
  while (around.at(-1).parentElement) around.push(around.at(-1).parentElement);
  for (const element of around) waiting.delete(element);
  const line = around.slice(0, 4).map(getComputedStyle).find(
    (style) => style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2);
  return [here, held.outerHTML.slice(0, 200), line?.outlineColor ?? null];
}"""


def opened(page: Page, server: str, address: str, scheme: str = "light") -> None:
    """The page with all that it holds: our style, its charts, its letters, its last button."""
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{server}/{address}")
    expect(page.get_by_role("button", name="Present", exact=True)).to_be_visible()
    expect(page.locator(".stHtml style")).to_have_count(1)
    drawn(page)


def drawn(page: Page) -> None:
    """As `settled`, with every chart, and nothing that opens or fades is still about it."""
    settled(page)
    charts = page.get_by_test_id("stVegaLiteChart")
    expect(charts.filter(has_not=page.locator("svg"))).to_have_count(0)
    page.wait_for_function(RESTS)


def sayings(charts: Locator) -> list[str]:
    """What each chart says of itself, which it does after it is drawn: its finding, no title."""
    for chart in charts.all():
        expect(chart).to_have_attribute("aria-label", re.compile(r"\d"))
    return [chart.get_attribute("aria-label") for chart in charts.all()]


def violations(page: Page) -> list[str]:
    """What axe finds, on the page and inside its components: the rule, the element, the reason."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response
    return [
        f"{rule['id']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def hexadecimal(colour: str) -> str:
    return "#" + "".join(f"{int(channel):02X}" for channel in re.findall(r"\d+", colour)[:3])


def test_axe_sees_inside_a_component(server, page):
    opened(page, server, "asymmetry")
    bar(page, "P, heads").evaluate("bar => bar.removeAttribute('aria-label')")
    assert [found.split(":")[0] for found in violations(page)] == ["aria-input-field-name"]


@BOTH_THEMES
@EVERY_PAGE
def test_no_page_breaks_a_rule_of_wcag_2_2_aa(server, page, address, scheme):
    opened(page, server, address, scheme)
    assert violations(page) == []


@BOTH_THEMES
def test_nor_does_what_opens_on_the_asymmetry_page(server, page, scheme):
    opened(page, server, "asymmetry", scheme)
    page.get_by_text("Edit as a table").click()
    page.get_by_role("tab", name="Copy as Python").click()
    expect(page.get_by_test_id("stCode")).to_be_visible()
    page.get_by_role("button", name="A label and a softmax").click()
    expect(page.get_by_text("Predict first.")).to_be_visible()
    drawn(page)
    assert violations(page) == []


@EVERY_PAGE
def test_headings_begin_with_one_of_the_first_level_and_skip_none(server, page, address):
    opened(page, server, address)
    levels = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((e) => Number(e.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


@pytest.mark.parametrize(("address", "count"), [("entropy", 2), ("training", 2)])
def test_every_chart_says_in_words_what_it_shows(server, page, address, count):
    opened(page, server, address)
    charts = page.get_by_test_id("stVegaLiteChart")
    expect(charts).to_have_count(count)
    assert len(set(sayings(charts))) == count


@BOTH_THEMES
def test_tab_reaches_all_on_the_asymmetry_page_and_a_line_shows_where_it_is(server, page, scheme):
    opened(page, server, "asymmetry", scheme)
    page.get_by_text("Edit as a table").click()
    expect(page.get_by_label("Probability in Q")).to_be_visible()
    drawn(page)
    assert tab_through(page, CONFIG["theme"][scheme]["backgroundColor"]) > 30


@pytest.mark.parametrize("address", [a for a in ADDRESSES if a != "asymmetry"])
def test_tab_reaches_all_on_the_other_pages_too(server, page, address):
    opened(page, server, address)
    assert tab_through(page, CONFIG["theme"]["light"]["backgroundColor"]) > 10


def tab_through(page: Page, ground: str) -> int:
    """Every stop has a line that shows it, and none is left out; how many there are."""
    page.evaluate("document.activeElement.blur()")
    page.get_by_role("heading", level=1).click()  # where the next Tab begins
    page.evaluate(WAIT_FOR_ALL)
    stops = 0
    while True:
        page.keyboard.press("Tab")
        here, _, _ = until(lambda: page.evaluate(FOCUS), lambda held: seen(*held, ground))
        if not here:
            break
        stops += 1
    left = page.evaluate("[...waiting].map((element) => element.outerHTML)")
    assert [html[:300] for html in left if not any(own in html for own in STREAMLITS_OWN)] == []
    return stops


def seen(here: bool, _: str, line: str | None, ground: str) -> bool:
    """Whether a line around what has the focus can be told from the ground."""
    return not here or (bool(line) and contrast(hexadecimal(line), ground) >= 3)


@EVERY_PAGE
def test_nothing_moves_for_who_wants_no_motion(server, page, address):
    opened(page, server, address)
    assert page.evaluate(MOVING)  # Streamlit's own transitions
    page.emulate_media(reduced_motion="reduce")
    comes_to(lambda: page.evaluate(MOVING), [])

"""What can be measured of a page's accessibility: axe's rules, and what charts say."""

import re
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import settled

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Beyond the criteria, good practice: all of it would take as long again, mostly on Reference.
ALSO = {rule: {"enabled": True} for rule in ("aria-allowed-role", "empty-table-header")}
GROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 22, 26)"}
RESTS = """() => document.getAnimations().every((motion) =>
  motion.playState !== "running" || motion.effect.getComputedTiming().endTime === Infinity)"""


def drawn(page: Page) -> None:
    """As `settled`, with every chart, and nothing that opens or fades is still about it."""
    settled(page)
    charts = page.get_by_test_id("stVegaLiteChart")
    expect(charts.filter(has_not=page.locator("svg"))).to_have_count(0)
    page.wait_for_function(RESTS)


def themed(page: Page, scheme: Literal["light", "dark"]) -> None:
    """The page in a theme, once that has come: until then nothing yet moves."""
    page.emulate_media(color_scheme=scheme)
    expect(page.locator(".stApp")).to_have_css("background-color", GROUNDS[scheme])
    drawn(page)


def sayings(charts: Locator) -> list[str]:
    """What each chart says of itself, which it does after it is drawn: its finding, no title."""
    for chart in charts.all():
        expect(chart).to_have_attribute("aria-label", re.compile(r"\d"))
    return [chart.get_attribute("aria-label") for chart in charts.all()]


def violations(
    page: Page, *, of: str = "", colours_only: bool = False, scrolling_only: bool = False
) -> list[str]:
    """What axe finds, inside components too: the rule, the element, the reason.

    `of`: in which part of the page; `colours_only`: by the one rule that a theme decides;
    `scrolling_only`: by the one that a narrow screen does.
    """
    one = "color-contrast" * colours_only or "scrollable-region-focusable" * scrolling_only
    rules = {"type": "rule", "values": [one]} if one else {"type": "tag", "values": TAGS}
    # Of all that passes nothing is told: to describe it takes most of the time.
    options = {"runOnly": rules, "rules": {} if one else ALSO, "resultTypes": ["violations"]}
    axe = Axe("0") if page.evaluate("typeof axe === 'object'") else Axe()  # half a megabyte, once
    found = axe.run(page, of or None, options).response
    return [
        f"{rule['id']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def in_both_themes(page: Page) -> list[str]:
    """What axe finds by all rules in the light theme, then by its colours in the dark one."""
    found = violations(page)
    themed(page, "dark")
    return found + [f"dark: {each}" for each in violations(page, colours_only=True)]

"""What a visitor's hands and eyes do on the asymmetry page."""

import re

from playwright.sync_api import Locator, Page, expect


def bar(page: Page, name: str) -> Locator:
    """A bar by its name; of several widgets with it, that of the first."""
    return page.get_by_role("slider", name=name, exact=True).first


def code(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Distribution code")


def settled(page: Page) -> None:
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)


def live(page: Page) -> list[str]:
    """KL(P‖Q) and KL(Q‖P), as the bars have them."""
    shown = page.locator(".sums output")
    expect(shown.last).not_to_be_empty()
    return shown.all_inner_texts()


def sentences(page: Page) -> Locator:
    """What Python says of the two numbers."""
    return page.get_by_test_id("stMarkdown").filter(has_text=re.compile(r"^\s*KL\(P‖Q\) ="))


def numbers(page: Page) -> list[str]:
    """KL(P‖Q) and KL(Q‖P), as Python's sentences have them."""
    settled(page)
    return re.findall(r"KL\(.‖.\) = ([^:,]*)[:,]", sentences(page).inner_text())


def agreed(page: Page) -> list[str]:
    """Both numbers, as the bars have them and, as soon as it has answered, Python too."""
    shown = live(page)
    for text in shown:
        expect(sentences(page)).to_contain_text(f"= {text}")
    assert numbers(page) == shown
    return shown


def drag(page: Page, name: str, to: float, *, release: bool = True) -> None:
    """Take the bar where it ends, and carry it to a share of its track."""
    held = bar(page, name)
    now = float(held.get_attribute("aria-valuenow"))
    width = held.bounding_box()["width"]
    held.hover(position={"x": min(max(now * width, 2), width - 2), "y": 5})  # once it stands still
    page.mouse.down()
    box = held.bounding_box()
    y = box["y"] + 5
    page.mouse.move(box["x"] + to * box["width"], y, steps=6)
    if release:
        page.mouse.up()

"""What a visitor's hands and eyes do on the asymmetry page."""

import re
import time
from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import CDPSession, Locator, Page, expect

PATIENCE = 60  # seconds for what takes one or two: a test machine may be busy


def until(read: Callable[[], Any], holds: Callable[[Any], Any]) -> Any:
    """What is read, once that holds of it; for what no locator can expect."""
    deadline = time.monotonic() + PATIENCE
    while not holds(seen := read()):
        assert time.monotonic() < deadline, f"this stays: {seen}"
        time.sleep(0.05)
    return seen


def comes_to(read: Callable[[], Any], wanted: Any) -> Any:
    """What is read, once it is what is wanted."""
    return until(read, lambda seen: seen == wanted)


def bar(page: Page, name: str) -> Locator:
    """A bar by its name; of several widgets with it, that of the first."""
    return page.get_by_role("slider", name=name, exact=True).first


def code(page: Page) -> Locator:
    """The first: where elements above come or go, Streamlit shows what is below twice at first."""
    return page.get_by_role("textbox", name="Share text").first


def settled(page: Page) -> None:
    """Python is at rest and all that it sent is drawn, with its letters.

    That is so just after a click too, before Python is asked: await what the click does first.
    """
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    for passing in ("stSkeleton", "stStatusWidget"):
        expect(page.get_by_test_id(passing)).to_have_count(0)
    page.evaluate("document.fonts.ready")


def fits(page: Page, width: int) -> None:
    """Nothing is wider than the screen."""
    wide = "document.querySelector('.stMain').scrollWidth"
    until(lambda: page.evaluate(wide), lambda seen: seen <= width)


def query(page: Page) -> dict[str, list[str]]:
    """What the address holds, as the browser has it now."""
    return parse_qs(urlsplit(page.evaluate("location.href")).query)


def as_another_visitor(page: Page) -> None:
    """The address of the page in a visit that begins with it: the server knows nothing of it."""
    address = page.url
    page.context.clear_cookies()
    page.goto("about:blank")
    page.goto(address)


def live(page: Page) -> list[str]:
    """KL(P‖Q) and KL(Q‖P), as the bars have them."""
    return page.locator(".sums output").all_inner_texts()


def sentences(page: Page) -> Locator:
    """What Python says of the two numbers."""
    said = page.get_by_test_id("stMarkdown").filter(has_text=re.compile(r"^\s*KL\(P‖Q\) ="))
    # Where something new stands above it, those of the last run stay below until this one ends.
    return said.first


def numbers(page: Page) -> list[str]:
    """KL(P‖Q) and KL(Q‖P), as Python's sentences have them."""
    return re.findall(r"KL\(.‖.\) = ([^:,]*)[:,]", sentences(page).inner_text())


def agreed(page: Page) -> list[str]:
    """Both numbers, as the bars have them and, as soon as it has answered, Python too."""
    shown, _ = until(
        lambda: (live(page), numbers(page)), lambda both: len(both[0]) == 2 and both[0] == both[1]
    )
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


def touch(
    finger: CDPSession,
    *places: tuple[float, float],
    end: Literal["touchEnd", "touchCancel"] = "touchEnd",
) -> None:
    """A finger comes down at the first place and goes on to the others.

    It is lifted there, or the system takes the gesture for something else. It is slow, a place in
    a tenth of a second: so what it scrolls stands still when it is lifted.
    """
    steps = [("touchStart" if not i else "touchMove", [place]) for i, place in enumerate(places)]
    began = time.time() - 0.1 * len(places)
    for i, (kind, at) in enumerate([*steps, (end, [])]):
        points = [{"x": x, "y": y} for x, y in at]
        event = {"type": kind, "touchPoints": points, "timestamp": began + 0.1 * i}
        finger.send("Input.dispatchTouchEvent", event)


def middle(element: Locator, share: float = 0.5) -> tuple[float, float]:
    """Where an element is, in the middle of the screen; or the place at a share of its width."""
    element.evaluate("element => element.scrollIntoView({ block: 'center' })")
    element.scroll_into_view_if_needed()  # which waits until it stands still
    box = element.bounding_box()
    return box["x"] + share * box["width"], box["y"] + box["height"] / 2


def swipe(finger: CDPSession, on: Locator) -> None:
    """A finger comes down on an element and goes up, not quite straight, and the page scrolls."""
    x, y = middle(on)
    touch(finger, *((x + 0.2 * up, y - up) for up in (0, 20, 40, 60, 80)))
    until(on.bounding_box, lambda box: box["y"] + box["height"] / 2 < y - 40)

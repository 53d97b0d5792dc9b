"""The page on a VAE's KL term, as hands, keys and other people's links meet it."""

import re
import urllib.parse
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pages.ui import formatting as fmt
from pages.ui.vae import prose, results
from pages.ui.vae.editor import CURVES, GAUSSIAN
from pages.ui.vae.gaussian import gaussian
from pages.ui.vae.presets import PRESETS
from pages.ui.vae.state import HIGH, LOW, NARROWEST, WIDEST, Posterior
from tests.browser.accessibility import drawn, violations
from tests.browser.hands import comes_to, fits, middle, query, settled, swipe, touch

PRIOR = "0:1"


def link(server: str, **values: str) -> str:
    return f"{server}/vae?{urllib.parse.urlencode(values)}"


def opened(page: Page, server: str, **values: str) -> None:
    page.goto(link(server, **values))
    expect(grip(page, "q: mean μ")).to_be_visible()
    expect(page.get_by_role("heading", name="Key points")).to_be_visible()
    settled(page)


@pytest.fixture
def curves(page, bench, monkeypatch) -> Callable[..., None]:
    """Lays q's curves on the workbench; of several q that were on show one by one, the last."""

    def lie(*share_texts: str) -> None:
        bench.open(
            monkeypatch,
            ("pages.ui.vae.gaussian.gaussian",),
            lambda: [GAUSSIAN.history.paste(each) for each in share_texts],
            lambda: gaussian(
                GAUSSIAN.current(),
                address=GAUSSIAN.address(),
                key=CURVES,
                on_edit=GAUSSIAN.receive,
            ),
            "Share text of q",
            GAUSSIAN.history.share_text,
        )

    return lie


def grip(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name, exact=True)


def share_text(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Share text of q").first


def sums(page: Page) -> list[str]:
    """The areas above and below 0, and KL, as the curves have them."""
    return page.locator(".gaussian .sums output").all_inner_texts()


def of_python(page: Page) -> list[str]:
    """The same three, as Python's sentence has them."""
    said = page.get_by_test_id("stMarkdown").filter(has_text=re.compile(r"^\s*KL\(q‖p\) ="))
    return read(said.inner_text())


def read(said: str) -> list[str]:
    kl, rest = re.match(r"\s*KL\(q‖p\) = (.*? nats?)(.*)", said, re.DOTALL).groups()
    both = re.match(r" = (.*?) \(area above 0\) − (.*?) \(", rest)
    if not both:
        return ["0", "0", kl]
    above, below = both.groups()
    return [above, below if below == "0" else f"−{below}", kl]


def carry(page: Page, held: Locator, by: tuple[float, float]) -> None:
    """Take a handle and carry it by so many pixels, without letting go."""
    held.scroll_into_view_if_needed()
    held.hover()
    box = held.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0], y + by[1], steps=6)


def a_unit(page: Page) -> float:
    """Pixels on the line, whose axis has 16 beside it."""
    return (page.locator(".gaussian .field").bounding_box()["width"] - 32) / (HIGH - LOW)


def test_q_follows_the_drag_python_finds_the_same_and_a_link_shows_it_elsewhere(
    server, page, browser: Browser
):
    """And the networks that an older link asks for are one link further."""
    opened(page, server, cloud=PRIOR, beta="4", point="1:-1")
    assert sums(page) == of_python(page) == ["0", "0", "0 nats"]
    held = grip(page, "q: mean μ")
    carry(page, held, (2 * a_unit(page), 0))
    moved = comes_to(lambda: float(held.get_attribute("aria-valuenow")), pytest.approx(2, abs=0.02))
    # As wide as the prior and μ away: μ²/2, by hand.
    comes_to(lambda: sums(page)[2], f"{fmt.number(moved**2 / 2)} nats")
    assert of_python(page)[2] == "0 nats"
    page.mouse.up()
    expect(share_text(page)).to_have_value(f"{moved:g}:1")
    comes_to(lambda: of_python(page), sums(page))
    expect(held).to_be_focused()
    settled(page)
    shared = {"beta": ["4"], "cloud": [share_text(page).input_value()], "point": ["1:-1"]}
    comes_to(lambda: query(page), shared)
    # For another visitor, on a phone.
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    second = context.new_page()
    second.goto(page.url)
    expect(share_text(second)).to_have_value(share_text(page).input_value())
    comes_to(lambda: sums(second), sums(page))
    settled(second)
    fits(second, 360)
    for handle in second.locator(".handle").all():
        box = handle.bounding_box()
        assert min(box["width"], box["height"]) >= 24
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    second.get_by_role("link", name=re.compile("^β-VAE: ")).click()
    expect(second.get_by_text("distortion + 4 · rate")).to_be_visible()
    expect(second.get_by_role("textbox", name="Share text of z").first).to_have_value("1:-1")
    context.close()


def test_the_flat_handle_sets_the_standard_deviation(curves, page):
    curves(PRIOR)
    held = grip(page, "q: standard deviation σ")
    carry(page, held, (-0.5 * a_unit(page), 0))
    page.mouse.up()
    expect(share_text(page)).not_to_have_value(PRIOR)
    assert Posterior.decode(share_text(page).input_value()).std == pytest.approx(0.5, abs=0.02)
    carry(page, held, (-5 * a_unit(page), 0))  # over the peak: it grows again on the other side
    page.mouse.up()
    expect(held).to_have_attribute("aria-valuenow", str(int(WIDEST)))


def test_a_gesture_that_a_finger_does_not_end_itself_leaves_q(curves, page, finger):
    curves("2:0.5")
    page.set_viewport_size({"width": 1280, "height": 300})
    before = sums(page)
    for name in ("q: mean μ", "q: standard deviation σ"):
        held = grip(page, name)
        at = held.get_attribute("aria-valuenow")
        x, y = middle(held)
        touch(finger, (x, y), (x + 30, y), (x + 60, y + 20), end="touchCancel")
        expect(held).to_have_attribute("aria-valuenow", at)
        swipe(finger, held)
    comes_to(lambda: sums(page), before)
    grip(page, "q: mean μ").press("ArrowRight")
    expect(share_text(page)).to_have_value("2.1:0.5")


def test_q_moves_by_keys_and_the_focus_stays(curves, page):
    curves(PRIOR)
    for which, key, becomes in (
        ("q: mean μ", "ArrowRight", "0.1:1"),
        ("q: mean μ", "PageUp", "1.1:1"),
        ("q: standard deviation σ", "ArrowDown", "1.1:0.95"),
        ("q: standard deviation σ", "Home", "1.1:0.1"),
        ("q: mean μ", "End", "5:0.1"),
    ):
        grip(page, which).focus()
        page.keyboard.press(key)
        expect(share_text(page)).to_have_value(becomes)
        expect(grip(page, which)).to_be_focused()
    page.keyboard.press("Control+z")
    expect(share_text(page)).to_have_value("1.1:0.1")
    page.keyboard.press("Control+Shift+z")
    expect(share_text(page)).to_have_value("5:0.1")


def test_the_curves_show_the_numbers_that_python_finds(curves, page):
    """For every preset, in every corner, and close to the prior; gone through by undo."""
    corners = [Posterior(mean, std) for mean in (LOW, HIGH) for std in (NARROWEST, WIDEST)]
    each = [*(preset.state for preset in PRESETS), *corners, Posterior(0.01, 1), Posterior(0, 0.99)]
    curves(*(q.encode() for q in each))
    grip(page, "q: mean μ").focus()
    for q in reversed(each):
        expect(share_text(page)).to_have_value(q.encode())
        one = results.solve(q)
        shown = [fmt.number(one.above), fmt.number(one.below), fmt.quantity(one.kl, "nats")]
        comes_to(lambda: sums(page), shown)
        assert read(prose.kl(q, one).replace("**", "")) == shown
        page.keyboard.press("Control+z")


def test_a_damaged_link_is_refused_and_what_opens_keeps_to_wcag_2_2_aa_too(server, page):
    bad = "<img src=x onerror=alert(1)>"
    opened(page, server, cloud=bad)
    error = page.get_by_test_id("stAlertContentError").filter(has_text="has the form")
    expect(error).to_contain_text("The page shows its first example.")
    for each, errors in (("2:0.5", 0), (bad, 1)):
        share_text(page).fill(each)
        share_text(page).press("Enter")
        expect(error).to_have_count(errors)
        settled(page)
    expect(grip(page, "q: mean μ")).to_have_attribute("aria-valuenow", "2")  # the last good one
    summary = page.locator("summary").filter(has_text="Copy as Python")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stCode")).to_have_count(1)
    page.get_by_text("Edit as numbers").click()
    numbers = re.compile("^(Mean|Standard deviation)")
    expect(page.get_by_role("textbox", name=numbers)).to_have_count(2)
    drawn(page)
    assert violations(page) == []

"""The page on losses, as hands, keys and other people's links meet it."""

import re
import urllib.parse

from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import drawn, violations
from tests.browser.hands import bar, drag, fits, middle, settled, swipe, touch

CODE = "cat:2, dog:1, frog:0; label dog"
BY_HAND = "cat:2, dog:1, frog:0; P 1, 2, 1"
TEN = ", ".join(f"class {i}:{i}" for i in range(10)) + "; label class 0:0.1"


def opened(page: Page, server: str, code: str = "", **query: str) -> None:
    asked = {**({"logits": code} if code else {}), **query}
    page.goto(f"{server}/loss?{urllib.parse.urlencode(asked)}")
    expect(page.get_by_role("heading", name="Key points")).to_be_visible()
    drawn(page)


def logit(page: Page, name: str) -> Locator:
    """The slider of a class's logit."""
    return page.get_by_role("slider", name=f"Logit of {name}")


def code(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Share text").first


def types(page: Page, sample: str) -> None:
    """Put a sample on show by its code."""
    code(page).fill(sample)
    code(page).press("Enter")
    settled(page)


def folded(page: Page, label: str) -> Locator:
    """The summary of an expander, which the Tab key reaches."""
    return page.locator("summary").filter(has_text=label)


def figures(page: Page) -> Locator:
    """KL(P‖Q), H(P, Q) and H(P)."""
    return page.get_by_test_id("stMetricValue")


def test_a_logit_moved_by_keys_changes_losses_code_and_address_and_a_reload_keeps_it(server, page):
    opened(page, server)
    page.get_by_role("button", name="Confident and wrong").click()
    expect(page).to_have_url(re.compile("logits="))
    expect(page.get_by_text("The descents differ")).to_be_visible()
    # The first example needs no code in the address.
    page.get_by_role("button", name="Untrained network").click()
    expect(page).not_to_have_url(re.compile("logits="))
    types(page, "a:0, b:0; label a")
    expect(figures(page)).to_have_text(["0.6931 nats", "0.6931 nats", "0 nats"])  # ln 2
    logit(page, "a").focus()
    for figure in figures(page).all():
        expect(figure).to_be_in_viewport()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(code(page)).to_have_value("a:0.2, b:0; label a")
    expect(figures(page).first).to_have_text("0.5981 nats")  # ln(1 + e⁻⁰·²)
    # They are read out together, with their names.
    expect(page.get_by_role("status").filter(has=figures(page))).to_have_text(
        re.compile("^KL.*0.5981 nats.*cross-entropy.*0.5981 nats.*0 nats$", re.DOTALL)
    )
    expect(page).to_have_url(re.compile(r"logits=a%3A0\.2%2C"))
    page.reload()
    expect(code(page)).to_have_value("a:0.2, b:0; label a")
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


def test_a_button_leads_into_the_dead_zone_the_slider_follows_and_the_fold_has_downloads(
    server, page
):
    opened(page, server, CODE)
    page.get_by_role("button", name="Set the logit of dog to −20").click()
    expect(page.get_by_text("dead zone. Keras’s KL is 16.12 nats")).to_be_visible()
    expect(code(page)).to_have_value(re.compile("dog:-20"))
    expect(logit(page, "dog")).to_have_value("-20")
    folded(page, "Python and downloads").press("Enter")
    for button, name in (
        ("Descents as CSV", "losses.csv"),
        ("Charts as SVG", "losses.svg"),
        ("Charts as PNG", "losses.png"),
    ):
        with page.expect_download() as download:
            page.get_by_role("button", name=button).click()
        assert download.value.suggested_filename == name
        assert download.value.path().stat().st_size > 1_000
    # The target is dragged, and what the bars change is so on the whole page.
    types(page, BY_HAND)
    drag(page, "P, dog", 1.0)
    expect(code(page)).to_have_value(re.compile("P 0, 1, 0$"))
    expect(page.get_by_text("the two losses are equal")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(code(page)).to_have_value(BY_HAND)
    settled(page)
    field = page.get_by_role("textbox", name="Name of outcome 1")
    field.fill("lion")
    field.press("Enter")
    expect(logit(page, "lion")).to_be_visible()
    page.get_by_role("button", name="Remove frog").click()
    expect(code(page)).to_have_value("lion:2, dog:1; P 1, 2")


def test_a_presentation_keeps_the_sliders_and_hides_the_code(server, page):
    opened(page, server, CODE, present="1")
    expect(logit(page, "cat")).to_be_visible()
    for gone in (code(page), page.get_by_role("button", name="Untrained network")):
        expect(gone).to_be_hidden()
    logit(page, "cat").focus()
    page.keyboard.press("End")
    expect(page).to_have_url(re.compile(r"logits=cat%3A20"))
    expect(page).to_have_url(re.compile("present=1"))


def test_on_a_phone_all_fits_losses_stay_in_sight_a_swipe_edits_nothing_and_no_rule_is_broken(
    server, page, finger
):
    page.set_viewport_size({"width": 360, "height": 740})
    opened(page, server, TEN)
    fits(page, 360)
    slider = page.get_by_test_id("stSlider").filter(has_text="Logit of class 9")
    for track in (slider, page.get_by_test_id("stSlider").filter(has_text="Logit of class 7")):
        swipe(finger, track.get_by_role("group"))
    x, y = middle(slider.locator("[role=group] > div > [data-rac]"))
    for figure in figures(page).all():
        expect(figure).to_be_in_viewport(ratio=1)
    touch(finger, (x, y), (x + 30, y), (x + 90, y))
    expect(code(page)).to_have_value(re.compile("class 7:7, class 8:8, class 9:(19|20)"))
    page.get_by_text("Edit as numbers").click()
    folded(page, "Where Keras does not find the logits").press("Enter")
    expect(page.get_by_text("never look for logits")).to_be_visible()
    folded(page, "Python and downloads").press("Enter")
    expect(page.get_by_test_id("stCode")).to_be_visible()
    drawn(page)
    fits(page, 360)
    assert violations(page) == []
    types(page, BY_HAND)
    expect(bar(page, "P, dog")).to_be_visible()
    drawn(page)
    fits(page, 360)
    assert violations(page) == []

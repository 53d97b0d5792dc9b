"""Predictions, Evaluation, Human labels by hand, key and file; photographs are not here."""

import inspect
import io
import re

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from pages.ui.predictions import sections
from tests.browser.accessibility import drawn, in_both_themes
from tests.browser.hands import bar, drag, live, until

OWN = "a picture of yours"


def opened(page: Page, server: str, query: str = "") -> None:
    page.goto(f"{server}/predictions{query}")
    expect(page.get_by_role("heading", name="Key points")).to_be_visible()


def number(page: Page):
    return page.get_by_role("textbox", name=re.compile("^Number"))


def sums(page: Page) -> list[str]:
    """The numbers of the bars, once they are there."""
    return until(lambda: live(page), lambda seen: bool(seen) and all(seen))


def saved(picture: Image.Image, kind: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8))


def choices(page: Page) -> None:
    """Open or close the choice of photographs and networks."""
    page.get_by_role("button", name="Photographs, networks").click()


def hand_in(page: Page, name: str, content: bytes) -> None:
    kind = "image/png" if name.endswith("png") else "image/jpeg"
    file = {"name": name, "mimeType": kind, "buffer": content}
    page.locator("input[type=file]").set_input_files(file)


def test_the_bars_of_a_photograph_are_those_of_the_page_asymmetry_and_can_be_taken_there(
    server, page
):
    page.goto(f"{server}/asymmetry")
    page.get_by_role("link", name=re.compile("a photograph’s label")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Predictions as distributions")
    expect(bar(page, "P, cat")).to_be_visible()
    number(page).fill("17")
    number(page).press("Enter")
    expect(page.get_by_text("Held-out photograph 17, labelled")).to_be_visible()
    shown = sums(page)
    link = page.get_by_role("link", name="Open these bars on the page Asymmetry")
    expect(link).to_have_attribute("href", re.compile("pq=airplane"))
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Asymmetry of KL divergence")
    expect(page.locator(".sums output").first).to_have_text(shown[0])


def test_what_is_dragged_is_in_the_address_and_reset_brings_back_the_prediction(server, page):
    opened(page, server, "?image=17")
    said = sums(page)
    true = page.locator(".track.p[aria-valuenow='1.0000']")
    drag(page, true.get_attribute("aria-label").replace("P", "Q"), 0.5)
    expect(page.get_by_text("You have moved the bars")).to_be_visible()
    expect(page.locator(".sums output").first).not_to_have_text(said[0])
    expect(page).to_have_url(re.compile("pq=airplane"))
    moved = sums(page)
    page.reload()
    expect(page.get_by_text("You have moved the bars")).to_be_visible()
    assert sums(page) == moved
    page.get_by_role("button", name="Reset").press("Enter")
    expect(page.locator(".sums output").first).to_have_text(said[0])
    expect(page.get_by_text("You have moved the bars")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("pq="))
    # A button that can no longer be pressed leaves the focus in its place.
    expect(page.get_by_role("group", name="Reset", disabled=True)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    expect(page.get_by_role("group", name="Reset")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_text("You have moved the bars")).to_be_visible()


def test_without_the_photographs_too_the_next_is_in_the_address_and_a_reload_keeps_it(server, page):
    opened(page, server)
    expect(page.get_by_text("CIFAR-10 is not on this machine").first).to_be_visible()
    expect(page.get_by_text("1 of 10,000")).to_be_visible()
    page.get_by_role("button", name="Next", exact=True).focus()
    page.keyboard.press("Enter")
    # Who listens hears which one it is, and what both nets say.
    said = page.get_by_role("status")
    expect(said.filter(has_text="2 of 10,000")).to_be_visible()
    expect(said.filter(has_text="Held-out photograph")).to_contain_text(
        "The network trained with KL"
    )
    expect(page).to_have_url(re.compile(r"image=\d+"))
    at = until(lambda: number(page).input_value(), bool)
    expect(page).to_have_url(re.compile(f"image={at}(&|$)"))
    page.reload()
    expect(number(page)).to_have_value(at)
    expect(page.get_by_text("2 of 10,000")).to_be_visible()


def test_a_link_to_a_photograph_begins_at_the_top_of_the_page(page):
    page.goto("about:blank")
    page.set_content("<div class=stMain style='height: 9px; overflow: auto'><p>a<p>b<p>c</div>")
    script = inspect.getclosurevars(sections._to_top).nonlocals["js"]
    draw = """async ([script, links]) => {
      window.top_ ??= (await import("data:text/javascript," + encodeURIComponent(script))).default;
      document.querySelector(".stMain").scrollTo(0, 20);
      top_({ data: { links } });
      return document.querySelector(".stMain").scrollTop;
    }"""
    assert [page.evaluate(draw, [script, links]) for links in (0, 1, 1, 2)] == [20, 0, 20, 0]


def test_folds_of_the_evaluation_open_by_key_and_the_confusion_matrix_is_read_out(server, page):
    page.goto(f"{server}/evaluation")
    expect(page.get_by_role("heading", name="Key points")).to_be_visible()
    said = page.get_by_role("status").filter(has_text="predicted class")
    expect(said).to_contain_text("The most frequent error")
    for fold, holds in (
        ("Methods and sources", "Naeini"),
        ("Downloads and Python", "stored.log_q"),
    ):
        page.locator("summary").filter(has_text=fold).press("Enter")
        expect(page.get_by_text(holds).first).to_be_visible()


def test_a_picture_handed_in_fills_the_bars_and_neither_bad_ones_nor_leaving_take_it_away(
    server, page
):
    opened(page, server)
    choices(page)
    page.get_by_role("radio", name=OWN).click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Upload a picture")).to_be_visible()
    hand_in(page, "noise.png", saved(NOISE))
    picture = page.get_by_role("img", name="Your picture, labelled by you airplane")
    expect(picture).to_be_visible()
    page.get_by_role("button", name="Fullscreen: Your picture, labelled by you airplane").press(
        "Enter"
    )
    close = page.get_by_role("button", name=re.compile("^Close fullscreen"))
    expect(close).to_be_focused()
    page.keyboard.press("Tab")  # not to what lies behind
    expect(close).to_be_focused()
    page.keyboard.press("Enter")
    expect(close).to_have_count(0)
    expect(bar(page, "P, airplane")).to_have_attribute("aria-valuenow", "1.0000")
    shown = sums(page)
    bomb = saved(Image.new("1", (20_000, 20_000)))
    for name, content, reason in (  # tests/pages/test_images.py has the others
        ("text.png", b"this is a letter", "not a picture in the format PNG or JPEG"),
        ("bomb.png", bomb, "more than 16 million pixels"),
        ("torn.png", saved(NOISE)[:2000], "cut off or damaged"),
    ):
        hand_in(page, name, content)
        expect(page.get_by_text(reason)).to_be_visible()
        expect(page.get_by_text("The picture before it stays.")).to_be_visible()
        assert sums(page) == shown
    film = bytes(5 * 2**20)  # as telephones put it behind a photograph
    hand_in(page, "print.jpg", saved(NOISE.convert("CMYK"), "JPEG") + film)
    expect(page.get_by_text("The picture before it stays.")).to_have_count(0)
    expect(page.locator(".sums output").first).not_to_have_text(shown[0])
    shown = sums(page)
    page.get_by_role("link", name="Reference").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reference")
    page.get_by_role("link", name="Predictions").first.click()
    expect(page.locator(".sums output").first).to_have_text(shown[0])
    choices(page)
    expect(page.get_by_role("radio", name=OWN)).to_be_checked()


def test_with_a_picture_of_one_s_own_it_breaks_no_rule_of_wcag_2_2_aa(server, page):
    opened(page, server, f"?pictures={OWN.replace(' ', '+')}")
    hand_in(page, "noise.png", saved(NOISE))
    expect(bar(page, "P, airplane")).to_be_visible()
    hand_in(page, "text.png", b"this is a letter")
    expect(page.get_by_text("The picture before it stays.")).to_be_visible()
    choices(page)
    expect(page.get_by_role("radio", name=OWN)).to_be_visible()
    drawn(page)
    assert in_both_themes(page) == []

"""The front page's small bars and the page Entropy, as hands and eyes meet them."""

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from pages.ui.formatting import JOINER
from tests.browser.hands import as_another_visitor, bar, code, comes_to, drag, settled, until

WEATHER = "sun:4:1, cloud:2:1, rain:1:1, snow:1:1"


def opened(page: Page, server: str, query: str = "") -> None:
    page.goto(f"{server}/entropy{query}")
    expect(page.get_by_role("button", name="Codewords as CSV")).to_be_visible()
    settled(page)


def total(page: Page, name: str, widget: int = 0):
    """A number above the bars: of the first widget or of the second."""
    shown = page.locator(".dragbars").nth(widget).locator(".sum").filter(has_text=name)
    return shown.locator("output")


def test_the_front_page_shows_the_asymmetry_above_the_fold_and_follows_the_hand(server, page):
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(server)
    numbers = page.locator(".sums output")
    # By hand: ½ log₂(½/0.9) + ½ log₂(½/0.1) and 0.9 log₂ 1.8 + 0.1 log₂ 0.2.
    expect(numbers).to_have_text(["0.737 bits", "0.531 bits"])
    expect(page.get_by_role("button", name="Present", exact=True)).to_be_visible()
    settled(page)
    for number in numbers.all():
        until(number.bounding_box, lambda box: box["y"] + box["height"] < 720)
    drag(page, "Q, heads", 0.5, release=False)
    expect(numbers).to_have_text(["0 bits", "0 bits"])
    page.mouse.up()
    expect(page.get_by_text("P and Q are the same distribution")).to_be_visible()
    expect(page).to_have_url(re.compile("pq="))
    expect(page.get_by_role("button", name="Remove heads")).to_have_count(0)


def test_each_surprisal_and_the_entropy_follow_the_hand(server, page):
    opened(page, server)
    expect(total(page, "H(P)")).to_have_text("1.75 bits")
    expect(page.get_by_role("img", name="Surprisal: 1 bit")).to_have_count(1)
    drag(page, "P, sun", 0.9, release=False)
    first = page.locator(".dragbars").first
    # By hand: log₂(1/0.9) = 0.152, and 0.9·0.152 + 0.05·4.322 + 2·0.025·5.322 = 0.619.
    expect(first.get_by_role("img", name="Surprisal: 0.152 bits")).to_have_count(1)
    expect(total(page, "H(P)")).to_have_text("0.619 bits")
    expect(first.locator(".area")).to_have_attribute("aria-label", re.compile("0.619 bits"))
    # Python waits for the release.
    expect(page.get_by_text("= 1.75 bits: the mean surprisal")).to_be_visible()
    page.mouse.up()
    expect(page.get_by_text("= 0.619 bits: the mean surprisal")).to_be_visible()
    # The second widget shows the same P.
    expect(page.locator(".dragbars").nth(1).get_by_role("slider", name="P, sun")).to_have_attribute(
        "aria-valuetext", "0.9"
    )


def test_the_stacked_bar_follows_every_edit_of_q_and_a_codeword_without_length_makes_it_endless(
    server, page
):
    opened(page, server)
    stack = page.get_by_role("img", name=re.compile("^Stacked bar"))
    expect(stack).to_have_attribute(
        "aria-label", "Stacked bar: H(P) + KL(P‖Q) = 1.75 + 0.25 = 2 bits = H(P, Q)"
    )
    drag(page, "Q, sun", 0.5, release=False)
    # By hand: Q = (½, ⅙, ⅙, ⅙), H(P, Q) = ½ + ½ log₂ 6 = 1.792.
    expect(stack).to_have_attribute("aria-label", re.compile("1.792 bits = H"))
    page.mouse.up()
    expect(page.get_by_text("exactly KL(P‖Q)")).to_be_visible()
    widths = "e => [...e.children].map(c => c.getBoundingClientRect().width)"
    comes_to(
        lambda: stack.evaluate(f"e => (([h, kl]) => kl / h)(({widths})(e))"),
        pytest.approx(0.0425 / 1.75, rel=0.1),
    )
    settled(page)
    # The blue part grows with KL.
    blue = page.locator(".stack .pq")

    def width():
        return blue.bounding_box()["width"]

    before = width()
    page.locator(".dragbars").nth(1).get_by_role("slider", name="Q, sun").focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
        before = until(width, lambda now, then=before: now > then)
    settled(page)
    drag(page, "Q, snow", -0.2)
    expect(total(page, "KL(P‖Q)", 1)).to_have_text("∞ bits")
    expect(page.get_by_text("no codeword of finite length")).to_be_visible()
    expect(page.get_by_role("img", name="Ideal length for Q: ∞ bits")).to_have_count(1)
    # The column that has no end is the tallest to be seen.
    endless = page.locator(".dragbars").nth(1).locator(".piece.endless")
    until(endless.bounding_box, lambda box: box["height"] > 40)


def test_the_pair_is_looked_at_both_ways_on_the_next_page(server, page):
    opened(page, server, "?unit=nats")
    drag(page, "P, sun", 0.7)
    expect(code(page)).to_have_value(re.compile("^sun:0.7:1,"))
    both_ways = page.get_by_role("link", name="Forward and reverse KL of this pair")
    expect(both_ways).to_have_attribute("href", re.compile("sun%3A0.7%3A1"))
    both_ways.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Asymmetry of KL divergence")
    expect(code(page)).to_have_value(re.compile("^sun:0.7:1,"))
    expect(page.get_by_role("radio", name="nats")).to_be_checked()


def test_an_edit_in_either_widget_is_undone_by_one_button_and_neither_loses_the_others(
    server, page
):
    opened(page, server)
    drag(page, "P, sun", 0.7)
    expect(code(page)).to_have_value(re.compile("^sun:0.7:1,"))
    drag(page, "Q, sun", 0.4)
    expect(code(page)).to_have_value(re.compile("^sun:0.7:0.4,"))
    undo = page.get_by_role("button", name="Undo")
    undo.click()
    expect(code(page)).to_have_value(re.compile("^sun:0.7:1,"))
    undo.click()
    expect(code(page)).to_have_value(WEATHER)
    held = page.locator(".dragbars").nth(1).get_by_role("slider", name="P, sun")
    expect(held).to_have_attribute("aria-valuetext", "0.5")
    held.focus()
    page.keyboard.press("PageUp")
    expect(code(page)).to_have_value(re.compile("^sun:0.6:"))
    expect(held).to_be_focused()
    # Who works in one widget is told there, and not by the other one too.
    for widget, told in enumerate(("off", "polite")):
        figure = page.locator(".dragbars").nth(widget).locator(".sums [role=status]").first
        expect(figure).to_have_attribute("aria-live", told)
    page.get_by_role("button", name="Reset").click()
    expect(code(page)).to_have_value(WEATHER)
    settled(page)
    drag(page, "P, sun", 0.7)
    bar(page, "Q, sun").focus()  # by key: no pointer meets a bar that Python's answer moves
    page.keyboard.press("PageUp")  # Python need not have answered yet
    expect(code(page)).to_have_value(re.compile("^sun:0.7:0.35,"))


def test_drawing_again_gives_another_mean_the_address_repeats_it_and_too_many_are_refused(
    server, page
):
    opened(page, server)
    finding = page.get_by_test_id("stMarkdown").filter(has_text=re.compile("After [0-9,]+ draws"))
    first = finding.inner_text()
    page.get_by_role("button", name="Draw 100 outcomes").click()
    expect(finding).not_to_have_text(first)
    expect(page).to_have_url(re.compile("seed=2"))
    settled(page)
    new = finding.inner_text()
    as_another_visitor(page)
    expect(finding).to_have_text(new)
    field = page.get_by_role("textbox", name="Number of draws")
    for wrong in ("0", "1000000000"):
        field.fill(wrong)
        field.press("Enter")
        expect(page.get_by_test_id("stAlertContentError")).to_contain_text(
            f"The number of draws must be a whole number from 1 to 100,000; got “{wrong}”."
        )
        expect(page.get_by_text("After 100 draws")).to_be_visible()
    field.fill("1000")
    field.press("Enter")
    expect(page.get_by_text("After 1,000 draws")).to_be_visible()
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    settled(page)
    # The question at the end is answered on the page.
    page.get_by_text("1,000 bits", exact=True).click()
    expect(page.get_by_text("Not quite.")).to_be_visible()
    page.get_by_text("about 10 bits", exact=True).click()
    expect(page.get_by_text("Yes.")).to_be_visible()


def test_what_a_link_says_is_shown_letter_by_letter_and_asks_no_other_host(server, page):
    names = "www.a.bc me@a.bc", "a -> b *c* `d`"
    draws = "![](//a.bc/d) :cat:"
    code = ", ".join(f"{name}:1:{q}" for name, q in zip(names, (1, 0), strict=True))
    opened(page, server, f"?{urlencode({'draws': draws, 'pq': code})}")
    told = page.get_by_test_id("stAlertContentError").filter(has_text="The number of draws")
    expect(told).to_be_visible()
    cells = page.get_by_role("cell").all_inner_texts()
    for text, where in ((draws, [told.inner_text()]), *((name, cells) for name in names)):
        assert any(text in shown.replace(JOINER, "") for shown in where)
    made = "a[href^='http'][href*='a.bc'], a[href^='mailto'], img[src*='a.bc'], td em"
    expect(page.locator(".stMain").locator(made)).to_have_count(0)
    # Streamlit's own file of a chart's data would hold names that a spreadsheet computes.
    show = page.get_by_role("button", name=re.compile("^Show data")).first
    show.focus()  # by key: where the pointer is, its toolbar fades while the page still moves
    show.press("Enter")
    expect(page.get_by_role("button", name=re.compile("^Search"))).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Download as CSV"))).to_have_count(0)

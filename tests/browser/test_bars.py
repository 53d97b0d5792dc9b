"""The draggable bars, as hands, keys and other people's links meet them."""

import re
import urllib.parse
from collections.abc import Callable
from itertools import groupby
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

import kl_core
from pages.ui import formatting as fmt
from pages.ui.pairs import editor
from pages.ui.pairs.editor import ASYMMETRY
from pages.ui.pairs.presets import PRESETS
from pages.ui.pairs.quiz import REASONS
from pages.ui.pairs.state import decode
from tests.browser.hands import (
    agreed,
    as_another_visitor,
    bar,
    code,
    drag,
    fits,
    live,
    middle,
    numbers,
    sentences,
    settled,
    swipe,
    touch,
)
from tests.pages.pairs.with_probability import with_probability

THREE = "sun:0.5:0.6, rain:0.3:0.4, snow:0.2:0"


def link(server: str, code: str = THREE, **query: str) -> str:
    return f"{server}/asymmetry?{urllib.parse.urlencode({'unit': 'nats', 'pq': code, **query})}"


def opened(page: Page, server: str, code: str = THREE, **query: str) -> None:
    page.goto(link(server, code, **query))
    expect(bar(page, f"P, {code.split(':')[0]}")).to_be_visible()
    expect(page.get_by_role("button", name="Terms as CSV")).to_be_visible()
    settled(page)


@pytest.fixture
def here(server, page) -> Page:
    """The page with three outcomes; if the last test has left it open, all else as that left it."""
    if page.evaluate("window.isOpen"):
        # Written otherwise: a text just replaced is taken for what a second click sends along.
        shows(page, THREE.replace("0.5:", "0.50:"))
    else:
        opened(page, server)
        page.evaluate("window.isOpen = true")
    return page


@pytest.fixture
def lying(page, bench, monkeypatch) -> Callable[..., None]:
    """Lays the bars of a pair on the workbench."""

    def lie(code: str = THREE, direction: Literal["pq", "qp"] = "pq") -> None:
        bench.open(
            monkeypatch,
            ("pages.ui.pairs.dragbars.dragbars",),
            lambda: ASYMMETRY.history.paste(code),
            lambda: editor.bars(ASYMMETRY, "pair", "nats", direction=direction),
            "Share text",
            ASYMMETRY.history.share_text,
        )

    return lie


def shows(page: Page, pair: str) -> None:
    """The pair on show is this one, by way of its code; Python has answered."""
    code(page).fill(pair)
    code(page).press("Enter")
    new = decode(pair)
    expect(code(page)).to_have_value(new.encode())
    expect(page.get_by_label(re.compile("^Name of outcome"))).to_have_count(len(new.names))
    for kind, row in (("P", new.p), ("Q", new.q)):
        for name, weight in zip(new.names, row, strict=True):
            share = f"{weight / sum(row):.4f}"
            expect(bar(page, f"{kind}, {name}")).to_have_attribute("aria-valuenow", share)
    settled(page)


def types_in_cell(page: Page, text: str) -> None:
    """Type into the cell of the table that has the focus."""
    page.keyboard.press("Enter")
    field = page.locator(".gdg-input")
    field.fill(text)
    field.press("Enter")
    expect(field).to_have_count(0)


def test_a_drag_takes_from_the_others_in_proportion_and_python_hears_of_it(lying, page):
    lying()
    drag(page, "P, sun", 0.75)
    # 0.3 : 0.2 share the rest, 0.25.
    expect(code(page)).to_have_value("sun:0.75:0.6, rain:0.15:0.4, snow:0.1:0")
    expect(bar(page, "P, rain")).to_have_attribute("aria-valuetext", "0.15")
    expect(page).to_have_url(re.compile("sun%3A0.75%3A0.6"))


def test_going_to_the_end_and_back_in_one_drag_loses_no_proportion(lying, page):
    lying()
    drag(page, "P, sun", 1.2, release=False)
    expect(bar(page, "P, rain")).to_have_attribute("aria-valuetext", "0")
    box = bar(page, "P, sun").bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 5, steps=4)
    page.mouse.up()
    expect(code(page)).to_have_value(THREE)


def test_keys_move_a_bar_and_the_focus_stays(lying, page):
    lying()
    held = bar(page, "Q, sun")
    held.focus()
    for key, value in (
        ("ArrowRight", "0.61"),
        ("ArrowDown", "0.6"),
        ("PageDown", "0.5"),
        ("PageUp", "0.6"),
        ("End", "1"),
        ("Home", "0"),
    ):
        page.keyboard.press(key)
        expect(held).to_have_attribute("aria-valuetext", value)
    before = "sun:0.5:0, rain:0.3:1, snow:0.2:0"
    expect(code(page)).to_have_value(before)
    expect(held).to_be_focused()
    # Keys in quick succession are one step; these come so quickly on the slowest machine.
    held.evaluate(
        """(bar, keys) => keys.forEach((key) => bar.dispatchEvent(
          new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))""",
        ["ArrowRight", "PageUp"],
    )
    expect(code(page)).to_have_value("sun:0.5:0.11, rain:0.3:0.89, snow:0.2:0")
    page.keyboard.press("Control+z")
    expect(code(page)).to_have_value(before)
    expect(held).to_be_focused()


def test_a_change_is_read_out_once_with_the_name_of_the_number(lying, page):
    lying()
    statuses = page.locator(".sums").get_by_role("status")  # what is in one is read out as a whole
    expect(statuses).to_have_text(["KL(P‖Q) ∞ nats", "KL(Q‖P) 0.2245 nats"])
    page.evaluate(
        """window.changes = [];
        const { shadowRoot } = document.querySelectorAll("body > div > div")[0];
        new MutationObserver((all) => all.forEach(({ target }) => {
          changes.push(target.closest("[role=status]")?.textContent.trim().split(/\\s+/)[0]);
        })).observe(shadowRoot.querySelector(".sums"), { subtree: true, childList: true });"""
    )
    bar(page, "P, rain").press("ArrowRight")
    expect(code(page)).to_have_value(re.compile("rain:0.31:"))  # Python's answer is painted
    # The second number has changed; the first is ∞ as before.
    assert [change for change in page.evaluate("changes") if change] == ["KL(Q‖P)"]


def test_what_was_equal_stays_equal_and_what_is_nearly_0_is_no_infinity(lying, page):
    four = "a:0.25:1, b:0.25:1, c:0.25:1, d:0.25:1"
    lying(four)
    bar(page, "P, a").press("PageDown")
    expect(code(page)).to_have_value(with_probability(decode(four), "p", 0, 0.15).encode())
    expect(code(page)).to_have_value(re.compile("b:0.283333333333:1, c:0.283333333333:1"))
    rare = decode("a:0.1:1e-320, b:0.9:1")
    lying(rare.encode())
    assert live(page)[0] == fmt.quantity(kl_core.kl_divergence(rare.p, rare.q), "nats")


def test_a_hundred_outcomes_lie_in_low_rows_that_a_finger_still_hits(lying, page):
    many = ", ".join(f"o{i}:{i + 1}:{100 - i}" for i in range(100))
    lying(many)
    rows = page.get_by_label(re.compile("^Name of outcome"))
    expect(rows).to_have_count(100)
    expect(page.locator(".formula .term")).to_have_count(100)
    for width, height in (("60rem", 60), ("328px", 85)):  # on a desk and on a small phone
        page.locator("div").first.evaluate("(page, width) => page.style.width = width", width)
        first, last = (row.bounding_box()["y"] for row in (rows.first, rows.last))
        assert (last - first) / 99 < height
        wide = page.locator(".rows").evaluate("rows => [rows.scrollWidth, rows.clientWidth]")
        assert wide[0] <= wide[1]
    assert bar(page, "P, o99").bounding_box()["height"] >= 24  # WCAG 2.2, 2.5.8
    bar(page, "Q, o0").press("Home")
    expect(code(page)).to_have_value(with_probability(decode(many), "q", 0, 0).encode())


def test_on_a_phone_a_finger_scrolls_over_a_bar_and_drags_one(server, browser: Browser):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    opened(page, server)
    address, finger = page.url, context.new_cdp_session(page)
    for name in ("P, sun", "Q, sun", "P, rain", "Q, snow"):
        swipe(finger, bar(page, name))
    held = bar(page, "P, sun")
    touch(finger, *(middle(held, share) for share in (0.5, 0.6, 0.8)))
    expect(code(page)).to_have_value("sun:0.8:0.6, rain:0.12:0.4, snow:0.08:0")
    # The swipes were no edits: one step back is where all began.
    page.get_by_role("button", name="Undo").click()
    expect(code(page)).to_have_value(THREE)
    expect(page).to_have_url(address)
    # What the button below the bars adds is seen at once.
    page.get_by_role("button", name="Add an outcome").click()
    new = page.get_by_label("Name of outcome 4")
    expect(new).to_be_in_viewport()
    sums = page.locator(".sums").bounding_box()
    assert new.bounding_box()["y"] >= sums["y"] + sums["height"]
    context.close()


def test_a_finger_edits_by_going_sideways_and_by_a_tap_but_not_by_a_scroll(lying, page, finger):
    lying()
    page.set_viewport_size({"width": 1280, "height": 300})
    held = bar(page, "P, rain")
    swipe(finger, held)
    touch(finger, middle(bar(page, "Q, snow"), 0.25))
    tapped = "sun:0.5:0.45, rain:0.3:0.3, snow:0.2:0.25"
    expect(code(page)).to_have_value(tapped)
    # A gesture that the system takes away in its middle has not been.
    places = [middle(held, share) for share in (0.3, 0.5, 0.65)]
    touch(finger, *places, end="touchCancel")
    expect(held).to_have_attribute("aria-valuetext", "0.3")
    touch(finger, *places)
    expect(code(page)).to_have_value("sun:0.25:0.45, rain:0.65:0.3, snow:0.1:0.25")
    for before in (tapped, THREE):
        page.keyboard.press("Control+z")
        expect(code(page)).to_have_value(before)


def test_a_lock_holds_a_bar_and_says_why_nothing_moves(lying, page):
    lying()
    lock = page.get_by_role("button", name="Lock rain in P", exact=True)
    closing = lock.locator("path").last
    expect(closing).to_have_css("visibility", "hidden")
    lock.click()
    expect(closing).to_have_css("visibility", "visible")
    expect(code(page)).to_have_value("sun:0.5:0.6, rain:0.3!:0.4, snow:0.2:0")
    drag(page, "P, sun", 0.9)
    expect(code(page)).to_have_value("sun:0.7:0.6, rain:0.3!:0.4, snow:0:0")
    status = page.locator(".status")
    expect(status).to_have_text("The locked outcomes sum to 0.3, so the maximum is 0.7.")
    drag(page, "P, rain", 0.9)
    expect(status).to_have_text("“rain” is locked in P: unlock it first.")
    bar(page, "P, snow").focus()
    page.keyboard.press("l")
    bar(page, "P, sun").focus()
    page.keyboard.press("ArrowLeft")
    expect(status).to_have_text("All other outcomes of P are locked: unlock one of them first.")
    expect(code(page)).to_have_value("sun:0.7:0.6, rain:0.3!:0.4, snow:0!:0")
    expect(bar(page, "P, snow")).to_have_attribute("aria-valuetext", "0, locked")


def test_an_exact_value_is_typed_and_nonsense_is_refused(lying, page):
    field = page.get_by_label("Probability of snow in Q")
    for typed in ("25 %", "1/4", "0,25", ".25"):
        lying()
        field.fill(typed)
        field.press("Enter")
        expect(code(page)).to_have_value("sun:0.5:0.45, rain:0.3:0.3, snow:0.2:0.25")
    lying()
    for typed in ("half", "1.5", "-0.1", "1/0"):
        field.fill(typed)
        field.press("Enter")
        expect(page.locator(".status")).to_contain_text(f"“{typed}” is not a probability")
        expect(field).to_have_value(typed)
        expect(page.locator(".row:has(.why)").get_by_label("Name of outcome 3")).to_be_visible()
    field.press("Tab")
    expect(field).to_have_value(typed)
    field.press("Escape")
    expect(field).to_have_value("0")
    expect(page.locator(".why")).to_have_count(0)
    expect(code(page)).to_have_value(THREE)
    field.fill("1e-5")  # what is above 0 stays above 0
    field.press("Enter")
    expect(field).to_be_focused()
    expect(field).to_have_value(fmt.number(1e-5))
    assert "∞" not in "".join(live(page))


def test_outcomes_are_renamed_and_removed(lying, page):
    lying(f"{THREE}, outcome 1:0:0")
    name = page.get_by_label("Name of outcome 4")
    name.fill("hail: <b>1</b>")
    name.press("Enter")
    expect(code(page)).to_have_value(re.compile("hail <b>1</b>:0:0$"))
    name.fill("sun")
    name.press("Enter")
    expect(page.locator(".status")).to_contain_text("must be unique")
    expect(name).to_have_value("hail <b>1</b>")
    page.get_by_role("button", name="Remove rain").click()
    expect(code(page)).to_have_value("sun:0.5:0.6, snow:0.2:0, hail <b>1</b>:0:0")
    expect(bar(page, "P, sun")).to_have_attribute("aria-valuetext", "0.7143")
    page.get_by_role("button", name="Remove snow").click()
    expect(page.get_by_role("button", name="Remove sun")).to_be_disabled()


def test_undo_redo_and_reset_lead_back_and_the_table_does_what_the_bars_do(server, page):
    opened(page, server)
    page.get_by_role("button", name="Add an outcome").click()
    expect(bar(page, "P, outcome 1")).to_have_attribute("aria-valuetext", "0")
    expect(code(page)).to_have_value(f"{THREE}, outcome 1:0:0")
    drag(page, "Q, sun", 0.2)
    expect(code(page)).to_have_value(re.compile("sun:0.5:0.2"))
    undo, redo = (page.get_by_role("button", name=name) for name in ("Undo", "Redo"))
    undo.click()
    expect(bar(page, "Q, sun")).to_have_attribute("aria-valuetext", "0.6")
    undo.click()
    expect(code(page)).to_have_value(THREE)
    expect(undo).to_be_disabled()
    redo.click()
    expect(code(page)).to_have_value(re.compile("outcome 1:0:0$"))
    redo.click()
    expect(code(page)).to_have_value(re.compile("sun:0.5:0.2"))
    expect(redo).to_be_disabled()
    page.get_by_role("button", name="Reset").click()
    expect(code(page)).to_have_value(THREE)
    settled(page)
    # The table does what the bars do.
    page.get_by_text("Edit as a table").click()
    table = page.get_by_test_id("data-grid-canvas").first
    expect(table).to_be_visible()
    settled(page)
    table.focus()
    for key in ("ArrowDown", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
    types_in_cell(page, "0,6")
    expect(code(page)).to_have_value("sun:0.6:0.6, rain:0.3:0.4, snow:0.2:0")
    types_in_cell(page, "many")  # Enter went on to the row below
    refusal = page.get_by_test_id("stAlertContentError")
    expect(refusal).to_contain_text("“rain” has “many”. The page is unchanged.")
    page.keyboard.press("ArrowUp")
    types_in_cell(page, "1/4")
    expect(refusal).to_have_count(0)
    expect(code(page)).to_have_value("sun:0.6:0.6, rain:0.25:0.4, snow:0.2:0")
    # The bars and the table show the same pair.
    bar(page, "Q, snow").press("End")
    expect(code(page)).to_have_value("sun:0.6:0, rain:0.25:0, snow:0.2:1")
    expect(page.get_by_test_id("glide-cell-3-2").first).to_have_text("1")


def test_pointing_at_a_term_lights_its_bar_and_the_other_way_round(lying, page):
    lying()
    row = page.get_by_role("group", name="snow")
    term = page.get_by_role("button", name=re.compile("^snow: "))
    term.hover()
    expect(row).to_have_class(re.compile("lit"))
    page.get_by_role("group", name="sun").hover()
    expect(row).not_to_have_class(re.compile("lit"))
    bar(page, "Q, snow").focus()
    expect(term).to_have_class(re.compile("lit"))
    page.get_by_role("button", name=re.compile("^rain: ")).focus()
    expect(page.get_by_role("group", name="rain")).to_have_class(re.compile("lit"))


def test_the_formula_is_spelled_out_in_the_direction_chosen(lying, page):
    for direction, spelled in (
        ("pq", r"KL\(P‖Q\) =\s*0.5 ln\(0.5 / 0.9\)\s*0.5 ln\(0.5 / 0.1\)\s*= 0.5108 nats"),
        ("qp", r"KL\(Q‖P\) =\s*0.9 ln\(0.9 / 0.5\)\s*0.1 ln\(0.1 / 0.5\)\s*= 0.3681 nats"),
    ):
        lying("heads:0.5:0.9, tails:0.5:0.1", direction)
        expect(page.locator(".formula")).to_have_text(re.compile(spelled))
    page.emulate_media(media="print")
    expect(page.locator(".formula .term").first).to_be_visible()
    expect(page.get_by_role("button", name="Remove heads")).to_be_hidden()


def test_an_outcome_that_p_and_q_hold_for_as_likely_adds_nothing(lying, page):
    lying("sun:0.6:0.6, rain:0.32:0.4, snow:0.08:0")  # the weights’ sum is rounded below 1
    expect(page.locator(".cell.pq span")).to_have_text(["0", "−0.07141", "+∞"])
    expect(page.locator(".cell.qp span")).to_have_text(["0", "+0.08926", "0"])


def test_a_damaged_link_or_code_is_refused_and_the_last_good_pair_stays(server, page):
    damaged = "<img src=x onerror=alert(1)>, b:1:1"
    error = page.get_by_test_id("stAlertContentError")
    page.goto(link(server, damaged))
    expect(error).to_contain_text("Write each outcome as name:P:Q")
    expect(bar(page, "P, heads")).to_be_visible()  # the first preset
    settled(page)
    shows(page, THREE)
    expect(error).to_have_count(0)
    code(page).fill(damaged)
    code(page).press("Enter")
    expect(error).to_contain_text("Write each outcome as name:P:Q")
    expect(bar(page, "P, sun")).to_have_attribute("aria-valuetext", "0.5")
    # The reason stands at the field, and what was pasted in it, however long.
    endless = "sun:1:1, " * 800
    code(page).fill(endless)
    code(page).press("Enter")
    expect(error).to_contain_text("longer than")
    expect(code(page)).to_have_value(endless)
    assert 0 < error.bounding_box()["y"] - code(page).bounding_box()["y"] < 100


def test_reload_keeps_and_back_leaves_the_page_at_once(server, page):
    page.goto(server)
    page.get_by_role("link", name="Asymmetry").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Asymmetry of KL divergence")
    expect(code(page)).to_be_visible()  # the front page has bars too, but no code
    settled(page)
    for share in (0.2, 0.7, 0.4):
        drag(page, "P, heads", share)
        expect(code(page)).to_have_value(f"heads:{share}:9, tails:{round(1 - share, 4)}:1")
    page.reload()
    expect(bar(page, "P, heads")).to_have_attribute("aria-valuetext", "0.4")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("KL divergence")


def test_twenty_outcomes_fit_a_phone(server, page):
    page.set_viewport_size({"width": 360, "height": 740})
    many = ", ".join(f"outcome number {n}:{n + 1}:{20 - n}" for n in range(20))
    opened(page, server, many)
    fits(page, 360)
    for kind in ("P", "Q"):
        box = bar(page, f"{kind}, outcome number 19").bounding_box()
        assert box["height"] >= 24
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360


def test_the_bars_write_numbers_as_the_page_does(lying, page):
    for value in (0.5, 1 / 3, 0.0001, 0.00009, 1e-4 - 1e-9, 0.99995, 0.0312549, 1e-7):
        lying(f"a:{value!r}:0.5, b:{1 - value!r}:0.5")
        expect(page.get_by_label("Probability of a in P")).to_have_value(fmt.number(value))


def test_the_bars_find_the_numbers_that_kl_core_finds(lying, page):
    """Also where P and Q are so close that p·log(p / q) would cancel to noise."""
    for each in (
        *(preset.state.encode() for preset in PRESETS),
        "a:1:1, b:0.99999999:1, c:1.00000001:1",
        "a:1:1, b:1:1.0000000000001",
        "a:1e-12:1e-9, b:1:1, c:0:0",
        "a:0:0, b:0:1, c:5:0.001",
        "a:1:1.2, b:1:1",
        "a:1:1.3, b:1:1",
    ):
        lying(each)
        pair = decode(each)
        p, q = kl_core.normalize(pair.p), kl_core.normalize(pair.q)
        both = kl_core.kl_divergence(p, q), kl_core.kl_divergence(q, p)
        assert live(page) == [fmt.quantity(float(kl), "nats") for kl in both], each


def test_a_key_is_taken_back_before_python_has_heard_of_it(lying, page):
    lying()
    held = bar(page, "P, sun")
    held.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+z")
    expect(held).to_have_attribute("aria-valuetext", "0.5")
    page.keyboard.press("PageUp")
    expect(code(page)).to_have_value(re.compile("^sun:0.6:"))


def test_the_next_drag_begins_before_python_has_answered_and_nothing_snaps_back(here, page):
    page.evaluate(
        """() => {
          const host = [...document.querySelectorAll("*")].find(
            (e) => e.shadowRoot?.querySelector(".dragbars"));
          const track = host.shadowRoot.querySelector('[aria-label="P, sun"]');
          window.seen = [];
          new MutationObserver(() => window.seen.push(track.getAttribute("aria-valuenow")))
            .observe(track, { attributeFilter: ["aria-valuenow"] });
        }"""
    )
    for to in (0.7, 0.2, 0.9):
        drag(page, "P, sun", to)  # each from where the one before ended, without a pause
    expect(code(page)).to_have_value(re.compile("^sun:0.9:"))
    settled(page)
    expect(bar(page, "P, sun")).to_have_attribute("aria-valuenow", "0.9000")
    seen = [float(value) for value, _ in groupby(page.evaluate("window.seen"))]
    # Each way goes up, down and up again: what came back late would turn it once more.
    turns = [b for a, b, c in zip(seen, seen[1:], seen[2:], strict=False) if (b - a) * (c - b) < 0]
    assert turns == [0.7, 0.2]
    assert seen[-1] == 0.9
    # Of two edits, one of P and one of Q, Python may hear only the second.
    drag(page, "P, sun", 0.75)
    drag(page, "Q, sun", 0.3)
    expect(code(page)).to_have_value(re.compile("^sun:0.75:0.3,"))
    settled(page)
    expect(code(page)).to_have_value(re.compile("^sun:0.75:0.3,"))


def test_who_types_and_goes_on_keeps_the_focus_and_a_button_works_on_what_was_typed(here, page):
    page.get_by_label("Probability of sun in P").fill("0.6")
    for _ in ("lock", "bar of Q", "field of Q"):  # while Python is told
        page.keyboard.press("Tab")
    field = page.get_by_label("Probability of sun in Q")
    expect(field).to_be_focused()
    page.keyboard.type("0.1", delay=60)
    expect(code(page)).to_have_value(re.compile("^sun:0.6:"))
    settled(page)
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    expect(code(page)).to_have_value(re.compile("^sun:0.6:0.1,"))
    page.get_by_role("button", name="Reset").click()
    expect(code(page)).to_have_value(THREE)
    settled(page)
    for name, becomes in (
        ("Swap P and Q", "sun:0.6:0.7, rain:0.4:0.18, snow:0:0.12"),
        ("Add an outcome", "sun:0.7:0.7, rain:0.3:0.18, snow:0:0.12, outcome 1:0:0"),
    ):
        page.get_by_label("Probability of sun in P").click()  # selects what is there
        page.keyboard.type("0.7")
        page.get_by_role("button", name=name).click()
        expect(code(page)).to_have_value(becomes)
        settled(page)
        expect(code(page)).to_have_value(becomes)
    page.get_by_label("Probability of sun in P").click()
    page.keyboard.type("0.8")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Redo")).to_be_enabled()  # it has been taken back
    settled(page)
    expect(code(page)).to_have_value(becomes)
    expect(bar(page, "P, sun")).to_have_attribute("aria-valuetext", "0.7")


def test_all_numbers_follow_while_the_bar_is_held_and_stay_when_it_is_let_go(here, page):
    shows(page, "heads:0.5:0.9, tails:0.5:0.1")
    drag(page, "Q, heads", 0.75, release=False)
    # By hand: ½ ln(½/¾) + ½ ln(½/¼) and ¾ ln(¾/½) + ¼ ln(¼/½).
    shown = page.locator(".sums output")
    expect(shown).to_have_text(["0.1438 nats", "0.1308 nats"])
    expect(page.locator(".formula .term").first).to_have_text("0.5 ln(0.5 / 0.75)")
    expect(page.get_by_role("img", name="Term of KL(P‖Q): −0.2027")).to_be_visible()
    expect(page.get_by_role("img", name="Term of KL(Q‖P): +0.3041")).to_be_visible()
    # Python waits for the release.
    assert numbers(page) == ["0.5108 nats", "0.3681 nats"]
    page.mouse.up()
    expect(sentences(page)).to_contain_text("0.1438 nats")
    assert agreed(page) == ["0.1438 nats", "0.1308 nats"]
    # At the left end a probability is exactly 0, and the number infinite.
    drag(page, "Q, tails", -0.2)
    expect(page.get_by_text("Q gives probability 0 to “tails”")).to_be_visible()
    assert agreed(page) == ["∞ nats", "0.6931 nats"]
    expect(code(page)).to_have_value("heads:0.5:1, tails:0.5:0")
    expect(page.get_by_role("img", name="Term of KL(P‖Q): +∞")).to_be_visible()
    page.get_by_role("radio", name="KL(Q‖P)").click()
    expect(page.locator(".formula")).to_contain_text("1 ln(1 / 0.5)")


def test_a_link_shows_another_visitor_the_same(here, page):
    drag(page, "Q, snow", 0.3)
    page.get_by_role("button", name="Lock sun in Q").click()
    expect(page).to_have_url(re.compile("sun%3A0.5%3A0.42%21"))
    moved = "sun:0.5:0.42!, rain:0.3:0.28, snow:0.2:0.3"
    expect(code(page)).to_have_value(moved)
    before = agreed(page)
    as_another_visitor(page)
    expect(bar(page, "Q, sun")).to_have_attribute("aria-valuetext", "0.42, locked")
    assert agreed(page) == before
    expect(code(page)).to_have_value(moved)


def test_a_preset_asks_for_a_prediction_before_it_shows_its_numbers(here, page):
    page.get_by_role("button", name="A label and a softmax").click()
    expect(page.get_by_text("Predict first.")).to_be_visible()
    expect(page.locator(".sums output")).to_have_text(["?", "?"])
    expect(sentences(page)).to_have_count(0)
    check = page.get_by_role("button", name="Check my prediction")
    expect(check).to_be_disabled()
    page.get_by_role("radiogroup", name="Larger divergence").get_by_text("KL(Q‖P)").click()
    page.get_by_text(REASONS["q"]).click()
    expect(check).to_be_enabled()
    check.click()
    expect(page.locator(".sums output")).to_have_text(["0.3567 nats", "∞ nats"])
    assert agreed(page) == ["0.3567 nats", "∞ nats"]
    drag(page, "Q, cat", 0.9)
    expect(sentences(page)).to_contain_text("KL(P‖Q) = 0.1054 nats")

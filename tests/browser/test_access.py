"""Whether everyone can use the pages: WCAG 2.2 AA, by keyboard alone, and without motion.

Each page is loaded once, and all that must hold of it is looked at there.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from pages.ui.book import BOOK
from tests.browser.accessibility import drawn, in_both_themes, sayings, themed, violations
from tests.browser.conftest import SCREEN
from tests.browser.hands import bar, comes_to, fits, settled, until
from tests.theme import CONFIG, contrast

ADDRESSES = ["" if page.file == "app.py" else Path(page.file).stem for page in BOOK]
CHARTS = {"entropy": 2, "training": 2, "loss": 8}  # those that a page has for certain

# What Streamlit itself keeps from the Tab key: in a field of choices, what the Backspace and arrow
# keys do there.
STREAMLITS_OWN = 'tabindex="-1"'
# Everything below an element, also what is inside a component.
ALL = """const all = (root) => [...root.querySelectorAll("*")].flatMap(
  (e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);"""
# A change within a hundredth of a second is no motion.
MOVING = f"""() => {{ {ALL}
  const moves = ({{ animationName, transitionDuration: times }}) =>
    animationName !== "none" || times.split(",").some((time) => parseFloat(time) > 0.01);
  return all(document).filter((e) => !e.closest(".vega-embed g") && // the marks of its charts
    [null, "::before", "::after"].some((part) => moves(getComputedStyle(e, part)))
  ).map((e) => e.outerHTML.slice(0, 200));
}}"""
BUTTONS = """() => [...document.querySelectorAll("[data-testid=stElementToolbar] button")].map(
  (button) => button.getAttribute("aria-label"))"""
# The names by which Streamlit's font draws its icons, where they are read out or seen as words.
ICONS_AS_WORDS = """() => [...document.querySelectorAll(
  "[data-testid=stIconMaterial], [data-testid$=DynamicIcon]")].filter(
  (e) => !e.closest("[aria-hidden=true]") || e.scrollWidth > e.clientWidth + 1
).map((e) => e.outerHTML.slice(0, 300))"""
# Layers of a chart of which nothing is seen, and which are read out mark by mark all the same.
READ_OUT_UNSEEN = """() => [...document.querySelectorAll("[role='graphics-object']")].filter(
  (layer) => layer.querySelector(":scope > [role='graphics-symbol']") &&
    [...layer.children].every((mark) => mark.getAttribute("opacity") === "0")
).map((layer) => layer.outerHTML.slice(0, 300))"""
# What is wider than its place, but for fields, tables and rows of tabs, which go along; titles cut
# short, and what a chart says beyond its edge.
CUT = f"""() => {{ {ALL}
  const goes = "input, [role=tablist], :has(> [role=tablist]), [role=group][tabindex]";
  const isCut = (e) => e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1 &&
    e.checkVisibility() && getComputedStyle(e).overflowX !== "visible";
  const isBeyond = (e) => getComputedStyle(e.ownerSVGElement).overflowX === "hidden" &&
    e.getBoundingClientRect().right > e.ownerSVGElement.getBoundingClientRect().right + 1;
  return all(document.querySelector(".stMain")).filter((e) => e instanceof HTMLElement
    ? !e.matches(goes) && isCut(e) : e.matches("text") && (isBeyond(e) ||
      e.matches(".role-title text") && e.textContent.includes("…"))
  ).map((e) => e.textContent.slice(0, 200));
}}"""
# Choices in a row of which an edge is not drawn: on a phone they may stand on two lines.
OPEN_AT_AN_EDGE = """() => {
  const isOpen = ({ borderLeftColor, borderRightColor }) =>
    [borderLeftColor, borderRightColor].includes("rgba(0, 0, 0, 0)");
  return [...document.querySelectorAll("[data-variant=segmented_control]")].filter(
    (e) => isOpen(getComputedStyle(e))).map((e) => e.textContent);
}"""
# How opaque what Streamlit is about to draw anew is at once; it has half a second to come.
WATCH_STALE = """() => {
  window.opacities = [];
  const note = ({ target }) => target.dataset.stale === "true" &&
    requestAnimationFrame(() => opacities.push(getComputedStyle(target).opacity));
  new MutationObserver((changes) => changes.forEach(note)).observe(
    document.querySelector(".stMain"), { subtree: true, attributeFilter: ["data-stale"] });
}"""
# The grounds of all that is chosen.
CHOSEN = """() => [...document.querySelectorAll(`.stMain :is(
  .stRadio label[data-selected] > span + div > :first-child,
  .stCheckbox label[data-selected] > span + div, button[aria-checked=true],
  button[aria-pressed=true], [role=tab][aria-selected=true])`)].filter((e) => e.checkVisibility()
).map((e) => getComputedStyle(e).backgroundColor)"""
# As who reads with difficulty may set any page: WCAG 1.4.12.
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important; }"""
# What a hand can take hold of. Of a group that the arrow keys go through, the group.
WAIT_FOR_ALL = f"""() => {{ {ALL}
  const groups = "[role=radiogroup], [role=tablist], .stButtonGroup [role=toolbar]";
  const doubles = ".stNumberInput button, .stSelectbox button"; // the arrow keys do what they do
  window.waiting = new Set(all(document.querySelector(".stMain")).filter((e) =>
    e.checkVisibility() && (e.matches(groups) ||
    e.matches("button:enabled, input, summary, [role=slider]") &&
    !e.closest(groups) && !e.matches(doubles))));
  return waiting.size;
}}"""
# The line around what has the focus, or around the field that it is the inside of, as far as it can
# be seen: it is neither transparent nor altogether below what stays at the top of the page.
FOCUS = """() => {
  let held = document.activeElement;
  const here = Boolean(held.closest(".stMain *"));
  while (held.shadowRoot?.activeElement) held = held.shadowRoot.activeElement;
  const around = [held];
  while (around.at(-1).parentNode !== document) {
    around.push(around.at(-1).parentElement ?? around.at(-1).getRootNode().host);
  }
  for (const element of around) waiting.delete(element);
  // What a canvas shows of a cell, no style tells: the table draws the line around it itself.
  const table = held.closest("canvas")?.closest(".stDataFrame");
  const lined = table ?? around.slice(0, 4).find((element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2;
  });
  const isClear = () => around.slice(around.indexOf(lined)).every(
    (element) => getComputedStyle(element).opacity > 0.5);
  const isOnTop = () => {
    const { x, y, width, height } = lined.getBoundingClientRect();
    return [0.1, 0.5, 0.9].some((share) => {
      let [hit, inside] = [null, document];
      while (inside) {
        hit = inside.elementFromPoint(x + width / 2, y + share * height);
        inside = hit?.shadowRoot !== inside && hit?.shadowRoot;
      }
      return hit && (lined.contains(hit) || hit.contains(held));
    });
  };
  const isSeen = lined && isClear() && isOnTop();
  const line = isSeen ? (table ? "drawn" : getComputedStyle(lined).outlineColor) : null;
  return [here, held.outerHTML.slice(0, 200), line];
}"""


def opened(page: Page, server: str, address: str) -> None:
    """The page with all that it holds: our style, its charts, its letters, its last button."""
    page.goto(f"{server}/{address}")
    expect(page.get_by_role("button", name="Present", exact=True)).to_be_visible()
    expect(page.locator(".stHtml style")).to_have_count(1)
    drawn(page)


def hexadecimal(colour: str) -> str:
    return "#" + "".join(f"{int(channel):02X}" for channel in re.findall(r"\d+", colour)[:3])


def open_all(page: Page) -> None:
    """Whatever unfolds on the page, but for its tabs: of these one is open at a time."""
    page.locator(".stMain summary").evaluate_all(
        "all => all.filter((e) => !e.parentElement.open).forEach((e) => e.click())"
    )
    for toggle in page.get_by_role("switch", name=re.compile("^(Edit as|Type the)")).all():
        if not toggle.is_checked():
            toggle.press("Space")  # by key: what opened before it may be moving it
        expect(toggle).to_be_checked()
    # What is inside comes from Python.
    closed = page.locator(".stMain details:not(:has([data-testid='stExpanderDetails'] *))")
    expect(closed).to_have_count(0)
    drawn(page)


@pytest.fixture(scope="module", params=ADDRESSES, ids=lambda address: address or "front page")
def address(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def loaded(server, tab, address) -> Page:
    """One of the pages, loaded for all tests of it."""
    page, watched = tab
    watched.faults.clear()
    opened(page, server, address)
    return page


@pytest.fixture
def here(loaded, tab) -> Iterator[Page]:
    """The page as it was loaded, with what its last test has opened."""
    loaded.set_viewport_size(SCREEN)
    themed(loaded, "light")
    yield loaded
    assert tab[1].faults == []


def test_headings_begin_with_one_of_the_first_level_and_skip_none(here):
    levels = here.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((e) => Number(e.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def test_no_name_is_said_twice_or_with_its_marks_or_given_to_all(here):
    main = here.locator(".stMain")
    expect(main.get_by_role("link", name="Link to heading", exact=True)).to_have_count(0)
    assert here.evaluate("document.querySelectorAll('h1 a[aria-label^=\"Link to “\"]').length") == 1
    tree = until(main.aria_snapshot, lambda seen: not re.search(r'slider "(.+) \1"', seen))
    assert not re.findall(r'- (?!text|paragraph).*"[^"]*\*\*.*', tree)


def test_an_icon_is_a_picture_and_no_word_and_the_tab_has_one_from_here(here):
    icons = here.locator(".stSidebar .stPageLink [data-testid=stIconMaterial]")
    expect(icons).to_have_count(len(BOOK))
    assert here.evaluate(ICONS_AS_WORDS) == []
    icon = here.locator("link[rel='shortcut icon']")
    expect(icon).to_have_attribute("href", re.compile("^data:image/svg"))


def test_every_chart_says_in_words_what_it_shows_and_no_unseen_mark_is_read_out(here, address):
    charts = here.get_by_test_id("stVegaLiteChart")
    if address in CHARTS:
        expect(charts).to_have_count(CHARTS[address])
    said = sayings(charts)
    assert len(set(said)) == len(said)
    # The buttons beside a chart are named by its title, and do not say all of it again.

    def repeating() -> list[str]:
        return [name for name in here.evaluate(BUTTONS) if any(each in name for each in said)]

    comes_to(repeating, [])
    assert here.evaluate(READ_OUT_UNSEEN) == []
    # What is read out has a name beside it or a place of its own: it is not a point a row.
    assert here.locator("[aria-roledescription='point']").count() < 250


def test_it_fits_a_phone_with_nothing_cut(here):
    spaced = here.add_style_tag(content=SPACED)
    comes_to(lambda: here.evaluate(CUT), [])
    spaced.evaluate("style => style.remove()")
    here.set_viewport_size({"width": 320, "height": 740})  # also a screen at four times the size
    fits(here, 320)
    comes_to(lambda: here.evaluate(CUT), [])
    assert here.evaluate(OPEN_AT_AN_EDGE) == []
    here.evaluate("new Promise(requestAnimationFrame)")  # what scrolls by now, keys may reach
    assert violations(here, scrolling_only=True) == []


def test_nothing_moves_for_who_wants_no_motion(here):
    here.emulate_media(reduced_motion="no-preference")
    assert here.evaluate(MOVING)  # Streamlit's own transitions
    here.emulate_media(reduced_motion="reduce")
    comes_to(lambda: here.evaluate(MOVING), [])


def test_an_edit_dims_nothing_for_who_wants_no_motion(server, page):
    opened(page, server, "asymmetry")
    page.evaluate(WATCH_STALE)

    def swap() -> list[str]:
        page.get_by_role("button", name="Swap P and Q").click()
        return page.evaluate("opacities")

    assert set(until(swap, bool)) == {"1"}


def test_where_the_system_sets_the_colours_what_is_chosen_and_drawn_is_still_seen(here):
    here.emulate_media(forced_colors="active")
    comes_to(lambda: here.evaluate("matchMedia('(forced-colors: active)').matches"), True)
    bars = here.locator(".dragbars .bar")
    ground = "(all) => all.map((e) => getComputedStyle(e).backgroundColor)"
    grounds = {*here.evaluate(CHOSEN), *bars.evaluate_all(ground)}
    here.emulate_media(forced_colors="none")
    # Canvas and ButtonFace, which all the rest has; and nothing at all.
    assert grounds.isdisjoint({"rgb(255, 255, 255)", "rgb(239, 239, 239)", "rgba(0, 0, 0, 0)"})


def test_tab_reaches_all_and_a_line_shows_where_it_is(here, address):
    if address == "asymmetry":
        here.get_by_text("Edit as a table").click()
        expect(here.get_by_test_id("data-grid-canvas").first).to_be_visible()
    settled(here)
    # Backwards, where what stays at the top of the page may cover what comes next.
    assert tab_through(here, "light", "Shift+Tab") > (30 if address == "asymmetry" else 9)
    if address == "asymmetry":  # forwards, and in the dark theme too
        themed(here, "dark")
        assert tab_through(here, "dark", "Tab") > 30


def test_no_page_breaks_a_rule_of_wcag_2_2_aa_whatever_is_open_in_either_theme(here):
    found = in_its_tabs(here)
    themed(here, "dark")
    found += in_its_tabs(here, colours_only=True)
    open_all(here)  # after the tabs, which with all else open would take long to change
    found += with_its_popovers(here, colours_only=True)
    themed(here, "light")
    assert found + with_its_popovers(here) == []
    expect(here.get_by_test_id("stException")).to_have_count(0)


def in_its_tabs(page: Page, *, colours_only: bool = False) -> list[str]:
    """What axe finds in every tab but the first, which is open at the end."""
    found = []
    tabs = page.get_by_role("tab").filter(visible=True).all()
    for tab in (*tabs[1:], *tabs[:1]):
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        drawn(page)
        if tab is not tabs[0]:
            found += violations(page, of="[role=tabpanel]", colours_only=colours_only)
    return found


def with_its_popovers(page: Page, *, colours_only: bool = False) -> list[str]:
    """What axe finds on the page, and in whatever pops up from it."""
    found = violations(page, colours_only=colours_only)
    for button in page.get_by_test_id("stPopover").get_by_role("button").all():
        button.click()
        drawn(page)
        found += violations(page, of="[data-testid=stPopoverBody]", colours_only=colours_only)
        page.keyboard.press("Escape")
    return found


def test_a_question_before_the_numbers_breaks_no_rule_and_axe_sees_components_and_colours(
    server, page
):
    opened(page, server, "asymmetry")
    page.get_by_role("button", name="A label and a softmax").click()
    expect(page.get_by_text("Predict first.")).to_be_visible()
    drawn(page)
    assert in_both_themes(page) == []
    themed(page, "light")
    # Beside a bar, not in its place: that would get its name back when it is painted next.
    nameless = "<div role='slider' tabindex='0' aria-valuenow='1'></div>"
    bar(page, "P, cat").evaluate(
        "(bar, html) => bar.insertAdjacentHTML('afterend', html)", nameless
    )
    page.get_by_role("heading", level=1).evaluate("title => title.style.color = '#AAAAAA'")
    rules = [found.split(":")[0] for found in violations(page)]
    assert rules == ["aria-input-field-name", "color-contrast"]
    assert len(violations(page, colours_only=True)) == 1


def test_what_pops_up_has_the_focus_and_its_button_when_it_is_closed(server, page):
    opened(page, server, "training?train=true")
    button = page.get_by_role("button", name="Place the files yourself")
    for _ in range(2):
        button.press("Enter")
        expect(page.get_by_role("dialog", name="Place the files yourself")).to_be_focused()
        page.keyboard.press("Escape")
        expect(button).to_be_focused()


def test_the_focus_stays_in_the_field_that_a_file_was_given_to(server, page):
    opened(page, server, "predictions?pictures=a+picture+of+yours")
    file = {"name": "letter.png", "mimeType": "image/png", "buffer": b"this is a letter"}
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload", exact=True).press("Enter")
    chooser.value.set_files(file)
    expect(page.get_by_role("alert").filter(has_text="This file is not a picture")).to_be_visible()
    expect(page.get_by_role("button", name="Add files")).to_be_focused()
    page.get_by_role("button", name="Remove letter.png").press("Enter")
    expect(page.get_by_role("button", name="Upload", exact=True)).to_be_focused()


def tab_through(page: Page, scheme: str, key: Literal["Tab", "Shift+Tab"]) -> int:
    """Every stop has a line that shows it, and none is left out; how many there are."""
    ground = CONFIG["theme"][scheme]["backgroundColor"]
    if key == "Tab":
        page.locator(".stMain").focus()  # where the next Tab begins
    else:
        page.get_by_role("button", name="Present", exact=True).focus()
        page.keyboard.press("Tab")  # to the last stop, or beyond
    page.evaluate(WAIT_FOR_ALL)
    stops = 0
    while True:
        page.keyboard.press(key)
        here, html, _ = until(lambda: page.evaluate(FOCUS), lambda held: seen(*held, ground))
        if here:
            stops += 1
        elif not html.startswith("<body"):  # as where Streamlit takes away what had the focus
            break
    left = page.evaluate("[...waiting].map((element) => element.outerHTML)")
    assert [html[:300] for html in left if STREAMLITS_OWN not in html] == []
    return stops


def seen(here: bool, _: str, line: str | None, ground: str) -> bool:
    """Whether a line around what has the focus can be told from the ground."""
    if not here or line == "drawn":
        return True
    return bool(line) and contrast(hexadecimal(line), ground) >= 3

"""The page Fitting, by hand, by keys, and opened from a link."""

import math
import re
import urllib.parse
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from pages.ui import formatting as fmt
from pages.ui.fitting import editor
from pages.ui.fitting.editor import EDITOR
from pages.ui.fitting.presets import PRESETS
from pages.ui.fitting.prose import name
from pages.ui.fitting.results import Results, solve
from pages.ui.fitting.state import Component, Fit, Gaussian, decode
from tests.browser.hands import (
    as_another_visitor,
    comes_to,
    fits,
    middle,
    query,
    settled,
    swipe,
    touch,
    until,
)

TWO = "hills -3:0.8:0.55, 2.5:1:0.45; Q 1.5:1"
THREE = next(preset.state for preset in PRESETS if preset.key == "three").encode()
SKEWED = next(preset.state for preset in PRESETS if preset.key == "skewed").encode()
UNIFORM = next(preset.state for preset in PRESETS if preset.key == "uniform").encode()


def link(server: str, code: str) -> str:
    return f"{server}/fitting?{urllib.parse.urlencode({'unit': 'nats', 'fit': code})}"


def opened(page: Page, server: str, code: str = TWO) -> None:
    page.goto(link(server, code))
    expect(grip(page, "Q: mean")).to_be_visible()
    expect(page.get_by_text("Key points")).to_be_visible()
    settled(page)


@pytest.fixture
def lying(page, bench, monkeypatch) -> Callable[..., None]:
    """Lays the maps of a fit on the workbench; of several the last, and undo goes back by one."""

    def lie(*codes: str) -> None:
        bench.open(
            monkeypatch,
            ("pages.ui.fitting.fitmap.fitmap",),
            lambda: [EDITOR.history.paste(code) for code in codes or [TWO]],
            lambda: editor.maps(solve(EDITOR.current()), "nats", None),
            "Share text",
            EDITOR.history.share_text,
        )

    return lie


def holds(code: str) -> re.Pattern[str]:
    """What an address looks like that has this code in it."""
    return re.compile(re.escape(urllib.parse.quote_plus(code)))


def grip(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name, exact=True)


def code(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Share text").first


def sums(page: Page) -> Locator:
    return page.locator(".sums output")


def in_nats(found: Results) -> list[str]:
    """Both numbers, as kl_core has them."""
    return [fmt.quantity(value, "nats") for value in (found.pq, found.qp)]


def sentence(page: Page) -> Locator:
    """What Python says of the two numbers."""
    return page.get_by_test_id("stMarkdown").filter(has_text=re.compile(r"^\s*Your Q ="))


def of_python(page: Page) -> list[str]:
    return re.findall(r"KL\(.‖.\) = (.*?)[;.](?: |$)", sentence(page).inner_text().split("\n")[0])


def agreed(page: Page) -> list[str]:
    """Both numbers, as the maps have them and, as soon as it has answered, Python too."""
    both, _ = until(
        lambda: (sums(page).all_inner_texts(), of_python(page)),
        lambda found: len(found[0]) == 2 and found[0] == found[1],
    )
    return both


def carry(page: Page, which: str, by: tuple[float, float], *, release: bool = True) -> None:
    """Take a handle and carry it by so many pixels."""
    held = grip(page, which)
    held.scroll_into_view_if_needed()
    held.hover()
    box = held.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0], y + by[1], steps=6)
    if release:
        let_go(page)


def let_go(page: Page) -> None:
    """Release what is held, and wait for Python's answer."""
    before = code(page).input_value()
    page.mouse.up()
    expect(code(page)).not_to_have_value(before)


def shown(page: Page) -> Fit:
    """The fit that Python has on show: await first what a click or a key changes of it."""
    return decode(code(page).input_value())


def types(page: Page, fit: str) -> None:
    """Show a fit by its share text."""
    code(page).fill(fit)
    code(page).press("Enter")


def to_the_end(page: Page) -> str:
    """Where the search for a minimum of reverse KL ends, as the steps' line says it."""
    page.get_by_role("button", name="To the end").click()
    line = page.locator(".said .qp")
    expect(line).to_contain_text("a local minimum")
    return re.search(r"N\(.*?\)", line.inner_text()).group()


def pixels_a_unit(page: Page) -> float:
    """Of the line's plot, whose axis has 14 pixels beside it."""
    return (page.locator(".line").bounding_box()["width"] - 28) / 16


def test_a_component_goes_sideways_and_gains_weight_upwards_flat_handles_set_widths(lying, page):
    lying()
    carry(page, "P, component 1: mean and weight", (2 * pixels_a_unit(page), 0))
    fit = shown(page)
    assert fit.components[0].mean == pytest.approx(-1, abs=0.02)
    assert fit.components[0].weight == pytest.approx(0.55, abs=0.01)
    before = grip(page, "P, component 1: mean and weight").bounding_box()
    carry(page, "P, component 1: mean and weight", (0, -20))
    fit = shown(page)
    assert fit.components[0].weight > 0.6
    assert fit.components[0].weight + fit.components[1].weight == pytest.approx(1, abs=0.001)
    after = grip(page, "P, component 1: mean and weight").bounding_box()
    assert after["x"] == pytest.approx(before["x"], abs=2)
    carry(page, "P, component 2: standard deviation", (pixels_a_unit(page), 0))
    assert shown(page).components[1].std == pytest.approx(2, abs=0.02)
    # Q's is on its left: outwards is wider.
    carry(page, "Q: standard deviation", (-0.5 * pixels_a_unit(page), 0))
    assert shown(page).q.std == pytest.approx(1.5, abs=0.02)


FAINTEST = """() => {
  const host = [...document.querySelectorAll("*")].find(
    (element) => element.shadowRoot?.querySelector(".fitmap"));
  const canvas = host.shadowRoot.querySelector(".map.pq canvas");
  const [r, g, b] = canvas.getContext("2d").getImageData(2, canvas.height - 3, 1, 1).data;
  return r + g + b;
}"""


def test_maps_follow_the_theme_and_numbers_the_hand_and_python_finds_the_same(server, page):
    page.emulate_media(color_scheme="dark")
    opened(page, server, "hills 0:1:1; Q 0:1")
    page.wait_for_function(f"({FAINTEST})() < 3 * 80")
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"({FAINTEST})() > 3 * 200")
    expect(sums(page)).to_have_text(["0 nats", "0 nats"])
    carry(page, "Q: mean", (3 * pixels_a_unit(page), 0), release=False)
    held = grip(page, "Q: mean")
    moved = comes_to(lambda: float(held.get_attribute("aria-valuenow")), pytest.approx(3, abs=0.02))
    # Two Gaussians of one width, apart by d standard deviations: d²/2 both ways, by hand.
    wanted = f"{fmt.number(moved**2 / 2)} nats"
    expect(sums(page)).to_have_text([wanted, wanted])
    assert of_python(page) == ["0 nats", "0 nats"]
    let_go(page)
    comes_to(lambda: of_python(page), [wanted, wanted])
    # What Python has drawn anew around what is held does not take the focus from it.
    held.press("Home")
    expect(code(page)).to_have_value("hills 0:1:1; Q -8:1")
    settled(page)
    expect(held).to_be_focused()


def test_q_dragged_on_a_map_gets_mean_and_width_at_once_and_a_press_brings_it_there(lying, page):
    lying()
    marker = grip(page, "Q on the map of KL(Q‖P)")
    field = page.locator(".map.qp .field").bounding_box()
    across = (field["width"] - 44) / 16  # 34 and 10 pixels are beside the map
    up = (field["height"] - 42) / math.log(6 / 0.15)
    carry(page, "Q on the map of KL(Q‖P)", (-3 * across, -up * math.log(2)))
    q = shown(page).q
    assert q.mean == pytest.approx(-1.5, abs=0.04)
    assert q.std == pytest.approx(2, abs=0.04)
    expect(marker).to_have_attribute("aria-valuetext", re.compile(r"mean −1\.[45].*, standard dev"))
    field = page.locator(".map.pq .field")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    page.mouse.move(box["x"] + 34 + 0.25 * (box["width"] - 44), box["y"] + 60)
    page.mouse.down()
    let_go(page)
    assert shown(page).q.mean == pytest.approx(-4, abs=0.05)


def test_everything_moves_by_keys_and_the_focus_stays(lying, page):
    lying()
    for which, key, becomes in (
        ("Q: mean", "ArrowRight", "hills -3:0.8:0.55, 2.5:1:0.45; Q 1.6:1"),
        ("Q: mean", "Home", "hills -3:0.8:0.55, 2.5:1:0.45; Q -8:1"),
        ("Q: standard deviation", "PageUp", "hills -3:0.8:0.55, 2.5:1:0.45; Q -8:1.5"),
        ("Q on the map of KL(P‖Q)", "ArrowUp", "hills -3:0.8:0.55, 2.5:1:0.45; Q -8:1.58"),
        ("Q on the map of KL(Q‖P)", "End", "hills -3:0.8:0.55, 2.5:1:0.45; Q 8:1.58"),
        ("P, component 1: mean and weight", "PageUp", "hills -2:0.8:0.55, 2.5:1:0.45; Q 8:1.58"),
        ("P, component 1: mean and weight", "ArrowUp", "hills -2:0.8:0.57, 2.5:1:0.43; Q 8:1.58"),
        (
            "P, component 2: standard deviation",
            "Home",
            "hills -2:0.8:0.57, 2.5:0.15:0.43; Q 8:1.58",
        ),
    ):
        grip(page, which).focus()
        page.keyboard.press(key)
        expect(code(page)).to_have_value(becomes)
        expect(grip(page, which)).to_be_focused()
    page.keyboard.press("Control+z")
    expect(code(page)).to_have_value("hills -2:0.8:0.57, 2.5:1:0.43; Q 8:1.58")


def test_a_component_is_removed_by_key_and_one_stays(lying, page):
    lying("hills -3:0.8:0.55, 0:1:0, 2.5:1:0.45; Q 1.5:1")
    status = page.locator(".status")
    grip(page, "P, component 3: standard deviation").press("Delete")
    expect(code(page)).to_have_value("hills -3:0.8:0.55, 0:1:0; Q 1.5:1")
    expect(grip(page, "P, component 2: standard deviation")).to_be_focused()
    grip(page, "P, component 1: mean and weight").press("Backspace")
    expect(status).to_have_text("The other components have weight 0: raise one, then remove this.")
    grip(page, "P, component 2: mean and weight").press("Delete")
    expect(code(page)).to_have_value("hills -3:0.8:0.55; Q 1.5:1")
    expect(grip(page, "P: mean")).to_be_focused()
    page.keyboard.press("Delete")
    expect(status).to_have_text("P needs a component: add another one, then remove this.")
    page.keyboard.press("Control+z")
    expect(code(page)).to_have_value("hills -3:0.8:0.55, 0:1:0; Q 1.5:1")
    expect(grip(page, "P, component 2: mean and weight")).to_be_visible()


def test_a_gesture_that_a_finger_does_not_end_itself_leaves_the_fit(lying, page, finger):
    lying()
    page.set_viewport_size({"width": 1280, "height": 300})
    for which in (
        "P, component 1: mean and weight",
        "Q: standard deviation",
        "Q on the map of KL(P‖Q)",
    ):
        held = grip(page, which)
        at = held.get_attribute("aria-valuetext")
        x, y = middle(held)
        touch(finger, (x, y), (x + 40, y - 10), (x + 80, y - 30), end="touchCancel")
        expect(held).to_have_attribute("aria-valuetext", at)
    # What goes sideways alone lets a finger scroll.
    for which in ("P, component 1: standard deviation", "Q: mean", "Q: standard deviation"):
        swipe(finger, grip(page, which))
    swipe(finger, page.locator(".map.pq canvas"))
    x, y = middle(grip(page, "P, component 2: standard deviation"))
    touch(finger, (x, y), (x + 20, y), (x + 40, y))
    expect(grip(page, "P, component 2: standard deviation")).not_to_have_attribute(
        "aria-valuenow", "1"
    )
    page.keyboard.press("Control+z")
    grip(page, "Q: mean").press("ArrowRight")
    expect(code(page)).to_have_value("hills -3:0.8:0.55, 2.5:1:0.45; Q 1.6:1")


def test_a_histogram_is_drawn_like_with_a_pencil(lying, page):
    lying(SKEWED)
    area = page.locator(".cells").bounding_box()
    first, last = (
        page.get_by_role("slider", name=f"P, bin from {text}") for text in ("4 to 4.5", "6.5 to 7")
    )
    first.scroll_into_view_if_needed()
    a, b = first.bounding_box(), last.bounding_box()
    y = a["y"] + 0.5 * a["height"]
    page.mouse.move(a["x"] + 3, y)
    page.mouse.down()
    page.mouse.move(b["x"] + 3, y, steps=2)  # so fast that the pointer skips bins
    let_go(page)
    bins = shown(page).bins
    assert area["width"] > 0
    assert min(bins[24:30]) == max(bins[24:30]) > 20
    assert bins[23] < 5
    assert bins[30] < 5
    expect(sums(page)).to_have_text(in_nats(solve(shown(page))))


def test_bins_are_changed_by_keys_and_come_back_when_all_are_wiped_out(lying, page):
    lying(UNIFORM)
    page.locator(".cell[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    expect(code(page)).to_have_value(re.compile("^bins" + " 0" + ",0" * 9 + ",100" * 7 + ",0,100"))
    page.keyboard.press("PageUp")
    expect(code(page)).to_have_value(re.compile(",100" * 7 + ",10,100"))
    page.keyboard.press("Control+z")
    expect(code(page)).to_have_value(re.compile(",100" * 7 + ",0,100"))
    page.keyboard.press("Control+z")
    expect(code(page)).to_have_value(UNIFORM)
    cell = page.get_by_role("slider", name="P, bin from −3.5 to −3")
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    y = box["y"] + box["height"] - 1
    page.mouse.move(box["x"] + 2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + 14 * box["width"], y, steps=10)
    expect(page.locator(".status")).to_contain_text("All bins are empty")
    page.mouse.up()
    expect(sums(page)).to_have_text(["0.6168 nats", "∞ nats"])
    expect(code(page)).to_have_value(UNIFORM)
    # The next edit is made of the box, and one step back from it is the box again.
    page.keyboard.press("PageUp")
    expect(code(page)).to_have_value(re.compile("^bins 0" + ",0" * 8 + ",10,100"))
    page.keyboard.press("Control+z")
    expect(code(page)).to_have_value(UNIFORM)


def test_two_starts_end_at_two_local_minima(lying, page):
    lying()
    right = to_the_end(page)
    found = solve(decode(TWO))
    assert right == name(found.reverse.path[-1])
    carry(page, "Q: mean", (-4 * pixels_a_unit(page), 0))
    expect(page.locator(".said .qp")).to_contain_text("Step 0")
    left = to_the_end(page)
    assert left == "N(−2.99, 0.81)"
    assert left != right
    # Forward KL ends where it did: at P's own mean, 0.55·(−3) + 0.45·2.5.
    expect(page.locator(".said .pq")).to_contain_text("N(−0.52, 2.88)")


def test_steps_go_on_and_back_and_show_their_gaussian_and_without_motion_end_at_once(lying, page):
    lying()
    path = solve(decode(TWO)).reverse.path
    said = page.locator(".said .qp")
    expect(said).to_contain_text(f"Step 0 of {len(path) - 1}: N(1.5, 1), KL(Q‖P)")
    expect(page.get_by_role("button", name="Step back")).to_have_attribute("aria-disabled", "true")
    curve = page.locator(".line .qp.step")
    expect(curve).to_have_attribute("d", "")
    page.get_by_role("button", name="Step", exact=True).click()
    expect(said).to_contain_text(f"Step 1 of {len(path) - 1}: {name(path[1])}")
    expect(said).to_contain_text(fmt.quantity(path[1].divergence, "nats"))
    expect(curve).to_have_attribute("d", re.compile("^M"))
    page.get_by_role("slider", name="Step of the search").press("End")
    expect(said).to_contain_text(f"Step {len(path) - 1} of {len(path) - 1}")
    page.get_by_role("button", name="Step back").click()
    expect(said).to_contain_text(f"Step {len(path) - 2} of")
    assert query(page)["step"] == [f"{len(path) - 2}"]
    page.get_by_role("button", name="Start again").click()
    expect(said).to_contain_text("Step 0 of")
    assert "step" not in query(page)
    expect(curve).to_have_attribute("d", "")
    page.emulate_media(reduced_motion="reduce")
    said.evaluate(
        """line => {
          window.said = [];
          new MutationObserver(() => said.push(line.textContent))
            .observe(line, { childList: true, characterData: true, subtree: true });
        }"""
    )
    page.get_by_role("button", name="To the end").click()
    expect(said).to_contain_text("a local minimum")
    assert len(page.evaluate("said")) == 1
    assert query(page)["step"] == [f"{len(path) - 1}"]


def test_an_edit_on_the_way_to_the_end_stops_there_and_begins_a_new_search(lying, page):
    lying()
    page.emulate_media(reduced_motion="no-preference")
    page.clock.install()
    page.get_by_role("button", name="To the end").click()
    expect(page.locator(".said .qp")).to_contain_text("Step 1 of")
    grip(page, "Q: mean").press("End")  # the next step falls due before Python has heard of it
    page.clock.run_for(200)
    expect(code(page)).to_have_value("hills -3:0.8:0.55, 2.5:1:0.45; Q 8:1")
    expect(page.locator(".said .qp")).to_contain_text("Step 0 of")


def test_where_letters_are_large_a_maps_axis_has_room_for_them(lying, page):
    lying()
    page.add_style_tag(content="html { font-size: 135%; }")
    grip(page, "Q: mean").press("End")  # after which all is measured anew
    axis = page.locator(".map.pq svg > g").first
    title, number = (
        axis.get_by_text(said, exact=True) for said in ("standard deviation of Q", "0.5")
    )

    def gap() -> float:
        left, right = title.bounding_box(), number.bounding_box()
        return right["x"] - left["x"] - left["width"]

    until(gap, lambda gap: gap > 0)


OTHERS = (
    "hills 0:1:1; Q 0.01:1",
    "hills -8:0.15:1, 8:6:0; Q 8:6",
    "hills -8:0.15:0.001, 7.5:0.2:1, 0:6:0.5, 1:0.3:0.3; Q -7.9:0.15",
    "bins " + ",".join(str(0.1 + i * i % 7) for i in range(32)) + "; Q 8:0.15",
)


def test_the_maps_name_their_minima_and_show_the_numbers_that_kl_core_finds(lying, page):
    """For every preset, and where P and Q are far apart, close together, narrow and wide."""
    each_in_turn = (*(preset.state.encode() for preset in PRESETS), *OTHERS, TWO)
    lying(*each_in_turn)
    for finds in (
        r"Map of Forward KL, KL\(P‖Q\), .*one global minimum: N\(−0\.52, 2\.88\)",
        r"Map of Reverse KL, KL\(Q‖P\), .*3 local minima found: N\(−2\.99, 0\.81\)",
    ):
        expect(page.get_by_role("img", name=re.compile(finds))).to_be_visible()
    grip(page, "Q: mean").focus()
    for each in reversed(each_in_turn):
        expect(code(page)).to_have_value(decode(each).encode())
        expect(sums(page)).to_have_text(in_nats(solve(decode(each))))
        page.keyboard.press("Control+z")


def test_a_damaged_link_or_code_is_refused_and_what_can_be_read_gets_its_numbers(server, page):
    damaged = "<img src=x onerror=alert(1)>"
    error = page.get_by_test_id("stAlertContentError")
    page.goto(link(server, damaged))
    expect(error).to_contain_text("A share text has the form")
    expect(error).to_contain_text("The page shows its first example.")
    expect(grip(page, "P, component 1: mean and weight")).to_be_visible()
    settled(page)
    types(page, TWO)
    expect(error).to_have_count(0)
    settled(page)  # until then Streamlit may show what stood below it twice
    expect(sums(page)).to_have_text(in_nats(solve(decode(TWO))))
    assert agreed(page) == in_nats(solve(decode(TWO)))
    types(page, damaged)
    expect(error).to_contain_text("A share text has the form")
    settled(page)
    # The last good fit stays.
    expect(grip(page, "Q: mean")).to_have_attribute("aria-valuenow", "1.5")
    assert agreed(page) == in_nats(solve(decode(TWO)))
    types(page, UNIFORM)
    expect(error).to_have_count(0)
    settled(page)
    expect(page.get_by_text("Reverse KL is ∞ for every Gaussian.")).to_be_visible()
    expect(page.locator(".map.qp .hint")).to_contain_text("P has empty bins")
    expect(page.get_by_text("Draw P with the pointer")).to_be_visible()
    assert agreed(page) == in_nats(solve(decode(UNIFORM)))
    page.get_by_role("button", name="Fill the empty bins").click()
    expect(code(page)).to_have_value(re.compile(r"^bins 0\.1,0\.1"))
    expect(sums(page).last).not_to_contain_text("∞")
    assert "∞" not in "".join(agreed(page))
    page.get_by_role("button", name="Unit").click()
    page.get_by_role("radio", name="bits").click(force=True)
    found = solve(shown(page))
    wanted = [fmt.quantity(value / math.log(2), "bits") for value in (found.pq, found.qp)]
    expect(sums(page)).to_have_text(wanted)
    comes_to(lambda: of_python(page), wanted)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Examples").press("Enter")
    page.get_by_role("button", name="Three modes").click()
    expect(page.get_by_text("Start from")).to_be_hidden()
    expect(code(page)).to_have_value(THREE)


def test_what_hands_and_buttons_and_numbers_make_is_shown_elsewhere_by_its_link(server, page):
    opened(page, server)
    page.locator("summary").filter(has_text="Method").press("Enter")
    found = page.get_by_role("cell", name="global minimum")
    expect(found).to_be_visible()
    for tab in ("Copy as Python", "All searches"):  # where the second drops it from the address
        page.get_by_role("tab", name=tab).click()
    expect(found).to_be_visible()
    settled(page)
    carry(page, "Q: mean", (80, 0))
    moved = shown(page).encode()
    assert moved != TWO
    expect(page).to_have_url(holds(moved))
    page.get_by_role("button", name="Undo").click()
    expect(code(page)).to_have_value(TWO)
    expect(grip(page, "Q: mean")).to_have_attribute("aria-valuenow", "1.5")
    page.get_by_role("button", name="Redo").click()
    expect(code(page)).to_have_value(moved)
    page.get_by_role("button", name="Reset").click()
    expect(code(page)).to_have_value(TWO)
    page.get_by_role("radio", name="Drawn histogram").click()
    expect(code(page)).to_have_value(re.compile("^bins "))
    page.get_by_role("radio", name="Gaussian mixture").click()
    expect(code(page)).to_have_value(TWO)
    page.get_by_text("Edit as numbers").click()
    field = page.get_by_role("textbox", name="Component 1: standard deviation")
    field.fill("1,25")  # Streamlit's field for numbers made 125 of it
    field.press("Enter")
    expect(code(page)).to_have_value("hills -3:1.25:0.55, 2.5:1:0.45; Q 1.5:1")
    expect(grip(page, "P, component 1: standard deviation")).to_have_attribute(
        "aria-valuenow", "1.25"
    )
    field.fill("0")
    field.press("Enter")
    refusal = page.get_by_test_id("stAlertContentError")
    expect(refusal).to_contain_text("The page is unchanged.")
    expect(field).to_have_value("0")  # to be mended
    field.fill("1.25")
    field.press("Enter")
    expect(refusal).to_have_count(0)
    settled(page)
    page.get_by_role("button", name="Add a component").click()
    expect(page.get_by_role("textbox", name="Component 3: mean")).to_be_visible()
    # In the middle of the widest gap, as heavy as the others on average.
    three = "hills -3:1.25:0.55, 2.5:1:0.45, -0.25:0.8:0.5; Q 1.5:1"
    expect(code(page)).to_have_value(three)
    expect(page).to_have_url(holds(three))
    wanted = in_nats(solve(decode(three)))
    expect(sums(page)).to_have_text(wanted)
    assert agreed(page) == wanted
    for _ in range(2):
        page.get_by_role("button", name="Step", exact=True).click()
    expect(page).to_have_url(re.compile("step=2"))
    as_another_visitor(page)
    expect(code(page)).to_have_value(three)
    expect(page.locator(".said .qp")).to_contain_text("Step 2 of")
    expect(page).to_have_url(re.compile("step=2"))
    expect(sums(page)).to_have_text(wanted)
    assert agreed(page) == wanted


def test_one_gaussian_is_matched_exactly_by_both(lying, page):
    lying(Fit((Component(1, 1.5, 1),), (), Gaussian(-3, 0.6)).encode())
    assert to_the_end(page) == "N(1, 1.5)"
    expect(page.locator(".said .pq")).to_contain_text("N(1, 1.5), KL(P‖Q) = 0 nats")
    expect(page.locator(".said .qp")).to_contain_text("KL(Q‖P) = 0 nats")


def test_a_histogram_and_a_mixture_fit_a_phone_and_a_finger_taps_q_to_a_place(server, page, finger):
    phone = {"width": 360, "height": 740}
    page.set_viewport_size(phone)
    finger.send(
        "Emulation.setDeviceMetricsOverride", {**phone, "deviceScaleFactor": 1, "mobile": True}
    )
    opened(page, server, SKEWED)
    for each, handles in ((SKEWED, 4), (TWO, 8)):
        types(page, each)
        expect(page.locator(".handle")).to_have_count(handles)
        settled(page)
        fits(page, 360)
        boxes = [page.locator(f".map.{way}").bounding_box() for way in ("pq", "qp")]
        assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"]
        for part in (*page.locator(".handle").all(), *page.locator(".steps button").all()):
            box = part.bounding_box()
            assert min(box["width"], box["height"]) >= 24
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 360
    swipe(finger, grip(page, "Step of the search"))
    expect(page.locator(".said .qp")).to_contain_text("Step 0 of")
    field = page.locator(".map.qp .field")
    # Not under the numbers, which stay in sight at the top.
    field.evaluate("field => field.scrollIntoView({ block: 'center' })")
    box = field.bounding_box()
    touch(finger, (box["x"] + 34 + 0.25 * (box["width"] - 44), box["y"] + 100))
    expect(code(page)).to_have_value(re.compile(r"Q -(4|4\.0\d|3\.9\d):"))
    # What the button below the maps adds is seen at once.
    page.get_by_role("button", name="Add a component").click()
    new = grip(page, "P, component 3: mean and weight")
    expect(new).to_be_in_viewport()
    held = page.locator(".sums").bounding_box()
    assert new.bounding_box()["y"] >= held["y"] + held["height"]

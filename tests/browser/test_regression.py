"""The page on regression, as hands, keys and other people's links meet it."""

import json
import re
import urllib.parse
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import kl_core
from pages.ui import formatting as fmt
from pages.ui.regression import editor
from pages.ui.regression.editor import EDITOR
from pages.ui.regression.presets import PRESETS
from pages.ui.regression.results import solve
from pages.ui.regression.state import MOST, Dataset, decode
from tests.browser.hands import comes_to, fits, middle, query, settled, swipe, touch, until

CODE = "1:1 2:1.5 3:3.5 4:3 5:5.5 6:5 7:7 8:8.5; true 0:1"
NEARLY_STRAIGHT = "0:0 2:1 4:2 6:3 8:4 10:6"  # but for the last, on y = x / 2
# As many points as there may be, nine of ten on y = x / 2.
CROWD = " ".join(f"{0.16 * i:g}:{0.08 * i if i % 10 else 6:g}" for i in range(MOST))
UI = Path(__file__).resolve().parents[2] / "pages" / "ui"


def link(server: str, code: str = CODE, **more: str) -> str:
    return f"{server}/regression?{urllib.parse.urlencode({'points': code, **more})}"


def opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(point(page, 1)).to_be_visible()
    expect(page.get_by_text("Key points")).to_be_visible()
    settled(page)


@pytest.fixture
def lying(page, bench, monkeypatch) -> Callable[..., None]:
    """Lays points and their lines on the workbench."""

    def lie(code: str = CODE) -> None:
        bench.open(
            monkeypatch,
            ("pages.ui.regression.points.points",),
            lambda: EDITOR.history.paste(code),
            lambda: editor.plot(solve(EDITOR.current())),
            "Share text",
            EDITOR.history.share_text,
        )

    return lie


def point(page: Page, number: int) -> Locator:
    return page.get_by_role("slider", name=f"Point {number}", exact=True)


def points(page: Page) -> Locator:
    return page.get_by_role("slider", name=re.compile(r"^Point \d+$"))


def code(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Share text").first


def live(page: Page) -> list[str]:
    """Every line's equation and its mean NLL, as the plot has them."""
    return page.locator(".readouts :is(span, output)").all_inner_texts()


def of_python(page: Page) -> list[list[str]]:
    """The table's rows."""
    rows = page.get_by_test_id("stTable").first.locator("tbody tr").all()
    return [row.locator("td").all_inner_texts() for row in rows]


def wanted(dataset: Dataset) -> list[str]:
    """What the plot has to show once Python has answered: kl_core's numbers, as written."""
    said = []
    for line in solve(dataset).lines.values():
        a, b = (fmt.number(round(value, 2) + 0.0) for value in (line.intercept, line.slope))
        sign = "−" if b.startswith("−") else "+"
        said += [
            f"y = {a} {sign} {b.removeprefix('−')} x",
            f"mean NLL: {fmt.number(line.nats)} nats",
        ]
    return said


def shown(page: Page) -> Dataset:
    """The points that Python has on show: await first what a click or a key changes of them."""
    return decode(code(page).input_value())


def with_point(dataset: Dataset, number: int, x: float, y: float) -> Dataset:
    """With one point elsewhere."""
    points = dataset.points
    return dataset.with_points([*points[: number - 1], (x, y), *points[number:]])


def types(page: Page, typed: str) -> None:
    """Hand a code in."""
    code(page).fill(typed)
    code(page).press("Enter")


def carry(page: Page, number: int, by: tuple[float, float]) -> None:
    """Take a point and carry it by so many units of x and of y."""
    held = point(page, number)
    held.scroll_into_view_if_needed()
    held.hover()
    box = held.bounding_box()
    frame = page.locator(".plot .frame").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    across, up = frame["width"] / 10, frame["height"] / 20
    page.mouse.move(x + by[0] * across, y - by[1] * up, steps=6)


def let_go(page: Page) -> None:
    """Release what is held, and wait for Python's answer."""
    before = code(page).input_value()
    page.mouse.up()
    expect(code(page)).not_to_have_value(before)


def test_of_points_that_lie_over_each_other_the_hand_takes_the_one_whose_middle_it_presses(
    lying, page
):
    lain = "1:1 5:5 5.1:5.2 5.2:5 8:7 9:8"
    for number in (2, 3, 4):
        lying(lain)
        box = point(page, number).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, y - 60, steps=3)
        let_go(page)
        was, now = decode(lain).points, shown(page).points
        assert [i for i in range(6) if was[i] != now[i]] == [number - 1]


def test_all_lines_follow_the_hand_python_finds_the_same_and_a_phone_elsewhere_shows_it(
    server, page, browser: Browser
):
    opened(page, link(server, residual="-2", place="10", noise="Laplace", outliers="20"))
    assert live(page) == wanted(decode(CODE))
    # What follows from another noise is read out.
    nearest = page.get_by_role("status").filter(has_text=re.compile("The lowest KL from"))
    expect(nearest).to_be_visible()
    carry(page, 8, (-1, -12))
    held = point(page, 8)
    moved = comes_to(
        lambda: float(held.get_attribute("aria-valuenow")), pytest.approx(-3.5, abs=0.1)
    )
    x = float(re.match(r"x ([\d.]+)", held.get_attribute("aria-valuetext"))[1])
    dataset = with_point(decode(CODE), 8, x, moved)
    comes_to(lambda: live(page), wanted(dataset))
    assert code(page).input_value() == CODE  # Python knows nothing of it yet
    let_go(page)
    assert shown(page) == dataset
    settled(page)
    assert live(page) == wanted(dataset)
    comes_to(
        lambda: [row[1] for row in of_python(page)],
        [w.split()[2] for w in live(page)[1::2]],
    )
    # What Python answers to one edit does not take back the next.
    point(page, 4).focus()
    for _ in range(3):
        page.keyboard.press("ArrowUp")
        expect(point(page, 4)).to_have_attribute("aria-valuenow", re.compile(r"3\.\d"))
    point(page, 5).focus()  # which hands the first point's edit in
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    dataset = with_point(with_point(dataset, 4, 4, 3.3), 5, 5, 5.1)
    expect(code(page)).to_have_value(dataset.encode())
    expect(point(page, 4)).to_have_attribute("aria-valuenow", "3.3")
    expect(point(page, 5)).to_have_attribute("aria-valuenow", "5.1")
    # The address is a link to all of it.
    until(lambda: query(page), lambda seen: seen["points"] == [dataset.encode()])
    kept = query(page)
    assert kept["noise"] == ["Laplace"]
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    phone = context.new_page()
    opened(phone, page.evaluate("location.href"))
    expect(code(phone)).to_have_value(dataset.encode())
    for each in (page, phone):
        expect(each.get_by_text("loss at r = −2, nats")).to_be_visible()
        comes_to(lambda each=each: live(each), wanted(dataset))
    assert query(phone) == kept
    fits(phone, 360)
    for part in (*points(phone).all(), phone.get_by_role("button", name="Remove this point")):
        box = part.bounding_box()
        assert round(min(box["width"], box["height"]), 3) >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    names = [name.bounding_box() for name in phone.locator(".plot .name").all()]
    assert len(names) == 5
    assert max(box["x"] + box["width"] for box in names) <= 360
    # A finger drags a point.
    x, y = middle(point(phone, 7))
    touch(context.new_cdp_session(phone), (x, y), (x, y + 30), (x, y + 60))
    expect(code(phone)).not_to_have_value(dataset.encode())
    assert shown(phone).points[6].y < 4.5
    # What a button below the plot adds is seen at once.
    phone.get_by_role("button", name="Add an outlier").click()
    expect(point(phone, 9)).to_be_in_viewport()
    header = phone.get_by_test_id("stHeader").bounding_box()["height"]
    until(lambda: point(phone, 9).bounding_box()["y"], lambda top: top > header > 0)
    context.close()


def test_a_damaged_link_is_refused_and_typing_and_buttons_put_points_on_show(server, page):
    damaged = "<img src=x onerror=alert(1)>"
    error = page.get_by_test_id("stAlertContentError")
    page.goto(link(server, damaged))
    expect(error).to_contain_text("A share text is written")
    expect(error).to_contain_text("The page shows its first example.")
    expect(points(page)).to_have_count(20)
    settled(page)
    types(page, CODE)
    expect(error).to_have_count(0)
    settled(page)
    # Buttons.
    page.get_by_role("button", name="Add an outlier").click()
    with_one = decode(CODE).with_outlier()
    expect(code(page)).to_have_value(with_one.encode())
    expect(points(page)).to_have_count(9)
    comes_to(lambda: live(page), wanted(with_one))
    page.get_by_role("button", name="Add a point").click()
    expect(code(page)).to_have_value(with_one.with_new_point().encode())
    for name, becomes in (
        ("Undo", with_one),
        ("Undo", decode(CODE)),
        ("Redo", with_one),
        ("Reset", decode(CODE)),
    ):
        page.get_by_role("button", name=name).click()
        expect(code(page)).to_have_value(becomes.encode())
        expect(points(page)).to_have_count(len(becomes.points))
    # Of a damaged code the last good points stay.
    settled(page)
    types(page, damaged)
    expect(error).to_contain_text("A share text is written")
    settled(page)
    expect(error).to_have_count(1)
    expect(points(page)).to_have_count(8)
    # Rows.
    page.get_by_text("Edit as a table").click()
    field = page.get_by_role("textbox", name="Points, one per row")
    expect(field).to_have_value(decode(CODE).rows())
    field.fill("1 1\n2 2\n3 4\n4 3\n5 5\n6 9")
    field.press("Control+Enter")
    expect(code(page)).to_have_value("1:1 2:2 3:4 4:3 5:5 6:9; true 0:1")
    expect(points(page)).to_have_count(6)
    field.fill("1 1\n2 two")
    field.press("Control+Enter")
    expect(error.filter(has_text="The page is unchanged.")).to_have_count(1)
    expect(field).to_have_value("1 1\n2 two")
    # Where there is no room for another point, and no line for Student-t.
    settled(page)
    types(page, CROWD)
    expect(points(page)).to_have_count(MOST)
    expect(page.get_by_role("button", name="Add an outlier")).to_be_disabled()
    expect(page.get_by_test_id("stAlertContentWarning")).to_contain_text("cannot be fitted")
    comes_to(lambda: len(of_python(page)), 3)


def test_what_the_browser_finds_is_what_kl_core_finds(page):
    """For every preset and points with ties, outliers and growing spread: to a thousandth."""
    rng = np.random.default_rng(20)
    datasets = [[list(point) for point in preset.state.points] for preset in PRESETS]
    for n in range(6, 46):
        x = np.round(rng.uniform(0, 10, n), 2 if n % 5 else 0)
        noise = rng.standard_t(1.5 if n % 2 else 9, n) * (0.3 + (n % 3) * 0.2 * x)
        datasets.append(np.c_[x, np.clip(np.round(x - 5 + noise, 2), -10, 10)].tolist())
    scripts = [
        "js/numbers.js",
        "js/dom.js",
        "regression/points/fits.js",
        "regression/points/plot.js",
    ]
    source = "\n".join((UI / script).read_text() for script in scripts)
    page.set_content("<p></p>")
    straight = [list(point) for point in decode(NEARLY_STRAIGHT).points]
    *ours, without = page.evaluate(
        f"datasets => {{ {source}; return datasets.map(c => fitsOf(c, 3)); }}",
        [*datasets, straight],
    )
    assert [noise for noise, line in without.items() if line is None] == ["student_t"]
    for dataset, lines in zip(datasets, ours, strict=True):
        x, y = np.array(dataset).T
        for noise, line in lines.items():
            found = kl_core.fit_line(x, y, noise)
            scale = line["scale"] * np.exp(line["growth"] * (found.centre - line["centre"]))
            live = [line["slope"], line["intercept"], scale, line["growth"], line["nats"]]
            exact = [found.slope, found.intercept, found.scale, found.growth, found.nats]
            assert live == pytest.approx(exact, abs=1e-3), (noise, json.dumps(dataset))


def test_points_move_by_keys_and_the_focus_stays(lying, page):
    lying()
    for key, becomes in (
        ("ArrowUp", (1, 1.1)),
        ("ArrowRight", (1.1, 1.1)),
        ("Shift+ArrowDown", (1.1, 0.1)),
        ("Alt+ArrowUp", (1.1, 0.11)),
        ("PageUp", (1.1, 1.11)),
        ("End", (1.1, 10)),
        ("Home", (1.1, -10)),
        ("Shift+ArrowLeft", (0.1, -10)),
    ):
        point(page, 1).focus()
        page.keyboard.press(key)
        expect(code(page)).to_have_value(with_point(decode(CODE), 1, *becomes).encode())
        expect(point(page, 1)).to_be_focused()
    expect(point(page, 1)).to_have_attribute("aria-valuetext", "x 0.1, y −10")
    page.keyboard.press("Control+z")
    expect(code(page)).to_have_value(with_point(decode(CODE), 1, 1.1, -10).encode())
    page.keyboard.press("Control+y")
    expect(code(page)).to_have_value(with_point(decode(CODE), 1, 0.1, -10).encode())


def test_a_gesture_that_a_finger_does_not_end_itself_leaves_the_points(lying, page, finger):
    lying()
    page.set_viewport_size({"width": 1280, "height": 500})
    before = live(page)
    x, y = middle(point(page, 4))
    touch(finger, (x, y), (x + 20, y + 30), (x + 40, y + 60), end="touchCancel")
    expect(point(page, 4)).to_have_attribute("aria-valuetext", "x 4, y 3")
    assert live(page) == before
    swipe(finger, page.locator(".plot .frame"))
    point(page, 1).press("ArrowUp")
    expect(code(page)).to_have_value(CODE.replace("1:1 ", "1:1.1 "))


def test_delete_removes_a_point_and_the_next_has_the_focus(lying, page):
    lying()
    point(page, 3).focus()
    page.keyboard.press("Delete")
    expect(code(page)).to_have_value(CODE.replace("3:3.5 ", ""))
    expect(points(page)).to_have_count(7)
    expect(point(page, 3)).to_be_focused()
    expect(page.locator(".about")).to_contain_text("Point 3: x 4, y 3")
    page.get_by_role("button", name="Remove this point").click()
    expect(code(page)).to_have_value(CODE.replace("3:3.5 4:3 ", ""))
    expect(point(page, 3)).to_be_focused()
    point(page, 6).focus()
    page.keyboard.press("Backspace")  # six points are the fewest
    expect(page.locator(".status")).to_contain_text("The four models need 6 to 60 points")
    expect(points(page)).to_have_count(6)


def test_a_double_click_adds_a_point_there(lying, page):
    lying()
    for part in (*points(page).all(), page.get_by_role("button", name="Remove this point")):
        box = part.bounding_box()
        assert min(box["width"], box["height"]) >= 24  # to take, and not to add one beside it
    frame = page.locator(".plot .frame")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    page.mouse.dblclick(box["x"] + 0.9 * box["width"], box["y"] + 0.75 * box["height"])
    expect(points(page)).to_have_count(9)
    expect(point(page, 9)).to_be_focused()
    expect(code(page)).not_to_have_value(CODE)
    new = shown(page).points[-1]
    assert new.x == pytest.approx(9, abs=0.03)
    assert new.y == pytest.approx(-5, abs=0.06)


def test_there_is_an_end_to_the_points(lying, page):
    lying(CROWD)
    expect(points(page)).to_have_count(MOST)
    box = page.locator(".plot .frame").bounding_box()
    page.mouse.dblclick(box["x"] + 40, box["y"] + 20)
    expect(page.locator(".status")).to_contain_text(f"there are {MOST + 1}.")


def test_points_dragged_onto_one_line_are_refused_and_come_back(lying, page):
    lying(NEARLY_STRAIGHT)
    rows = page.locator(".readouts li")
    expect(rows.filter(has_text="Student-t")).to_contain_text("no fit")  # above 3/4 are on one
    expect(rows.filter(has_text="Laplace")).to_contain_text("y = 0 + 0.5 x")
    before = live(page)
    point(page, 6).focus()
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(".status")).to_contain_text("All points lie on one line")
    expect(point(page, 6)).to_have_attribute("aria-valuenow", "6")
    assert live(page) == before
    page.keyboard.press("ArrowDown")
    expect(page.locator(".status")).to_have_text("")
    expect(code(page)).to_have_value("0:0 2:1 4:2 6:3 8:4 10:5.9")


def test_the_names_of_the_lines_do_not_cover_each_other(lying, page):
    lying(PRESETS[0].state.encode())
    tops = sorted(name.bounding_box()["y"] for name in page.locator(".plot .name").all())
    assert len(tops) == 5
    assert min(b - a for a, b in pairwise(tops)) >= 12

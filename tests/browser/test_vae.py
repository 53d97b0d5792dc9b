"""The page on VAEs, as hands, keys and other people's links meet it; with the recorded nets."""

import re
import urllib.parse
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pages.ui import formatting as fmt
from pages.ui.vae import prose, repository, results, sections
from pages.ui.vae.editor import CURVES, GAUSSIAN, POINT
from pages.ui.vae.gaussian import gaussian
from pages.ui.vae.presets import PRESETS
from pages.ui.vae.state import HIGH, LOW, NARROWEST, WIDEST, Encoded
from tests.browser.accessibility import drawn, violations
from tests.browser.conftest import SCREEN
from tests.browser.hands import comes_to, fits, middle, query, settled, swipe, touch, until

PRIOR = "0:1"
HEAVY = 40_000  # bytes: codes and pictures are more


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

    def lie(*codes: str) -> None:
        bench.open(
            monkeypatch,
            ("pages.ui.vae.gaussian.gaussian",),
            lambda: [GAUSSIAN.history.paste(each) for each in codes],
            lambda: gaussian(
                GAUSSIAN.current(),
                address=GAUSSIAN.address(),
                key=CURVES,
                on_edit=GAUSSIAN.receive,
            ),
            "Code of q",
            GAUSSIAN.history.share_text,
        )

    return lie


@pytest.fixture
def plane(page, bench, monkeypatch) -> Callable[..., None]:
    """Lays the plane of a net's codes on the workbench, and the picture that it moves."""

    def lie(beta: float) -> None:
        vae = net(beta)
        bench.open(
            monkeypatch,
            ("pages.ui.vae.plane.plane", "pages.ui.vae.decoded.decoded"),
            lambda: None,
            lambda: (sections.latent_plane(vae, False), sections.picture(vae)),
            "Code of the point",
            POINT.history.share_text,
        )

    return lie


def net(beta: float) -> repository.Vae:
    return repository.opened(repository.recorded()[0][beta])


def grip(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name, exact=True)


def point(page: Page) -> Locator:
    return grip(page, "Point in the plane of codes")


def code(page: Page, name: str = "Code of q") -> Locator:
    return page.get_by_role("textbox", name=name).first


def sums(page: Page) -> list[str]:
    """The areas above and below 0, and KL, as the curves have them."""
    return page.locator(".gaussian .sums output").all_inner_texts()


def of_python(page: Page) -> list[str]:
    """The same three, as Python's sentence has them."""
    said = page.get_by_test_id("stMarkdown").filter(has_text=re.compile(r"^\s*KL\(q‖p\) ="))
    return read(said.inner_text())


def read(said: str) -> list[str]:
    kl, rest = re.match(r"\s*KL\(q‖p\) = (.*? nats?)(.*)", said, re.DOTALL).groups()
    both = re.match(r" = (.*?) above 0, less (.*?) below", rest)
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


def reach(page: Page) -> float:
    """How far the plane goes."""
    says = page.locator(".plane svg").get_attribute("aria-label")
    return float(re.search(r"from −([\d.]+) to", says)[1])


def a_unit_of_the_plane(page: Page) -> float:
    return (page.locator(".plane svg").bounding_box()["width"] - 50) / (2 * reach(page))


def place(page: Page, first: float, second: float) -> tuple[float, float]:
    """Where these codes are on the screen."""
    page.locator(".plane svg").scroll_into_view_if_needed()
    box, unit = page.locator(".plane svg").bounding_box(), a_unit_of_the_plane(page)
    middle = (box["width"] - 50) / 2
    return box["x"] + 40 + middle + first * unit, box["y"] + 10 + middle - second * unit


def picture(page: Page) -> tuple[list[float], np.ndarray]:
    """The point whose picture is drawn, and its pixels."""
    z, values = page.locator(".decoded canvas").evaluate(
        """canvas => [canvas.dataset.z, [...canvas.getContext("2d")
          .getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0)]"""
    )
    return [float(each) for each in z.split()], np.array(values).reshape(28, 28)


def where(page: Page) -> list[float]:
    """Where the handle says it is."""
    said = point(page).get_attribute("aria-valuetext").replace("−", "-")
    return [float(each) for each in re.findall(r"z. (-?[\d.]+)", said)]


def is_decoded(page: Page, beta: float) -> np.ndarray:
    """The picture of where the handle is, once it is drawn: the one that numpy decodes.

    Under the hand it is the browser's, whose sums are rounded otherwise: one grey, here or there.
    """
    (z, pixels), _ = until(lambda: (picture(page), where(page)), lambda seen: seen[0][0] == seen[1])
    wanted = net(beta).decode(np.array([z]))[0]
    apart = abs(pixels - wanted.astype(int))
    assert apart.max() <= 1
    assert (apart > 0).sum() <= 5
    return pixels


def test_q_follows_the_hand_python_finds_the_same_and_a_link_shows_it_elsewhere_to_a_finger(
    server, page, browser: Browser
):
    opened(page, server, cloud=PRIOR, beta="4", sample="3")
    assert sums(page) == of_python(page) == ["0", "0", "0 nats"]
    held = grip(page, "q: mean μ")
    carry(page, held, (2 * a_unit(page), 0))
    moved = comes_to(lambda: float(held.get_attribute("aria-valuenow")), pytest.approx(2, abs=0.02))
    # As wide as the prior and μ away: μ²/2, by hand.
    comes_to(lambda: sums(page)[2], f"{fmt.number(moved**2 / 2)} nats")
    assert of_python(page)[2] == "0 nats"
    page.mouse.up()
    expect(code(page)).to_have_value(f"{moved:g}:1")
    comes_to(lambda: of_python(page), sums(page))
    expect(held).to_be_focused()
    carry(page, point(page), (40, -60))
    page.mouse.up()
    expect(code(page, "Code of the point")).not_to_have_value("0:0")
    settled(page)
    expect(point(page)).to_be_focused()
    shared = {
        "beta": ["4"],
        "cloud": [code(page).input_value()],
        "point": [code(page, "Code of the point").input_value()],
        "sample": ["3"],
    }
    comes_to(lambda: query(page), shared)
    # For another visitor, on a phone.
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    second = context.new_page()
    second.goto(page.url)
    for name in ("Code of q", "Code of the point"):
        expect(code(second, name)).to_have_value(code(page, name).input_value())
    comes_to(lambda: sums(second), sums(page))
    pixels = is_decoded(page, 4.0)
    assert np.array_equal(is_decoded(second, 4.0), pixels)
    settled(second)
    second.touchscreen.tap(*place(second, 2, -1))
    expect(code(second, "Code of the point")).not_to_have_value(shared["point"][0])
    assert where(second) == pytest.approx([2, -1], abs=0.1)
    is_decoded(second, 4.0)
    context.close()


GROUND = """canvas => {
  const { width, height } = canvas;
  const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
  return data.filter((_, i) => i % 4 === 3).reduce((sum, alpha) => sum + (alpha > 0), 0)
    / (width * height);
}"""


def test_another_beta_view_and_draws_are_in_the_address_and_a_drag_needs_no_server(server, page):
    """And its end no codes. On a phone first, where all fits."""
    received: list[str | bytes] = []

    def note(frame: str | bytes) -> None:
        received.append(frame)

    page.once("websocket", lambda socket: socket.on("framereceived", note))
    page.set_viewport_size({"width": 360, "height": 740})
    opened(page, server, beta="0", point="1:1", **{"class": "sandal"})
    assert max(map(len, received)) > 10 * HEAVY  # with the decoder
    fits(page, 360)
    for part in (*page.locator(".handle").all(), *page.locator(".legend button").all()):
        box = part.bounding_box()
        assert min(box["width"], box["height"]) >= 24
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    first = is_decoded(page, 0.0)
    expect(page.locator(".plane .names text")).to_have_text(["sandal"])
    page.set_viewport_size(SCREEN)
    page.get_by_role("radio", name="10", exact=True).click()
    expect(page.get_by_text("distortion + 10 · rate")).to_be_visible()
    settled(page)
    assert where(page) == [1, 1]
    assert not np.array_equal(is_decoded(page, 10.0), first)
    assert query(page)["beta"] == ["10"]
    assert query(page)["class"] == ["sandal"]
    page.get_by_role("button", name="sandal", exact=True).click()
    ground = page.locator(".plane canvas")
    assert 0 < until(lambda: ground.evaluate(GROUND), lambda share: share > 0.01) < 0.9
    expect(page.locator(".plane .names text")).to_have_count(10)
    page.get_by_role("radio", name="pictures").click()
    comes_to(lambda: ground.evaluate(GROUND), 1)
    expect(page.get_by_role("button", name="sandal", exact=True)).to_be_hidden()
    expect(page.get_by_role("img", name=re.compile("225 pictures decoded"))).to_be_visible()
    assert query(page)["view"] == ["pictures"]
    image = page.get_by_role("img", name=re.compile("12 decoded draws from the prior"))
    draws = image.get_attribute("src")
    page.get_by_role("button", name="Draw from the prior again").click()
    expect(image).not_to_have_attribute("src", draws)
    comes_to(lambda: query(page).get("sample"), ["1"])
    settled(page)
    received.clear()
    carry(page, point(page), (60, -40))
    is_decoded(page, 10.0)
    assert received == []
    page.mouse.up()
    expect(code(page, "Code of the point")).not_to_have_value("1:1")
    settled(page)
    assert max(map(len, received)) < HEAVY


def test_the_flat_handle_sets_the_standard_deviation(curves, page):
    curves(PRIOR)
    held = grip(page, "q: standard deviation σ")
    carry(page, held, (-0.5 * a_unit(page), 0))
    page.mouse.up()
    expect(code(page)).not_to_have_value(PRIOR)
    assert Encoded.decode(code(page).input_value()).std == pytest.approx(0.5, abs=0.02)
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
    expect(code(page)).to_have_value("2.1:0.5")


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
        expect(code(page)).to_have_value(becomes)
        expect(grip(page, which)).to_be_focused()
    page.keyboard.press("Control+z")
    expect(code(page)).to_have_value("1.1:0.1")
    page.keyboard.press("Control+Shift+z")
    expect(code(page)).to_have_value("5:0.1")


def test_the_curves_show_the_numbers_that_python_finds(curves, page):
    """For every preset, in every corner, and close to the prior; gone through by undo."""
    corners = [Encoded(mean, std) for mean in (LOW, HIGH) for std in (NARROWEST, WIDEST)]
    each = [*(preset.state for preset in PRESETS), *corners, Encoded(0.01, 1), Encoded(0, 0.99)]
    curves(*(q.encode() for q in each))
    grip(page, "q: mean μ").focus()
    for q in reversed(each):
        expect(code(page)).to_have_value(q.encode())
        one = results.solve(q)
        shown = [fmt.number(one.above), fmt.number(one.below), fmt.quantity(one.kl, "nats")]
        comes_to(lambda: sums(page), shown)
        assert read(prose.price(q, one).replace("**", "")) == shown
        page.keyboard.press("Control+z")


def test_the_picture_follows_the_hand_before_it_lets_go(plane, page):
    plane(1.0)
    before = is_decoded(page, 1.0)
    assert where(page) == [0, 0]
    unit = a_unit_of_the_plane(page)
    carry(page, point(page), (1.5 * unit, 0.5 * unit))
    until(lambda: where(page), lambda z: z == pytest.approx([1.5, -0.5], abs=0.05))
    after = is_decoded(page, 1.0)
    assert not np.array_equal(before, after)
    expect(code(page, "Code of the point")).to_have_value("0:0")
    page.mouse.up()
    expect(code(page, "Code of the point")).to_have_value("{:g}:{:g}".format(*where(page)))
    expect(page.locator(".decoded figcaption")).to_contain_text("of the 20 nearest test codes")
    assert abs(is_decoded(page, 1.0) - after).max() <= 1


def test_a_gesture_that_a_finger_does_not_end_itself_leaves_the_point(plane, page, finger):
    plane(1.0)
    before, caption = picture(page), page.locator(".decoded figcaption")
    said = caption.inner_text()
    x, y = middle(point(page))
    touch(finger, (x, y), (x + 30, y), (x + 60, y + 20), end="touchCancel")
    expect(caption).to_have_text(said)
    assert where(page) == [0, 0]
    assert np.array_equal(picture(page)[1], before[1])
    point(page).press("ArrowRight")
    expect(code(page, "Code of the point")).to_have_value("0.05:0")
    is_decoded(page, 1.0)


def test_a_press_beside_the_point_brings_it_there(plane, page):
    plane(1.0)
    page.mouse.click(*place(page, -1, 2))
    expect(code(page, "Code of the point")).not_to_have_value("0:0")
    assert where(page) == pytest.approx([-1, 2], abs=0.05)
    is_decoded(page, 1.0)


def test_a_drag_carries_the_point_to_the_edge_and_no_further(plane, page):
    plane(1.0)
    carry(page, point(page), (-2 * reach(page) * a_unit_of_the_plane(page), 0))
    page.mouse.up()
    comes_to(lambda: where(page)[0], pytest.approx(-reach(page), abs=0.01))
    expect(point(page)).not_to_have_attribute("aria-valuetext", re.compile("beyond"))
    expect(code(page, "Code of the point")).to_have_value(re.compile(r"^-\d"))


def test_the_point_moves_by_keys_and_its_picture_with_it(plane, page):
    plane(10.0)
    for key, becomes in (
        ("ArrowRight", "0.05:0"),
        ("ArrowUp", "0.05:0.05"),
        ("Shift+ArrowLeft", "-0.2:0.05"),
        ("PageDown", "-0.2:-0.2"),
        ("Home", "0:0"),
    ):
        point(page).focus()
        page.keyboard.press(key)
        expect(code(page, "Code of the point")).to_have_value(becomes)
        expect(point(page)).to_be_focused()
        is_decoded(page, 10.0)
    page.keyboard.press("Control+z")
    expect(code(page, "Code of the point")).to_have_value("-0.2:-0.2")
    is_decoded(page, 10.0)


def test_a_class_is_shown_alone_and_again_with_the_others(plane, page):
    plane(1.0)
    names = page.locator(".plane .names text")
    button = page.get_by_role("button", name="sandal", exact=True)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(names).to_have_text(["sandal"])
    assert query(page)["class"] == ["sandal"]
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(names).to_have_count(10)
    assert "class" not in query(page)


def test_what_is_damaged_or_too_far_is_refused_and_what_opens_keeps_to_wcag_2_2_aa_too(
    server, page
):
    damaged = {
        "Code of q": ("<img src=x onerror=alert(1)>", "A code is written"),
        "Code of the point": ("101:0", "The first coordinate must lie between −100 and 100"),
    }
    cloud, at = (bad for bad, _ in damaged.values())
    page.goto(link(server, cloud=cloud, point=at, beta="7"))
    expect(page.get_by_text("No net is here with β = 7.")).to_be_visible()
    for name, (bad, says) in damaged.items():
        error = page.get_by_test_id("stAlertContentError").filter(has_text=says)
        expect(error).to_contain_text("The page shows a first example.")
        settled(page)
        for each, errors in (("2:0.5", 0), (bad, 1)):
            code(page, name).fill(each)
            code(page, name).press("Enter")
            expect(error).to_have_count(errors)
            settled(page)
    for held in (grip(page, "q: mean μ"), point(page)):  # the last good one stays
        expect(held).to_have_attribute("aria-valuenow", "2")
    page.get_by_role("radio", name="pictures").click()
    expect(page.get_by_role("img", name=re.compile("225 pictures decoded"))).to_be_visible()
    settled(page)
    for name in ("How these nets were trained", "Copy as Python", "Copy the picture as Python"):
        page.locator("summary").filter(has_text=name).first.click()
    expect(page.get_by_test_id("stCode")).to_have_count(2)
    page.get_by_text("Type the point").click()
    page.get_by_text("Edit as numbers").click()
    numbers = re.compile("^(Mean|Standard deviation|First dimension|Second dimension)")
    expect(page.get_by_role("textbox", name=numbers)).to_have_count(4)
    drawn(page)
    assert violations(page) == []
    field = page.get_by_role("textbox", name="First dimension z₁")
    field.fill("-2")
    field.press("Enter")
    expect(error).to_have_count(0)
    settled(page)
    comes_to(lambda: where(page), [-2, 0.5])
    is_decoded(page, 1.0)
    field.fill("500")
    field.press("Enter")
    expect(error).to_contain_text("What was on show stays.")
    expect(field).to_have_value("500")
    field.fill("50")  # beyond the edge of the plane, and decoded all the same
    field.press("Enter")
    expect(point(page)).to_have_attribute("aria-valuetext", "z₁ 50, z₂ 0.5, beyond the edge")
    buttons = page.locator(".st-key-controls-z").get_by_role("button")
    buttons.filter(has_text="Undo").click()
    comes_to(lambda: where(page), [-2, 0.5])
    buttons.filter(has_text="Reset").click()
    comes_to(lambda: where(page), [2, 0.5])
    is_decoded(page, 1.0)

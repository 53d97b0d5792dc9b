"""The page on β-VAEs, as hands, keys and links meet it; with the recorded networks."""

import re
import urllib.parse
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from pages.ui.beta_vae import repository, sections
from pages.ui.beta_vae.editor import POINT
from tests.browser.accessibility import drawn, violations
from tests.browser.conftest import SCREEN
from tests.browser.hands import comes_to, fits, middle, query, settled, touch, until

HEAVY = 40_000  # bytes: latents and pictures are more


def link(server: str, **values: str) -> str:
    return f"{server}/beta_vae?{urllib.parse.urlencode(values)}"


def opened(page: Page, server: str, **values: str) -> None:
    page.goto(link(server, **values))
    expect(point(page)).to_be_visible()
    expect(page.get_by_role("heading", name="Key points")).to_be_visible()
    settled(page)


@pytest.fixture
def plane(page, bench, monkeypatch) -> Callable[..., None]:
    """Lays the latent space of a network on the workbench, and the image that it moves."""

    def lie(beta: float) -> None:
        vae = network(beta)
        bench.open(
            monkeypatch,
            ("pages.ui.beta_vae.plane.plane", "pages.ui.beta_vae.decoded.decoded"),
            lambda: None,
            lambda: (sections.latent_plane(vae, False), sections.picture(vae)),
            "Share text of z",
            POINT.history.share_text,
        )

    return lie


def network(beta: float) -> repository.Vae:
    return repository.opened(repository.recorded()[0][beta])


def point(page: Page) -> Locator:
    return page.get_by_role("slider", name="Point z in the latent space", exact=True)


def share_text(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Share text of z").first


def carry(page: Page, held: Locator, by: tuple[float, float]) -> None:
    """Take a handle and carry it by so many pixels, without letting go."""
    held.scroll_into_view_if_needed()
    held.hover()
    box = held.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0], y + by[1], steps=6)


def reach(page: Page) -> float:
    """How far the plane goes."""
    says = page.locator(".plane svg").get_attribute("aria-label")
    return float(re.search(r"from −([\d.]+) to", says)[1])


def a_unit_of_the_plane(page: Page) -> float:
    return (page.locator(".plane svg").bounding_box()["width"] - 50) / (2 * reach(page))


def place(page: Page, first: float, second: float) -> tuple[float, float]:
    """Where this z is on the screen."""
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

    During a drag the browser decodes it, and rounds differently: one grey level, here or there.
    """
    (z, pixels), _ = until(lambda: (picture(page), where(page)), lambda seen: seen[0][0] == seen[1])
    wanted = network(beta).decode(np.array([z]))[0]
    apart = abs(pixels - wanted.astype(int))
    assert apart.max() <= 1
    assert (apart > 0).sum() <= 5
    return pixels


GROUND = """canvas => {
  const { width, height } = canvas;
  const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
  return data.filter((_, i) => i % 4 === 3).reduce((sum, alpha) => sum + (alpha > 0), 0)
    / (width * height);
}"""


def test_another_beta_view_and_samples_are_in_the_address_and_a_drag_needs_no_server(server, page):
    """And its end no latents. On a phone first, where all fits."""
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
    assert 0 < until(lambda: ground.evaluate(GROUND), lambda drawn: drawn > 0.01) < 0.9
    expect(page.locator(".plane .names text")).to_have_count(10)
    page.get_by_role("radio", name="pictures").click()
    comes_to(lambda: ground.evaluate(GROUND), 1)
    expect(page.get_by_role("button", name="sandal", exact=True)).to_be_hidden()
    expect(page.get_by_role("img", name=re.compile("225 images decoded"))).to_be_visible()
    assert query(page)["view"] == ["pictures"]
    image = page.get_by_role("img", name=re.compile("12 images decoded from samples of the prior"))
    before = image.get_attribute("src")
    page.get_by_role("button", name="Sample from the prior again").click()
    expect(image).not_to_have_attribute("src", before)
    comes_to(lambda: query(page).get("sample"), ["1"])
    settled(page)
    received.clear()
    carry(page, point(page), (60, -40))
    is_decoded(page, 10.0)
    assert received == []
    page.mouse.up()
    expect(share_text(page)).not_to_have_value("1:1")
    settled(page)
    assert max(map(len, received)) < HEAVY


def test_the_picture_follows_the_hand_before_it_lets_go(plane, page):
    plane(1.0)
    before = is_decoded(page, 1.0)
    assert where(page) == [0, 0]
    unit = a_unit_of_the_plane(page)
    carry(page, point(page), (1.5 * unit, 0.5 * unit))
    until(lambda: where(page), lambda z: z == pytest.approx([1.5, -0.5], abs=0.05))
    after = is_decoded(page, 1.0)
    assert not np.array_equal(before, after)
    expect(share_text(page)).to_have_value("0:0")
    page.mouse.up()
    expect(share_text(page)).to_have_value("{:g}:{:g}".format(*where(page)))
    expect(page.locator(".decoded figcaption")).to_contain_text("Nearest test images: ")
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
    expect(share_text(page)).to_have_value("0.05:0")
    is_decoded(page, 1.0)
    touch(finger, place(page, 2, -1))  # a tap beside it brings it there
    expect(share_text(page)).not_to_have_value("0.05:0")
    assert where(page) == pytest.approx([2, -1], abs=0.1)
    is_decoded(page, 1.0)


def test_a_press_beside_the_point_brings_it_there(plane, page):
    plane(1.0)
    page.mouse.click(*place(page, -1, 2))
    expect(share_text(page)).not_to_have_value("0:0")
    assert where(page) == pytest.approx([-1, 2], abs=0.05)
    is_decoded(page, 1.0)


def test_a_drag_carries_the_point_to_the_edge_and_no_further(plane, page):
    plane(1.0)
    carry(page, point(page), (-2 * reach(page) * a_unit_of_the_plane(page), 0))
    page.mouse.up()
    comes_to(lambda: where(page)[0], pytest.approx(-reach(page), abs=0.01))
    expect(point(page)).not_to_have_attribute("aria-valuetext", re.compile("beyond"))
    expect(share_text(page)).to_have_value(re.compile(r"^-\d"))


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
        expect(share_text(page)).to_have_value(becomes)
        expect(point(page)).to_be_focused()
        is_decoded(page, 10.0)
    page.keyboard.press("Control+z")
    expect(share_text(page)).to_have_value("-0.2:-0.2")
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
    bad = "101:0"
    page.goto(link(server, point=bad, beta="7"))
    expect(page.get_by_text("There is no network with β = 7.")).to_be_visible()
    says = "The first coordinate must lie between −100 and 100"
    error = page.get_by_test_id("stAlertContentError").filter(has_text=says)
    expect(error).to_contain_text("The page shows its first example.")
    settled(page)
    for each, errors in (("2:0.5", 0), (bad, 1)):
        share_text(page).fill(each)
        share_text(page).press("Enter")
        expect(error).to_have_count(errors)
        settled(page)
    expect(point(page)).to_have_attribute("aria-valuenow", "2")  # the last good one stays
    page.get_by_role("radio", name="pictures").click()
    expect(page.get_by_role("img", name=re.compile("225 images decoded"))).to_be_visible()
    settled(page)
    for name in (
        "How rate and distortion are measured",
        "The numbers",
        "How these networks were trained",
        "Copy the decoder as Python",
    ):
        page.locator("summary").filter(has_text=name).focus()
        page.keyboard.press("Enter")
        settled(page)
    expect(page.get_by_test_id("stCode")).to_have_count(1)
    expect(page.get_by_text("aggregate posterior").first).to_be_visible()
    page.get_by_text("Edit z as numbers").click()
    numbers = re.compile("^(First dimension|Second dimension)")
    expect(page.get_by_role("textbox", name=numbers)).to_have_count(2)
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
    expect(error).to_contain_text("The page is unchanged.")
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

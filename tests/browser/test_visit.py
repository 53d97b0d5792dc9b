"""A visit, as a new user makes it, to a fresh server."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.hands import (
    PATIENCE,
    agreed,
    bar,
    code,
    comes_to,
    drag,
    query,
    sentences,
    settled,
)

SERVING = Path(__file__).resolve().parents[2] / "docs" / "serving.md"
NATS = "?unit=nats&pq=heads:1:3,tails:1:1"


def test_a_cold_deep_link_opens_its_page_with_its_state(server, page):
    page.goto(f"{server}/asymmetry{NATS}")  # the first request that this server gets
    expect(page.get_by_role("heading", level=1)).to_have_text("Asymmetry of KL divergence")
    # By hand: ½ ln(½/¾) + ½ ln(½/¼) and ¾ ln(¾/½) + ¼ ln(¼/½).
    assert agreed(page) == ["0.1438 nats", "0.1308 nats"]
    expect(bar(page, "Q, heads")).to_have_attribute("aria-valuetext", "0.75")
    # A visitor is here, and no file of the server's is watched for.
    told = [path.read_text() for path in Path(f"/proc/{server.process.pid}/fdinfo").iterdir()]
    assert "inotify" not in "".join(told)


def test_editing_p_changes_the_number_the_address_and_nothing_is_lost_by_leaving(server, page):
    page.goto(f"{server}/asymmetry{NATS}")
    expect(sentences(page)).to_contain_text("0.1438 nats")
    field = page.get_by_label("Probability of heads in P")
    field.fill("0.75")
    field.press("Enter")
    expect(sentences(page)).to_contain_text("the same distribution")
    expect(page).to_have_url(re.compile(r"pq=heads%3A0.75%3A3"))

    page.get_by_role("link", name="Reference").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reference")
    page.get_by_role("link", name="Asymmetry").first.click()
    expect(bar(page, "P, heads")).to_have_attribute("aria-valuetext", "0.75")
    expect(page).to_have_url(re.compile(r"pq=heads%3A0.75%3A3"))
    page.reload()
    expect(sentences(page)).to_contain_text("the same distribution")


def copy(page: Page, name: str = "Copy link") -> None:
    page.get_by_role("button", name=name).press("Enter")


def test_a_link_that_was_copied_shows_all_that_was_on_show_and_its_word_survives_a_rerun(
    server, page
):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{server}/asymmetry{NATS}")
    page.get_by_role("tab", name="Other divergences").click()
    expect(page.get_by_text("Jensen–Shannon").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"tab=Other\+divergences"))
    drag(page, "P, heads", 0.25)
    expect(code(page)).to_have_value("heads:0.25:3, tails:0.75:1")
    settled(page)
    copy(page)
    said = page.get_by_role("status").filter(has_text="Link copied.")
    expect(said).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    drag(page, "P, heads", 0.5)
    expect(code(page)).to_have_value("heads:0.5:3, tails:0.5:1")
    expect(said).to_be_visible()
    assert link != page.evaluate("location.href")
    page.context.clear_cookies()  # another visitor
    page.goto(link)
    expect(code(page)).to_have_value("heads:0.25:3, tails:0.75:1")
    expect(page.get_by_role("tab", name="Other divergences")).to_have_attribute(
        "aria-selected", "true"
    )
    expect(page.get_by_text("Jensen–Shannon").first).to_be_visible()
    wanted = {"unit": ["nats"], "pq": ["heads:0.25:3, tails:0.75:1"], "tab": ["Other divergences"]}
    comes_to(lambda: query(page), wanted)
    # Where the clipboard is closed, the address lies ready to be copied by hand.
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    copy(page)
    field = page.get_by_role("textbox", name="Address of this page")
    expect(field).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="Copy it by hand:")).to_be_visible()
    assert page.evaluate(SELECTED) == link
    field.press("Escape")
    expect(field).to_be_hidden()
    expect(page.get_by_role("button", name="Copy link")).to_be_focused()
    page.context.clear_permissions()


SELECTED = """() => {
  let held = document.activeElement;
  while (held.shadowRoot?.activeElement) held = held.shadowRoot.activeElement;
  return held.value.slice(held.selectionStart, held.selectionEnd);
}"""


def test_a_phone_hands_the_link_to_its_own_sheet_and_a_frame_has_room_and_links_to_the_whole_page(
    server, browser: Browser
):
    sheet = "navigator.share = async (what) => { window.shared = what; };"
    with browser.new_context(
        viewport={"width": 800, "height": 600}, has_touch=True, is_mobile=True
    ) as phone:
        phone.add_init_script(sheet)
        page = phone.new_page()
        page.set_default_timeout(1000 * PATIENCE)
        page.goto(f"{server}/entropy?embed=true&unit=nats")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        settled(page)
        expect(page.get_by_test_id("stSidebar")).not_to_be_in_viewport()
        assert page.locator(".stMain").bounding_box()["width"] == 800
        page.get_by_role("button", name="Share link").tap()
        shared = page.wait_for_function("window.shared").json_value()
        assert shared["url"] == f"{server}/entropy?unit=nats"
        assert shared["title"] == page.title()


def test_paper_shows_neither_sidebar_nor_buttons(server, page):
    page.goto(f"{server}/asymmetry{NATS}")
    expect(page.get_by_role("button", name="Present", exact=True)).to_be_visible()
    settled(page)
    page.emulate_media(media="print")
    try:
        for part in ("stSidebar", "stHeader", "stTextInput"):
            expect(page.get_by_test_id(part).filter(visible=True)).to_have_count(0)
        buttons = page.get_by_role("button")
        expect(buttons.and_(page.locator(".term"))).to_have_count(2)  # which spell the formula out
        expect(buttons).to_have_count(2)
        expect(bar(page, "P, heads")).to_be_visible()
        expect(sentences(page)).to_be_visible()
    finally:
        page.emulate_media(media="screen")


def test_the_recorded_curves_are_two_clicks_from_the_front_page(server, page):
    """With the policy that docs/serving.md gives to a proxy: what it forbids nothing here does."""
    (policy,) = set(re.findall('Content-Security-Policy "(.*?)"', SERVING.read_text()))

    def proxied(route: Route) -> None:
        response = route.fetch()
        headers = {**response.headers, "content-security-policy": policy}
        route.fulfill(response=response, headers=headers)

    page.context.grant_permissions(["local-network-access"])  # a page from a proxy counts as far
    page.route(f"{server}/", proxied)
    page.goto(server)
    expect(page.get_by_role("slider").first).to_be_visible()
    page.get_by_role("link", name="Comparison").first.click()
    # However many runs there are: on CIFAR-10, with plain labels, of either loss.
    expect(page.get_by_text("10,000").first).to_be_visible()
    for kind in ("loss", "accuracy"):
        for images in ("training", "validation"):
            says = f"Line chart of the {kind} on the {images} images after .* KL ends .* CE ends"
            chart = page.get_by_test_id("stVegaLiteChart")
            expect(chart.and_(page.get_by_label(re.compile(says)))).to_be_visible()
    expect(page.get_by_text("After the first epoch their training losses differ")).to_be_visible()
    expect(page.get_by_role("button", name="Present", exact=True)).to_be_visible()
    settled(page)
    page.locator("summary", has_text="Downloads and Python").press("Enter")
    with page.expect_download() as download:
        page.get_by_role("button", name="Charts as PNG").click()
    assert download.value.suggested_filename == "curves.png"
    assert download.value.path().stat().st_size > 10_000
    page.unroute_all()
    page.context.clear_permissions()


def test_a_search_on_the_reference_page_leaves_what_has_the_word_and_one_over_all_opens_a_section(
    server, page
):
    page.goto(f"{server}/reference")
    field = page.get_by_role("searchbox", name="Search this page")
    field.fill("wasserstein")
    expect(page.get_by_role("heading", name="Formulas")).to_have_count(0)
    expect(page.get_by_text("wasserstein_distance").first).to_be_visible()
    expect(page).to_have_url(re.compile("search=wasserstein"))
    field.fill("zebra crossing")
    expect(page.get_by_text("No entry on this page contains all of these words")).to_be_visible()
    field.fill("")
    expect(page.get_by_role("heading", name="Formulas")).to_be_visible()
    # And the search over all pages: from here by a key, to a section elsewhere that is folded.
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search all pages")).to_be_focused()
    page.keyboard.type("naeini")
    page.get_by_test_id("stSidebar").get_by_role("link", name="Methods and sources").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Evaluation")
    fold = page.locator("details").filter(has_text="Methods and sources")
    expect(fold).to_have_attribute("open", "")
    expect(fold.get_by_text("Naeini").first).to_be_in_viewport()

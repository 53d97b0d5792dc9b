"""Training as a visitor does it: real workers, a real browser, a server that may die."""

import hashlib
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from models.runs import queue
from models.runs.job import list_jobs, read_job
from tests.browser.conftest import serve
from tests.browser.hands import settled
from tests.models.shell import kill_worker, wait_for, worker_of

pytestmark = pytest.mark.train
KEPT = "localStorage.getItem('kl-explorer-visitor')"
SLOW = 600_000  # ms for what trains: it gives way to all else on a busy machine
TWO_OR_MORE = re.compile("Epoch ([2-9]|[1-9][0-9]+) of 100")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of its own: its runs are seen by nobody else's tests."""
    with serve(tmp_path_factory.mktemp("training")) as served:
        yield served


@pytest.fixture(autouse=True)
def no_runs_are_left(server):
    """Each test finds the machine free, and leaves it so."""
    yield
    stop_all(server.home / "runs")


def stop_all(runs) -> None:
    jobs = list_jobs(runs)
    for job in (*jobs.waiting, *jobs.running):
        with suppress(ValueError):  # it has just ended by itself
            queue.cancel(runs / job.id)
    wait_for(lambda: not (list_jobs(runs).waiting or list_jobs(runs).running), SLOW / 1000)


@contextmanager
def at_rest(directory: Path) -> Iterator[None]:
    """The run's worker stands still meanwhile, so that what is read of it stays."""
    worker = wait_for(lambda: worker_of(directory))
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


def named_in_address(page: Page) -> None:
    """The address names the run: a reload and another tab show it too."""
    expect(page).to_have_url(re.compile("[?&]run="))


def secret(page: Page) -> str:
    """What the browser keeps, once it does."""
    return wait_for(lambda: page.evaluate(KEPT))


def shown(page: Page):
    return page.get_by_role("combobox", name="Run", exact=True)


def train(page: Page) -> None:
    page.get_by_role("button", name="Train now").click()


def charts(page: Page):
    return page.locator(".vega-embed svg")


def test_a_run_is_followed_through_page_switch_reload_and_second_tab(server, page):
    page.goto(f"{server}/training?data=shapes&epochs=15")
    expect(page.get_by_role("textbox", name="Epochs", exact=True)).to_have_value("15")
    train(page)
    expect(page.get_by_test_id("stProgress")).to_be_visible()
    page.get_by_role("link", name="Reference").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reference")
    page.get_by_role("link", name="Training").first.click()
    expect(shown(page)).to_have_value(re.compile("15 epochs"))
    named_in_address(page)
    tab = page.context.new_page()
    tab.goto(page.url)
    page.reload()
    expect(charts(page)).to_have_count(2, timeout=SLOW)  # after the first epoch
    (job,) = list_jobs(server.home / "runs").running
    with at_rest(server.home / "runs" / job.id):  # or it may end before both tabs were looked at
        for each in (page, tab):
            # Its curves grow while it trains, and its owner may stop it from either tab.
            expect(each.get_by_text(re.compile("Epoch [0-9]+ of 15"))).to_be_visible()
            expect(charts(each)).to_have_count(2)
            expect(each.get_by_role("button", name="Cancel")).to_be_visible()
    for each in (page, tab):
        expect(each.get_by_text("After 15 epochs:")).to_be_visible(timeout=SLOW)
        expect(each.get_by_test_id("stProgress")).to_have_count(0)
        expect(each.get_by_text(re.compile("test accuracy .* on 1,000 images"))).to_be_visible()
    page.get_by_role("link", name="Comparison").first.click()
    page.get_by_role("button", name="shapes", exact=True).click()
    page.locator("summary", has_text="Settings and results").press("Enter")
    expect(page.get_by_role("columnheader", name="KL, shapes")).to_be_visible()


def test_both_losses_are_compared_while_they_train_and_wait_and_one_is_cancelled(server, page):
    page.goto(f"{server}/training?data=shapes&epochs=100&seed=5")
    expect(page.get_by_role("textbox", name="Seed", exact=True)).to_have_value("5")
    train(page)
    # Also on a laptop's screen, with the page at its top.
    page.set_viewport_size({"width": 1366, "height": 768})
    page.locator(".stMain").evaluate("main => main.scrollTo(0, 0)")
    expect(page.get_by_test_id("stProgress")).to_be_in_viewport(ratio=1)
    settled(page)
    page.get_by_role("button", name="Train the other loss with the same seed").click()
    expect(page.get_by_text("Next in the queue")).to_be_visible()
    expect(page.get_by_text(TWO_OR_MORE)).to_be_visible(timeout=SLOW)
    expect(charts(page)).to_have_count(4)
    page.get_by_role("button", name="Cancel").first.click()
    cancelled = page.get_by_text(re.compile("Cancelled after [0-9]+ of 100 epochs"))
    expect(cancelled).to_be_visible(timeout=SLOW)
    # Its turn has come.
    expect(page.get_by_text("Next in the queue")).to_have_count(0)
    expect(page.get_by_text(TWO_OR_MORE)).to_be_visible(timeout=SLOW)
    # What was cancelled goes on where it stood.
    page.get_by_role("button", name=re.compile("Continue after epoch")).click()
    expect(page.get_by_text("Next in the queue")).to_be_visible()
    settled(page)
    # The list is long, and holds only what there is room for: so its name is typed.
    compared = page.get_by_role("combobox", name="Compare with")
    compared.fill("no other run")
    expect(page.get_by_role("option", name="no other run")).to_have_count(1)
    compared.press("Enter")  # to a pointer the list, drawn anew each second, never stands still
    expect(charts(page)).to_have_count(2)


def test_by_keys_the_end_of_a_run_is_read_out_and_a_press_more_deletes_it(server, page):
    page.goto(f"{server}/training?data=shapes&epochs=100&seed=9")
    expect(page.get_by_role("textbox", name="Seed", exact=True)).to_have_value("9")
    page.get_by_role("button", name="Train now").press("Enter")
    expect(page.get_by_text(TWO_OR_MORE)).to_be_visible(timeout=SLOW)
    region = page.locator("[class*='st-key-heard-end'][role=status]")
    expect(region).to_have_text("")  # what changes each second is not read out
    spoken, cancel = region.element_handle(), page.get_by_role("button", name="Cancel")
    cancel.focus()
    expect(page.get_by_text(re.compile("Epoch ([4-9]|[1-9][0-9]) of"))).to_be_visible(timeout=SLOW)
    expect(cancel).to_be_focused()
    page.keyboard.press("Enter")
    wait_for(lambda: "Cancelled after" in spoken.inner_text(), SLOW / 1000)
    nearest = page.get_by_role("combobox", name="Loss")  # the first field of the row before it
    expect(nearest).to_be_focused()
    settled(page)
    page.get_by_role("button", name="Delete this run").press("Enter")
    expect(page.get_by_role("dialog", name="Delete this run")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Delete permanently")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Your run is deleted.")).to_be_visible()
    expect(nearest).to_be_focused()


def test_a_run_belongs_to_the_browser_that_asked_for_it(server, page, browser: Browser):
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"{server}/training?data=shapes&epochs=100&seed=6")
    expect(page.get_by_role("textbox", name="Seed", exact=True)).to_have_value("6")
    train(page)
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    token = secret(page)
    assert re.fullmatch("[0-9a-f]{32}", token)

    context = browser.new_context()
    stranger = context.new_page()
    named_in_address(page)
    stranger.goto(page.url)
    expect(stranger.get_by_text("Another visitor’s run")).to_be_visible()
    settled(stranger)
    expect(stranger.get_by_role("button", name="Cancel")).to_have_count(0)
    assert secret(stranger) != token
    context.close()

    page.reload()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    assert page.evaluate(KEPT) == token
    assert not any(token in address for address in (page.url, *requests))
    (job,) = (job for job in list_jobs(server.home / "runs").jobs if job.spec.seed == 6)
    assert job.owner == hashlib.sha256(token.encode()).hexdigest()
    folder = server.home / "runs" / job.id
    with at_rest(folder):  # or a file that is seen may be gone before it is read
        assert not any(token.encode() in file.read_bytes() for file in folder.iterdir())

    name = shown(page).input_value()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled after")).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Delete this run").click()
    page.get_by_role("button", name="Delete permanently").click()
    expect(shown(page)).not_to_have_value(name)  # only after it is gone
    expect(shown(page)).to_have_value(re.compile("recorded|100 epochs"))
    assert not folder.exists()


def test_a_killed_server_loses_no_run_and_no_owner(browser, tmp_path):
    context = browser.new_context()
    page = context.new_page()
    with serve(tmp_path) as first:
        page.goto(f"{first}/training?data=shapes&epochs=100&seed=7")
        expect(page.get_by_role("textbox", name="Seed", exact=True)).to_have_value("7")
        train(page)
        expect(page.get_by_text(TWO_OR_MORE)).to_be_visible(timeout=SLOW)
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
    (job,) = list_jobs(tmp_path / "runs").running
    port = int(first.rpartition(":")[2])
    with serve(tmp_path, port) as second:
        page.goto(f"{second}/training")
        queue = page.locator("summary", has_text="Queue: 1 run training (yours)")
        expect(queue).to_be_visible()  # the browser has said whose
        settled(page)
        queue.press("Enter")
        expect(page.get_by_text("Your run is training")).to_be_visible()
        page.get_by_role("button", name="Show this run").click()
        expect(page.get_by_text(re.compile("Epoch [0-9]+ of 100"))).to_be_visible()
        cancel = page.get_by_role("button", name="Cancel")
        expect(cancel).to_have_count(1)  # that in the queue goes last
        cancel.click()
        expect(page.get_by_text(re.compile("Cancelled after"))).to_be_visible(timeout=SLOW)
    now = read_job(tmp_path / "runs" / job.id)
    assert now.state == "cancelled"
    assert now.history[: len(job.history)] == job.history
    context.close()


def test_a_killed_worker_goes_on_at_a_press(server, page):
    page.goto(f"{server}/training?data=shapes&epochs=100&seed=8")
    expect(page.get_by_role("textbox", name="Seed", exact=True)).to_have_value("8")
    train(page)
    expect(page.get_by_text(TWO_OR_MORE)).to_be_visible(timeout=SLOW)
    (job,) = list_jobs(server.home / "runs").running
    kill_worker(server.home / "runs" / job.id)
    expect(page.get_by_text("without an error message")).to_be_visible()
    expect(charts(page)).to_have_count(2)
    page.get_by_role("button", name=re.compile("Continue after epoch")).click()
    expect(page.get_by_text(re.compile("Epoch [0-9]+ of 100"))).to_be_visible(timeout=SLOW)
    now = read_job(server.home / "runs" / job.id)
    assert now.history[: len(job.history)] == job.history


def test_without_the_photographs_a_failed_download_says_what_to_do(server, page):
    (server.home / "data").touch()  # no folder: nothing can be downloaded, with a network or not
    page.goto(f"{server}/training")
    page.locator("summary", has_text="Train your own network").press("Enter")
    page.get_by_role("button", name="Place the files yourself").click()
    expect(page.get_by_text("cifar-10-binary.tar.gz")).to_be_visible()
    page.keyboard.press("Escape")
    train(page)
    failed = page.get_by_text(re.compile("Training failed after 0 of 25 epochs"))
    expect(failed).to_contain_text("or train on the built-in shapes", timeout=SLOW)
    expect(page.get_by_role("button", name="Start again")).to_be_visible()
    page.get_by_role("button", name="Use the shapes instead").click()
    expect(page.get_by_role("combobox", name="Images")).to_have_value("shapes")

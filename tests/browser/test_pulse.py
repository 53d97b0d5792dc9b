"""When the page Training asks how its runs stand: its script alone, with a clock of ours."""

from datetime import datetime
from pathlib import Path

from playwright.sync_api import Browser

PULSE = Path(__file__).resolve().parents[2] / "pages" / "ui" / "training" / "pulse.js"
BEGIN = """() => { %s
  window.asked = 0;
  const parentElement = document.body;
  const setTriggerValue = () => (asked += 1);
  window.stop = pulse({ data: { every: 1 }, parentElement, setTriggerValue });
  pulse({ data: { every: 1 }, parentElement, setTriggerValue }); // as after each run of Python
  window.slow = () => { pulse({ data: { every: 60 }, parentElement, setTriggerValue }); };
  window.hidden_ = false;
  Object.defineProperty(document, "hidden", { get: () => hidden_ });
}"""


def test_python_is_asked_as_often_as_it_says_but_not_while_it_computes_or_a_hand_is_at_work(
    browser: Browser,
):
    page = browser.new_context().new_page()
    page.clock.install(time=datetime(2026, 1, 1))
    page.clock.pause_at(datetime(2026, 1, 2))  # from here on it goes only when it is told to
    page.set_content("<main data-testid=stApp data-test-script-state=notRunning></main><button>")
    page.evaluate(BEGIN % PULSE.read_text().replace("export default", "const pulse ="))

    def asked_within(seconds: int) -> int:
        before = page.evaluate("asked")
        page.clock.run_for(1000 * seconds)
        return page.evaluate("asked") - before

    assert asked_within(3) == 3
    page.get_by_test_id("stApp").evaluate("app => (app.dataset.testScriptState = 'running')")
    assert asked_within(3) == 0
    page.get_by_test_id("stApp").evaluate("app => (app.dataset.testScriptState = 'notRunning')")
    page.clock.run_for(500)
    page.get_by_role("button").click()
    assert asked_within(1) == 0  # what the press does may not have come back yet
    assert asked_within(3) == 3
    page.clock.run_for(250)
    page.keyboard.press("Tab")
    assert asked_within(1) == 0
    page.evaluate("hidden_ = true")
    assert asked_within(3) == 0  # nobody looks
    page.evaluate("slow()")  # nothing trains any more
    assert asked_within(200) == 0
    page.evaluate("hidden_ = false")
    assert asked_within(1) == 1  # whoever comes back sees what has happened since
    assert asked_within(59) == 0
    assert asked_within(600) == 10
    page.evaluate("stop()")
    page.context.close()

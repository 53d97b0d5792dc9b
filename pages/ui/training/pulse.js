// Asks Python for the state of the runs every few seconds. Streamlit's own timer (run_every) may send
// the widgets' values at any moment: just after a press these are values that Python has replaced
// since, and the press is undone. So the request waits while Python computes, just after a press or
// a key, and while the page is hidden; after a return to the page it is sent within a second.
const REST = 1000; // ms after a press or a key

let touched = -REST;
for (const kind of ["pointerdown", "pointerup", "click", "keydown"]) {
  document.addEventListener(kind, () => (touched = performance.now()), { capture: true });
}
const running = () =>
  document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "running";

export default ({ data, parentElement, setTriggerValue }) => {
  const every = 1000 * data.every;
  const ask = () => {
    const later = document.hidden || running() || performance.now() - touched < REST;
    parentElement.pulse = setTimeout(ask, later ? REST : every);
    if (!later) setTriggerValue("due", true);
  };
  clearTimeout(parentElement.pulse);
  parentElement.pulse = setTimeout(ask, every);
  return () => clearTimeout(parentElement.pulse);
};

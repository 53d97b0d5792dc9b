// Asks Python how the runs stand, every so many seconds. Streamlit's own timer (run_every) would
// send, at any moment, what the widgets hold: just after a press, that is what Python has replaced
// since, and the press is undone. So the question waits while Python computes or a hand is at work,
// and while nobody looks; whoever comes back to the page is answered within a second.
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

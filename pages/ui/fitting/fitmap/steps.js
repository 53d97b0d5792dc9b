// The steps of both searches, side by side.

const PACE = 160; // ms a step, in an animation to the end

function stepsView(parent, onStep) {
  const field = el(parent, "div", "steps", `
    <div class="bar" role="group" aria-label="Steps of the search from your Q">
      <button type="button" data-go="first">Start again</button>
      <button type="button" data-go="back">Step back</button>
      <button type="button" data-go="on" class="main">Step</button>
      <button type="button" data-go="last">To the end</button>
      <input type="range" min="0" step="1" aria-label="Step of the search">
    </div>
    <div class="said" role="status"><span class="pq"></span><span class="qp"></span></div>`);
  const range = field.querySelector("input");
  const said = field.querySelector(".said");
  const [forward, reverse] = said.children;
  let [paths, key, now, wanted, timer] = [null, "", 0, null, 0];
  let units = null; // {unit, nats}

  // Takes the searches from Python, null until it has answered, and the step that a link names.
  function receive(results, first) {
    const latest = JSON.stringify([results?.pq, results?.qp]);
    paths = results;
    if (!results || latest !== key) clearTimeout(timer); // the animation of a former search
    if (!results || latest === key) return;
    [key, now] = [latest, key ? 0 : Math.min(first, last())];
    note();
    if (wanted) go(wanted); // pressed while Python was computing
    wanted = null;
  }

  const last = () => Math.max(paths.pq.length, paths.qp.length) - 1;

  function go(where) {
    clearTimeout(timer);
    if (!paths) {
      wanted = where;
      return;
    }
    if (where === "last") return run();
    now = clamp({ first: 0, back: now - 1, on: now + 1 }[where] ?? where, 0, last());
    note();
    onStep();
  }

  const note = () => putInAddress({ step: now ? String(now) : "" });

  function run() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) now = last();
    else now = Math.min(now + 1, last());
    said.setAttribute("aria-live", now < last() ? "off" : "polite"); // only the end is announced
    onStep();
    if (now < last()) timer = setTimeout(run, PACE);
    else note(); // not at each step: browsers limit how often an address may change
  }

  // The Gaussians of this step, by direction; null at the start.
  function current() {
    if (!paths || now === 0) return null;
    const at = (path) => path[Math.min(now, path.length - 1)];
    return { pq: at(paths.pq), qp: at(paths.qp) };
  }

  function paint(latest) {
    units = latest;
    const end = paths ? last() : 0;
    setAttributes(range, { max: end, "aria-valuetext": `step ${now} of ${end}` });
    range.value = now;
    for (const button of field.querySelectorAll("button")) {
      const done = { first: now === 0, back: now === 0, on: now === end, last: now === end };
      button.setAttribute("aria-disabled", paths !== null && done[button.dataset.go]);
    }
    if (!paths) return;
    tell(reverse, "KL(Q‖P)", paths.qp, paths.converged ? "a local minimum" : "no minimum found");
    tell(forward, "KL(P‖Q)", paths.pq, "the global minimum");
  }

  function tell(place, title, path, result) {
    const [end, at] = [path.length - 1, Math.min(now, path.length - 1)];
    const { unit, nats } = units;
    const divergence = () => `${title} = ${quantity(path[at][2] / nats, unit)}`;
    const said = end < 1 ? `${title} = ∞ ${unit} for every Gaussian`
      : `Step ${at} of ${end}: ${named(path[at])}, ${divergence()}`
        + (at < end ? "" : `, ${result}`);
    setText(place, said);
  }

  field.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button && button.getAttribute("aria-disabled") !== "true") go(button.dataset.go);
  });
  range.addEventListener("input", () => go(Number(range.value)));

  return { receive, paint, current, at: () => now };
}

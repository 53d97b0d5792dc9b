// Going along both searches at once, step by step.

const PACE = 160; // ms a step on the way to the end

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
  const [forForward, forBackward] = said.children;
  let [paths, key, now, wanted, timer] = [null, "", 0, null, 0];

  // The searches as Python sent them, null until it has answered; the step that a link names.
  function receive(found, first) {
    const latest = JSON.stringify([found?.pq, found?.qp]);
    paths = found;
    if (!found || latest !== key) clearTimeout(timer); // it was on its way to another end
    if (!found || latest === key) return;
    [key, now] = [latest, key ? 0 : Math.min(first, last())];
    note();
    if (wanted) go(wanted); // pressed while Python was at work
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
    said.setAttribute("aria-live", now < last() ? "off" : "polite"); // only the end is read out
    onStep();
    if (now < last()) timer = setTimeout(run, PACE);
    else note(); // not at each step: browsers limit how often an address may change
  }

  // The Gaussians of the step, by direction; null where there is none.
  function current() {
    if (!paths || now === 0) return null;
    const at = (path) => path[Math.min(now, path.length - 1)];
    return { pq: at(paths.pq), qp: at(paths.qp) };
  }

  function paint({ unit, nats }) {
    const end = paths ? last() : 0;
    setAttributes(range, { max: end, "aria-valuetext": `step ${now} of ${end}` });
    range.value = now;
    for (const button of field.querySelectorAll("button")) {
      const done = { first: now === 0, back: now === 0, on: now === end, last: now === end };
      button.setAttribute("aria-disabled", paths !== null && done[button.dataset.go]);
    }
    if (!paths) return;
    tell(forBackward, "KL(Q‖P)", paths.qp, unit, nats);
    tell(forForward, "KL(P‖Q)", paths.pq, unit, nats);
  }

  function tell(place, title, path, unit, nats) {
    const [end, at] = [path.length - 1, Math.min(now, path.length - 1)];
    const rest = at < end ? "" : title === "KL(P‖Q)" ? ", the least there is" : ", falls no more";
    const said = end < 1 ? `${title} = ∞ ${unit}: there is no way down` : `Step ${at} of ${end}: `
      + `${named(path[at])}, ${title} = ${quantity(path[at][2] / nats, unit)}${rest}`;
    setText(place, said);
  }

  field.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button && button.getAttribute("aria-disabled") !== "true") go(button.dataset.go);
  });
  range.addEventListener("input", () => go(Number(range.value)));

  return { receive, paint, current, at: () => now };
}

// q = N(μ, σ²) beside the prior, to drag. q belongs to Python: this shows what Python sends, changes
// its copy at once, and sends it back after a gesture. Each edit has a number; what Python sends in
// answer to an earlier edit is not painted.

const REST = 250; // ms after the last key, until Python hears of it
const NARROW = 30; // rem, below which all is lower
const HINT = "Drag the round handle sideways for q’s mean μ, the flat one for its standard "
  + "deviation σ. Keys: arrows, Page Up and Page Down, Home and End.";

const STEPS = {
  mean: { small: 0.1, large: 1 },
  std: { small: 0.05, large: 0.5 },
};
const WAYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

export default mount(".gaussian", view);

function view(root) {
  const sums = el(root, "div", "sums", sumHtml("above", "Area above 0")
    + sumHtml("below", "Area below 0") + sumHtml("kl", "Together: KL(q‖p)"));
  const formula = el(root, "p", "formula");
  const curves = curvesView(root);
  el(root, "p", "note").textContent = HINT;
  let data, send; // what Python sent last, and how to answer
  let q; // [mean, std]
  let number = -1; // of the last edit
  let gesture = null; // {grip, offset, before}
  let waiting = null; // a timer: an edit that Python has not heard of
  let drawing = 0;

  function receive(latest, answer) {
    [data, send] = [latest, answer];
    if (gesture === null && waiting === null && data.number >= number) {
      q = [...data.q];
      number = data.number;
    }
    paint();
    putInAddress(data.address);
    return () => clearTimeout(waiting);
  }

  function change(next) {
    q = next;
    if (!drawing) drawing = requestAnimationFrame(paint);
  }

  function finish() {
    clearTimeout(waiting);
    waiting = null;
    if (q[0] !== data.q[0] || q[1] !== data.q[1] || data.number !== number) {
      number += 1;
      send({ number, q });
    }
    paint();
  }

  function ask(what) {
    if (waiting !== null) { // Python knows nothing yet of what is to be undone
      clearTimeout(waiting);
      waiting = null;
      q = [...data.q];
      return paint();
    }
    number += 1;
    send({ number, ask: what });
  }

  // What is shown

  function paint() {
    cancelAnimationFrame(drawing);
    drawing = 0;
    const width = root.clientWidth;
    if (!width) return;
    const size = width < NARROW * remSize() ? [width, 190, 130] : [width, 230, 150];
    curves.paint({ q, limits: data.limits, size, held: gesture !== null });
    const found = areas(q);
    for (const [name, value] of Object.entries(found)) {
      const unit = name === "kl" ? quantity(value, "nats") : text(value);
      tellFigure(sums.querySelector(`.${name} output`), unit);
    }
    formula.textContent = filled(q, found.kl);
    curves.say(`Densities of q = N(μ = ${text(q[0])}, σ = ${text(q[1])}) and of the prior N(0, 1). `
      + `Below, q times the logarithm of q/p: area ${text(found.above)} above 0 and `
      + `${text(found.below)} below 0, together KL(q‖p) = ${quantity(found.kl, "nats")}.`);
    root.classList.toggle("held", gesture !== null);
  }

  // The closed form, with q's numbers in it.
  function filled([mean, std], kl) {
    const minusOf = (value) => (value < 0 ? `+ ${text(-value)}` : `− ${text(value)}`);
    const log = 2 * Math.log(std);
    const plus = log < 0 ? `− ${text(-log)}` : `+ ${text(log)}`;
    return `−½ (1 + ln σ² − μ² − σ²) = −½ (1 ${plus} ${minusOf(mean ** 2)} ${minusOf(std ** 2)}) = `
      + quantity(kl, "nats");
  }

  // What the visitor does

  const limitsOf = (grip) => (grip === "mean" ? [data.limits.low, data.limits.high]
    : [data.limits.narrowest, data.limits.widest]);
  const withGrip = (grip, value) => {
    const kept = rounded(clamp(value, ...limitsOf(grip)));
    return grip === "mean" ? [kept, q[1]] : [q[0], kept];
  };

  root.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest(".handle");
    if (!handle || event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    if (waiting !== null) finish();
    const box = handle.getBoundingClientRect(); // one that is taken at its edge does not jump
    const offset = box.left + box.width / 2 - event.clientX;
    gesture = { grip: handle.dataset.grip, offset, before: q };
  });
  root.addEventListener("pointermove", (event) => {
    if (!gesture || !event.isPrimary) return;
    const x = curves.at({ clientX: event.clientX + gesture.offset });
    change(withGrip(gesture.grip, gesture.grip === "mean" ? x : Math.abs(x - q[0])));
  });
  root.addEventListener("pointerup", (event) => {
    if (!gesture || !event.isPrimary) return;
    gesture = null;
    finish();
  });
  root.addEventListener("pointercancel", (event) => { // not the visitor's doing: all is as it was
    if (!gesture || !event.isPrimary) return;
    [q, gesture] = [gesture.before, null];
    receive(data, send);
  });

  root.addEventListener("keydown", (event) => {
    const grip = event.target.closest("[data-grip]")?.dataset.grip;
    if (!grip) return;
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (key === "z" || key === "y") {
        event.preventDefault();
        ask(key === "y" || event.shiftKey ? "redo" : "undo");
      }
      return;
    }
    const [low, high] = limitsOf(grip);
    const now = grip === "mean" ? q[0] : q[1];
    const { small, large } = STEPS[grip];
    const to = { Home: low, End: high, PageUp: now + large, PageDown: now - large }[event.key]
      ?? (event.key in WAYS ? now + small * WAYS[event.key] : null);
    if (to === null) return;
    event.preventDefault();
    change(withGrip(grip, to));
    paint();
    clearTimeout(waiting);
    waiting = setTimeout(finish, REST);
  });
  root.addEventListener("focusout", () => { if (waiting !== null) finish(); });

  onNewLook(root, () => { if (data) paint(); });

  return { receive };
}

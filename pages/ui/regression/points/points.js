// Points to drag and the four lines through them. The points belong to Python: this shows what
// Python sends, changes its copy at once, and sends back all points after a gesture. Each edit has
// a number; what Python sends in answer to an earlier edit is not painted. While the hand moves,
// fits.js finds the lines; Python's take their place when it has answered.

const REST = 250; // ms after the last key, until Python hears of it
const WIDE = 40; // rem, from which the names beside the plot have more room
const NUDGE = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] };
const LEAP = { PageUp: [0, 1], PageDown: [0, -1] };
const FINE = 0.1, COARSE = 10; // times a nudge: with Alt, and with Shift
const HOW = "Drag a point, or press Tab until it is marked and move it with the arrow keys (with "
  + "Shift ten times as far). Delete removes it. A double click beside the points adds one. "
  + "Shaded: one σ to either side of the line with growing σ.";

export default mount(".points", view);

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function view(root) {
  const plot = plotView(root);
  const row = el(root, "div", "row");
  const about = el(row, "span", "about");
  const remove = setAttributes(el(row, "button", "", "Remove this point"), { type: "button" });
  const status = setAttributes(el(root, "div", "status"), { role: "status" });
  const readouts = el(root, "ul", "readouts");
  el(root, "p", "note", HOW);
  let data, send; // what Python sent last, and how to answer
  let points; // as Python has them: [x, y] each
  let number = -1; // of the last edit
  let found = null; // the fits of the last points that no trouble keeps from having them
  let taken = null; // the point that was last touched
  let gesture = null; // {before, offset}
  let waiting = null; // a timer: an edit that Python has not heard of
  let drawing = 0;

  function receive(latest, answer) {
    [data, send] = [latest, answer];
    let longer = false;
    if (gesture === null && waiting === null && data.number >= number) {
      longer = points !== undefined && isLonger(data.points, points);
      if (!same(points, data.points)) {
        say("");
        if (points && points.length > data.points.length) taken = null;
      }
      points = structuredClone(data.points);
      number = data.number;
    }
    paint();
    if (longer) plot.reveal(points.length - 1);
    putInAddress(data.address);
    return () => clearTimeout(waiting);
  }

  // Changes

  function change(next) {
    points = next;
    if (!drawing) drawing = requestAnimationFrame(paint);
  }

  const moved = (place, to) => points.map((point, i) => (i === place ? to : point));

  function finish() {
    clearTimeout(waiting);
    waiting = null;
    if (same(points, data.points) && data.number === number) return paint(); // nothing came of it
    number += 1;
    send({ number, points });
    paint();
  }

  function ask(what) {
    if (waiting !== null) { // Python knows nothing yet of what is to be undone
      clearTimeout(waiting);
      waiting = null;
      points = structuredClone(data.points);
      return paint();
    }
    number += 1;
    send({ number, ask: what });
  }

  // Points that Python would not take are refused here, in its words.
  function attempt(next) {
    const trouble = troubleOf(next, data.limits);
    say(trouble);
    if (trouble) return false;
    points = next;
    finish();
    return true;
  }

  const say = (message) => setText(status, message);

  // What is shown

  function paint() {
    cancelAnimationFrame(drawing);
    drawing = 0;
    const width = root.clientWidth;
    if (!width || !data) return;
    if (same(points, data.points) && data.number >= number) found = data.found;
    else if (!troubleOf(points, data.limits)) found = fitsOf(points, data.df);
    const wide = width >= WIDE * remSize();
    root.classList.toggle("held", gesture !== null);
    const lines = data.models.map((model) => ({ ...model, line: found[model.key] }));
    if (data.true) lines.push({ key: "true", short: "true line", line: data.true });
    const size = [width, wide ? 420 : 340];
    plot.paint({ points, lines, taken, size, wide, limits: data.limits });
    const drawnLines = lines.filter(({ line }) => line);
    plot.say(`${points.length} points and ${drawnLines.length} lines. ${drawnLines
      .map(({ short, line }) => `${short}: ${equation(line)}`).join("; ")}.`);
    paintReadouts();
    paintTaken();
  }

  function paintReadouts() {
    fillList(readouts, data.models.length, (i) => {
      const { key, title } = data.models[i];
      const swatch = `<svg width="34" height="12" aria-hidden="true"><line x1="3" x2="31" y1="6" `
        + `y2="6" class="line ${key}"></line></svg>`;
      el(readouts, "li", key, `${swatch}${titled(title)}`)
        .querySelector("b").after(document.createElement("span"));
    });
    data.models.forEach(({ key }, i) => {
      const line = found[key];
      const [, formula, nats] = readouts.children[i].querySelector("[role=status]").children;
      setText(formula, line ? equation(line) : "no line");
      tellFigure(nats, line ? `mean −log q: ${text(line.nats)}` : "");
    });
  }

  function paintTaken() {
    const point = points[taken];
    setAttributes(remove, { "aria-disabled": !point });
    const line = found.normal;
    const far = point && line ? rounded(point[1] - heightAt(line, point[0])) : 0;
    setText(about, point ? `Point ${taken + 1}: x ${text(point[0])}, y ${text(point[1])}`
      + `${line ? `; residual ${far > 0 ? "+" : ""}${minus(far)} from the least squares line` : ""}`
      : "No point is taken.");
  }

  // What the visitor does

  function follow(event) {
    change(moved(taken, plot.from(event, gesture.offset)));
    say(troubleOf(points, data.limits));
  }

  function release() {
    const { before } = gesture;
    gesture = null;
    if (troubleOf(points, data.limits)) points = before;
    finish();
  }

  function drop() {
    if (taken === null || !points[taken]) return;
    const place = taken;
    if (attempt(points.filter((_, i) => i !== place))) {
      taken = Math.min(place, points.length - 1);
      paint();
      plot.focus(taken);
    }
  }

  const handleOf = (event) => event.target.closest?.(".handle");

  plot.field.addEventListener("pointerdown", (event) => {
    if (!handleOf(event) || event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    const handle = plot.nearest(event);
    handle.setPointerCapture(event.pointerId);
    if (waiting !== null) finish();
    const box = handle.getBoundingClientRect();
    gesture = { before: points, offset: { // a point taken at its edge does not jump
      x: box.left + box.width / 2 - event.clientX, y: box.top + box.height / 2 - event.clientY,
    } };
    handle.focus({ preventScroll: true });
    paint();
  });
  plot.field.addEventListener("pointermove", (event) => {
    if (gesture && event.isPrimary) follow(event);
  });
  plot.field.addEventListener("pointerup", (event) => {
    if (gesture && event.isPrimary) release();
  });
  plot.field.addEventListener("pointercancel", (event) => { // not the visitor's doing: as it was
    if (!gesture || !event.isPrimary) return;
    [points, gesture] = [gesture.before, null];
    say("");
    receive(data, send);
  });
  plot.field.addEventListener("dblclick", (event) => {
    if (handleOf(event) || !plot.within(event)) return;
    if (attempt([...points, plot.from(event)])) {
      taken = points.length - 1;
      paint();
      plot.focus(taken);
    }
  });
  plot.field.addEventListener("focusin", (event) => {
    taken = Number(handleOf(event).dataset.place);
    if (!gesture) paint();
  });
  remove.addEventListener("click", drop);

  root.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (key === "z" || key === "y") {
        event.preventDefault();
        ask(key === "y" || event.shiftKey ? "redo" : "undo");
      }
      return;
    }
    if (!handleOf(event)) return;
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      return drop();
    }
    const times = event.shiftKey ? COARSE : event.altKey ? FINE : 1;
    const by = NUDGE[event.key]?.map((part) => part * times) ?? LEAP[event.key];
    const { left, right, bottom, top } = data.limits;
    const [x, y] = points[taken];
    const to = event.key === "Home" ? [x, bottom] : event.key === "End" ? [x, top]
      : by && [clamp(x + by[0], left, right), clamp(y + by[1], bottom, top)];
    if (!to) return;
    event.preventDefault();
    const next = moved(taken, to.map(rounded));
    const trouble = troubleOf(next, data.limits);
    say(trouble);
    if (trouble) return;
    change(next);
    paint();
    clearTimeout(waiting);
    waiting = setTimeout(finish, REST);
  });
  root.addEventListener("focusout", () => { if (waiting !== null) finish(); });
  onNewLook(root, () => { if (data) paint(); });

  return { receive };
}

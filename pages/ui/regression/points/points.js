// Points to drag and the four lines fitted to them. During a drag, fits.js fits the lines; when
// Python has answered, its lines replace them.

const WIDE = 40; // rem, from which the names beside the plot have more room
const NUDGE = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] };
const LEAP = { PageUp: [0, 1], PageDown: [0, -1] };
const FINE = 0.1, COARSE = 10; // times a nudge: with Alt, and with Shift
const HOW = "Drag a point, or select it with Tab and move it with the arrow keys (with Shift ten "
  + "times as far). Delete removes it; a double click between the points adds one. Shaded: one σ(x) "
  + "to either side of the heteroscedastic line. NLL: negative log-likelihood.";

export default mount(".points", view);

function view(root) {
  const plot = plotView(root);
  const row = el(root, "div", "row");
  const about = el(row, "span", "about");
  const remove = setAttributes(el(row, "button", "", "Remove this point"), { type: "button" });
  const status = setAttributes(el(root, "div", "status"), { role: "status" });
  const readouts = el(root, "ul", "readouts");
  el(root, "p", "note", HOW);
  let fits = null; // of the last points that Python would not refuse
  let selected = null; // the point that was last touched
  const editor = new Editor(root, {
    of: (data) => data.points, // [x, y] each
    message: (points) => ({ points }),
    paint,
    received(former) {
      if (same(former, editor.state)) return;
      say("");
      if (former?.length > editor.state.length) selected = null;
    },
    restored: () => say(""),
    added: { list: (points) => points, last: () => plot.handle(editor.state.length - 1) },
  });

  // Changes

  const moved = (place, to) => editor.state.map((point, i) => (i === place ? to : point));
  const trouble = (points) => troubleOf(points, editor.data.limits);

  // Points that Python would refuse are refused here, in its words.
  function attempt(next) {
    say(trouble(next));
    if (trouble(next)) return false;
    editor.state = next;
    editor.finish();
    return true;
  }

  const say = (message) => setText(status, message);

  // What is shown

  function paint() {
    const { state: points, data, drag } = editor;
    const width = root.clientWidth;
    if (!width || !data) return;
    if (editor.agrees()) fits = data.fits;
    else if (!trouble(points)) fits = fitsOf(points, data.df);
    const wide = width >= WIDE * remSize();
    root.classList.toggle("held", drag !== null);
    const lines = data.models.map((model) => ({ ...model, line: fits[model.key] }));
    if (data.true) lines.push({ key: "true", short: "true line", line: data.true });
    const size = [width, wide ? 380 : 310];
    plot.paint({ points, lines, selected, size, wide, limits: data.limits });
    const drawnLines = lines.filter(({ line }) => line);
    plot.say(`${points.length} points and ${drawnLines.length} lines. ${drawnLines
      .map(({ short, line }) => `${short}: ${equation(line)}`).join("; ")}.`);
    paintReadouts(data);
    paintSelected(points[selected]);
  }

  function paintReadouts(data) {
    fillList(readouts, data.models.length, (i) => {
      const { key, title } = data.models[i];
      const swatch = `<svg width="34" height="12" aria-hidden="true"><line x1="3" x2="31" y1="6" `
        + `y2="6" class="line ${key}"></line></svg>`;
      el(readouts, "li", key, `${swatch}${titled(title)}`)
        .querySelector("b").after(document.createElement("span"));
    });
    data.models.forEach(({ key }, i) => {
      const line = fits[key];
      const [, formula, nats] = readouts.children[i].querySelector("[role=status]").children;
      setText(formula, line ? equation(line) : "no fit");
      tellFigure(nats, line ? `mean NLL: ${text(line.nats)} nats` : "");
    });
  }

  function paintSelected(point) {
    setAttributes(remove, { "aria-disabled": !point });
    const line = fits.normal;
    const far = point && line ? rounded(point[1] - heightAt(line, point[0])) : 0;
    setText(about, point ? `Point ${selected + 1}: x ${text(point[0])}, y ${text(point[1])}`
      + `${line ? `; residual ${far > 0 ? "+" : ""}${minus(far)} (least squares)` : ""}`
      : "No point selected.");
  }

  // What the visitor does

  function drop() {
    if (selected === null || !editor.state[selected]) return;
    const place = selected;
    if (attempt(editor.state.filter((_, i) => i !== place))) {
      selected = Math.min(place, editor.state.length - 1);
      paint();
      plot.handle(selected)?.focus();
    }
  }

  const handleOf = (event) => event.target.closest?.(".handle");

  editor.drags(plot.field, {
    grab(event) {
      if (!handleOf(event)) return null;
      const handle = plot.nearest(event);
      handle.focus({ preventScroll: true });
      root.classList.add("held");
      return { handle };
    },
    follow(place) {
      editor.change(moved(selected, plot.from(place)));
      say(trouble(editor.state));
    },
    release(before) {
      if (trouble(editor.state)) editor.state = before;
    },
  });
  plot.field.addEventListener("dblclick", (event) => {
    if (handleOf(event) || !plot.within(event)) return;
    if (attempt([...editor.state, plot.from(event)])) {
      selected = editor.state.length - 1;
      paint();
      plot.handle(selected)?.focus();
    }
  });
  plot.field.addEventListener("focusin", (event) => {
    selected = Number(handleOf(event).dataset.place);
    if (!editor.drag) paint();
  });
  remove.addEventListener("click", drop);

  root.addEventListener("keydown", (event) => {
    if (editor.asks(event) || !handleOf(event)) return;
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      return drop();
    }
    const times = event.shiftKey ? COARSE : event.altKey ? FINE : 1;
    const by = NUDGE[event.key]?.map((part) => part * times) ?? LEAP[event.key];
    const { left, right, bottom, top } = editor.data.limits;
    const [x, y] = editor.state[selected];
    const to = event.key === "Home" ? [x, bottom] : event.key === "End" ? [x, top]
      : by && [clamp(x + by[0], left, right), clamp(y + by[1], bottom, top)];
    if (!to) return;
    event.preventDefault();
    const next = moved(selected, to.map(rounded));
    say(trouble(next));
    if (!trouble(next)) editor.step(next);
  });
  onRestyle(root, () => { if (editor.data) paint(); });

  return editor;
}

// P and Q on the line, and both divergences over every Gaussian. The fit belongs to Python: this
// shows what Python sends, changes its copy at once, and sends back the whole fit after a gesture.
// Each edit has a number; what Python sends in answer to an earlier edit is not painted.

const REST = 250; // ms after the last key, until Python hears of it
const WIDE = 46; // rem, from which the two maps stand side by side

const HINTS = {
  hills: "Drag a round handle: sideways for the mean, P’s also up and down for the weight. A flat "
    + "handle sets a width. Delete removes a hill. On a map, drag Q, or press where it is to go.",
  bins: "Draw P with the pointer, as with a pencil. Keys: Left and Right go from bin to bin, Up "
    + "and Down change one.",
};

export default mount(".fitmap", view);

function view(root) {
  const sums = el(root, "div", "sums", ["pq", "qp"].map((way) =>
    sumHtml(way, DIRECTIONS[way].title, "<small></small>")).join(""));
  const line = lineView(root);
  const status = setAttributes(el(root, "div", "status"), { role: "status" });
  const steps = stepsView(root, () => paint());
  const field = el(root, "div", "maps");
  const maps = { pq: mapView(field, "pq"), qp: mapView(field, "qp") };
  const under = el(root, "p", "note", "");
  let data, send; // what Python sent last, and how to answer
  let fit; // hills, bins and q, as Python has them
  let number = -1; // of the last edit
  let truth = null; // P, normalised, with its moments; of the last fit that is one
  let measured = ""; // the P and the unit that the maps were computed for
  let gesture = null; // {grip, index, map, before, offset, from, scale}
  let waiting = null; // a timer: an edit that Python has not heard of
  let drawing = 0;
  let look = null; // the width, and the theme's colours: read when they may have changed

  function receive(latest, answer) {
    [data, send] = [latest, answer];
    lookAgain();
    let longer = false;
    if (gesture === null && waiting === null && data.number >= number) {
      longer = fit !== undefined && isLonger(data.fit.hills, fit.hills);
      if (!same(fit, data.fit)) say("");
      fit = structuredClone(data.fit);
      number = data.number;
    }
    paint();
    if (longer && fit.hills.length > 1) reveal(line.handleOf("hill", fit.hills.length - 1));
    hint();
    putInAddress(data.address);
    return () => clearTimeout(waiting);
  }

  // To read these while drawing would make the browser lay everything out once more.
  function lookAgain() {
    const style = getComputedStyle(root);
    const of = (name) => style.getPropertyValue(`--st-${name}-color`).trim();
    const [pq, qp, background, ink] = ["blue", "orange", "background", "text"].map(of);
    const colours = { pq, qp, background, ink };
    const rem = remSize();
    makeRoom(rem);
    const width = root.clientWidth;
    const kept = same(colours, look?.colours) ? look.colours : colours;
    look = { width, rem, wide: width >= WIDE * rem, colours: kept };
  }

  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const sameP = () => same([fit.hills, fit.bins], [data.fit.hills, data.fit.bins]);

  // Changes

  function change(next) {
    fit = next;
    if (!drawing) drawing = requestAnimationFrame(paint);
  }

  function finish() {
    clearTimeout(waiting);
    waiting = null;
    if (same(fit, data.fit) && data.number === number) return paint(); // nothing came of it
    number += 1;
    send({ number, ...fit });
    paint();
  }

  function ask(what) {
    if (waiting !== null) { // Python knows nothing yet of what is to be undone
      clearTimeout(waiting);
      waiting = null;
      fit = structuredClone(data.fit);
      return paint();
    }
    number += 1;
    send({ number, ask: what });
  }

  const say = (message) => setText(status, message);

  // What is shown

  function paint() {
    cancelAnimationFrame(drawing);
    drawing = 0;
    if (!look?.width) return;
    const { width, wide, colours } = look;
    const { limits, unit, nats } = data;
    const latest = truthOf(fit, limits);
    const trouble = troubleOf(fit.bins, latest);
    if (!trouble) truth = latest;
    const key = JSON.stringify([unit, fit.hills, fit.bins]);
    if (!trouble && key !== measured) {
      measured = key;
      for (const map of Object.values(maps)) map.measure(truth, limits, nats);
    }
    const live = divergences(truth, fit.q);
    const fresh = same(fit, data.fit) && data.number >= number;
    steps.receive(fresh ? data.found : null, data.step);
    steps.paint({ unit, nats });
    paintSums(live, sameP());
    line.paint({
      fit, truth, limits, step: fresh ? steps.current() : null, held: gesture !== null,
      total: gesture?.scale?.total ?? sum(fit.bins),
      size: [width, wide ? 250 : 220, wide ? 92 : 84],
    });
    const size = wide ? [Math.floor((width - look.rem) / 2), 310] : [width, 270];
    for (const map of Object.values(maps)) {
      map.paint({
        q: fit.q, limits, live, unit, nats, size, python: data.found,
        sameP: sameP(), sameQ: fresh,
        step: steps.at(), colours,
        ratio: gesture ? 1 : Math.min(2, window.devicePixelRatio),
      });
    }
    root.classList.toggle("held", gesture !== null);
    root.classList.toggle("wide", wide);
  }

  function paintSums(live, known) {
    const { unit, nats, found } = data;
    const least = { pq: found.pq.at(-1), qp: found.ends[0] };
    for (const way of ["pq", "qp"]) {
      const [output, small] = sums.querySelectorAll(`.${way} :is(output, small)`);
      tellFigure(output, quantity(live[way] / nats, unit));
      small.textContent = !known ? "least: …"
        : least[way] ? `least: ${quantity(least[way][2] / nats, unit)}, at ${named(least[way])}`
          : "no Gaussian is best";
    }
  }

  const mapAt = (event) => {
    const area = event?.target.closest?.(".map");
    return area && (area.matches(".pq") ? "pq" : "qp");
  };

  // The value of a map under the pointer, or how to take hold.
  function hint(event) {
    const way = mapAt(event);
    const [q, value] = (way && maps[way].under(event, data.limits)) ?? [];
    const about = q && quantity(Number((value / data.nats).toPrecision(3)), data.unit);
    const said = q ? `${named(q)}: ${DIRECTIONS[way].title} ≈ ${about}`
      : HINTS[fit?.bins.length ? "bins" : "hills"];
    setText(under, said);
  }

  // What the visitor does

  function begin(event, grip, index, map) {
    event.preventDefault();
    event.target.setPointerCapture(event.pointerId);
    if (waiting !== null) finish();
    gesture = { grip, index, map, before: structuredClone(fit), offset: { x: 0, y: 0 } };
    if (grip === "bin") {
      gesture.scale = { total: sum(fit.bins), least: line.least() };
      gesture.from = line.at(event);
      line.enter(index);
    } else {
      const handle = event.target.closest(".handle");
      handle?.focus();
      if (handle) { // a handle taken at its edge does not jump
        const box = handle.getBoundingClientRect();
        gesture.offset = {
          x: box.left + box.width / 2 - event.clientX, y: box.top + box.height / 2 - event.clientY,
        };
      } else map.marker.focus();
    }
    if (grip === "bin" || !event.target.closest(".handle")) follow(event);
  }

  function follow(event) {
    const { grip, index, map, offset } = gesture;
    const place = { clientX: event.clientX + offset.x, clientY: event.clientY + offset.y };
    if (grip === "both") {
      const [mean, std] = map.at(place, data.limits, true);
      return change(CARRIED.both(fit, 0, { mean, std }));
    }
    const to = line.at(place);
    if (grip !== "bin") return change(CARRIED[grip](fit, index, to, data.limits));
    change(pencilled(fit, gesture.from, to, data.limits, gesture.scale));
    gesture.from = to;
    say(troubleOf(fit.bins, truthOf(fit, data.limits)));
  }

  function release() {
    const { before } = gesture;
    gesture = null;
    if (troubleOf(fit.bins, truthOf(fit, data.limits))) fit = before;
    finish();
  }

  // By a key on one of a hill's handles.
  function drop(grip, index) {
    if (gesture || (grip !== "hill" && grip !== "width")) return;
    const hills = fit.hills.filter((_, i) => i !== index);
    const trouble = !hills.length ? "P needs a hill: add another one, then remove this."
      : sum(hills.map((hill) => hill[2])) ? ""
        : "The other hills have weight 0: give one more, then remove this.";
    say(trouble);
    if (trouble) return;
    fit = { ...fit, hills };
    finish();
    line.handleOf(grip, Math.min(index, hills.length - 1)).focus();
  }

  root.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    const grip = event.target.closest("[data-grip]");
    const way = mapAt(event);
    if (grip) begin(event, grip.dataset.grip, Number(grip.dataset.index), maps[grip.dataset.map]);
    // A finger on a map may want to scroll: it moves Q by a tap, or by Q's marker.
    else if (way && event.pointerType !== "touch" && maps[way].at(event, data.limits)) {
      begin(event, "both", 0, maps[way]);
    }
  });
  root.addEventListener("pointermove", (event) => {
    if (gesture && event.isPrimary) follow(event);
    else if (!gesture) hint(event);
  });
  root.addEventListener("pointerup", (event) => {
    if (gesture && event.isPrimary) release();
  });
  root.addEventListener("pointercancel", (event) => { // not the visitor's doing: all is as it was
    if (!gesture || !event.isPrimary) return;
    [fit, gesture] = [gesture.before, null];
    say("");
    receive(data, send);
  });
  root.addEventListener("click", (event) => {
    const way = mapAt(event);
    if (!way || event.pointerType !== "touch" || event.target.closest(".handle")) return;
    const q = maps[way].at(event, data.limits);
    if (!q) return;
    change(CARRIED.both(fit, 0, { mean: q[0], std: q[1] }));
    finish();
  });
  root.addEventListener("pointerleave", () => hint());

  root.addEventListener("keydown", (event) => {
    const element = event.target.closest("[data-grip]");
    if (!element) return;
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (key === "z" || key === "y") {
        event.preventDefault();
        ask(key === "y" || event.shiftKey ? "redo" : "undo");
      }
      return;
    }
    const [grip, index] = [element.dataset.grip, Number(element.dataset.index)];
    if (grip === "bin" && (key === "arrowleft" || key === "arrowright")) {
      event.preventDefault();
      return line.enter(clamp(index + (key === "arrowleft" ? -1 : 1), 0, fit.bins.length - 1));
    }
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      return drop(grip, index);
    }
    const next = KEYED[grip](fit, index, event.key, data.limits);
    if (!next) return;
    event.preventDefault();
    const trouble = troubleOf(next.bins, truthOf(next, data.limits));
    say(trouble);
    if (trouble) return;
    change(next);
    paint();
    clearTimeout(waiting);
    waiting = setTimeout(finish, REST);
  });
  root.addEventListener("focusout", () => { if (waiting !== null) finish(); });

  onNewLook(root, () => {
    lookAgain();
    if (data) paint();
  });

  return { receive };
}

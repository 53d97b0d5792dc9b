// P and Q on the line, and both divergences over every Gaussian.

const WIDE = 46; // rem, from which the two maps stand side by side

const HINTS = {
  hills: "Drag a round handle: sideways for the mean, P’s also up and down for the weight. A flat "
    + "handle sets a width. Delete removes a hill. On a map, drag Q, or press where it is to go.",
  bins: "Draw P with the pointer, as with a pencil. Keys: Left and Right go from bin to bin, Up "
    + "and Down change one.",
};

export default mount(".fitmap", view);

function view(root) {
  const sums = el(root, "div", "sums pinned", ["pq", "qp"].map((way) =>
    sumHtml(way, DIRECTIONS[way].title, "<small></small>")).join(""));
  const line = lineView(root);
  const status = setAttributes(el(root, "div", "status"), { role: "status" });
  const steps = stepsView(root, () => paint());
  const field = el(root, "div", "maps");
  const maps = { pq: mapView(field, "pq"), qp: mapView(field, "qp") };
  const under = el(root, "p", "note", "");
  let truth = null; // P, normalised, with its moments; of the last fit that is one
  let measured = ""; // the P and the unit that the maps were computed for
  let layout = null; // the width, and the theme's colours: read when they may have changed
  const editor = new Editor(root, {
    of: (data) => data.fit, // hills, bins and q
    message: (fit) => fit,
    paint,
    received: (former) => { if (!same(former, editor.state)) say(""); },
    restored: () => say(""),
    added: {
      list: (fit) => fit.hills,
      last: () => line.handleOf("hill", editor.state.hills.length - 1),
    },
  });

  function receive(data, send) {
    readStyle();
    const stop = editor.receive(data, send);
    hint();
    return stop;
  }

  // To read these while drawing would make the browser lay everything out once more.
  function readStyle() {
    const style = getComputedStyle(root);
    const of = (name) => style.getPropertyValue(`--st-${name}-color`).trim();
    const [pq, qp, background, ink] = ["blue", "orange", "background", "text"].map(of);
    const colours = { pq, qp, background, ink };
    const rem = remSize();
    makeRoom(rem);
    const width = root.clientWidth;
    const kept = same(colours, layout?.colours) ? layout.colours : colours;
    layout = { width, rem, wide: width >= WIDE * rem, colours: kept };
  }

  const trouble = (fit) => troubleOf(fit.bins, truthOf(fit, editor.data.limits));
  const say = (message) => setText(status, message);

  // What is shown

  function paint() {
    if (!layout?.width) return;
    const { width, wide, colours } = layout;
    const { state: fit, data, drag } = editor;
    const { limits, unit, nats } = data;
    const latest = truthOf(fit, limits);
    const isBad = troubleOf(fit.bins, latest) !== "";
    if (!isBad) truth = latest;
    const key = JSON.stringify([unit, fit.hills, fit.bins]);
    if (!isBad && key !== measured) {
      measured = key;
      for (const map of Object.values(maps)) map.measure(truth, limits, nats);
    }
    const live = divergences(truth, fit.q);
    const fresh = editor.agrees();
    const sameP = same([fit.hills, fit.bins], [data.fit.hills, data.fit.bins]);
    steps.receive(fresh ? data.results : null, data.step);
    steps.paint({ unit, nats });
    paintSums(live, sameP, data);
    line.paint({
      fit, truth, limits, step: fresh ? steps.current() : null, held: drag !== null,
      total: drag?.scale?.total ?? sum(fit.bins),
      size: [width, wide ? 250 : 220, wide ? 92 : 84],
    });
    const size = wide ? [Math.floor((width - layout.rem) / 2), 310] : [width, 270];
    for (const map of Object.values(maps)) {
      map.paint({
        q: fit.q, limits, live, unit, nats, size, python: data.results,
        sameP, sameQ: fresh,
        step: steps.at(), colours,
        ratio: drag ? 1 : Math.min(2, window.devicePixelRatio),
      });
    }
    root.classList.toggle("held", drag !== null);
    root.classList.toggle("wide", wide);
  }

  function paintSums(live, known, { unit, nats, results }) {
    const least = { pq: results.pq.at(-1), qp: results.ends[0] };
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
    const { state: fit, data } = editor;
    const way = mapAt(event);
    const [q, value] = (way && maps[way].under(event, data.limits)) ?? [];
    const about = q && quantity(Number((value / data.nats).toPrecision(3)), data.unit);
    const said = q ? `${named(q)}: ${DIRECTIONS[way].title} ≈ ${about}`
      : HINTS[fit.bins.length ? "bins" : "hills"];
    setText(under, said);
  }

  // What the visitor does

  function grab(event) {
    const grip = event.target.closest("[data-grip]");
    const way = mapAt(event);
    if (grip) return gripped(event, grip);
    // A finger on a map may want to scroll: it moves Q by a tap, or by Q's marker.
    if (!way || event.pointerType === "touch") return null;
    if (!maps[way].at(event, editor.data.limits)) return null;
    maps[way].marker.focus();
    return { grip: "both", map: maps[way] };
  }

  function gripped(event, { dataset: { grip, index, map } }) {
    if (grip === "bin") {
      const scale = { total: sum(editor.state.bins), least: line.least() };
      line.enter(Number(index));
      return { grip, scale, from: line.at(event) };
    }
    const handle = event.target.closest(".handle");
    handle.focus();
    return { handle, grip, index: Number(index), map: maps[map] };
  }

  function follow(place) {
    const { state: fit, data, drag } = editor;
    if (drag.grip === "both") {
      const [mean, std] = drag.map.at(place, data.limits, true);
      return editor.change(CARRIED.both(fit, 0, { mean, std }));
    }
    const to = line.at(place);
    if (drag.grip !== "bin") {
      return editor.change(CARRIED[drag.grip](fit, drag.index, to, data.limits));
    }
    editor.change(pencilled(fit, drag.from, to, data.limits, drag.scale));
    drag.from = to;
    say(trouble(editor.state));
  }

  function release(before) {
    if (trouble(editor.state)) editor.state = before;
  }

  editor.drags(root, { grab, follow, release });

  // By a key on one of a hill's handles.
  function drop(grip, index) {
    const { state: fit, drag } = editor;
    if (drag || (grip !== "hill" && grip !== "width")) return;
    const hills = fit.hills.filter((_, i) => i !== index);
    const why = !hills.length ? "P needs a hill: add another one, then remove this."
      : sum(hills.map((hill) => hill[2])) ? ""
        : "The other hills have weight 0: give one more, then remove this.";
    say(why);
    if (why) return;
    editor.state = { ...fit, hills };
    editor.finish();
    line.handleOf(grip, Math.min(index, hills.length - 1)).focus();
  }

  root.addEventListener("pointermove", (event) => { if (!editor.drag) hint(event); });
  root.addEventListener("click", (event) => {
    const way = mapAt(event);
    if (!way || event.pointerType !== "touch" || event.target.closest(".handle")) return;
    const q = maps[way].at(event, editor.data.limits);
    if (!q) return;
    editor.state = CARRIED.both(editor.state, 0, { mean: q[0], std: q[1] });
    editor.finish();
  });
  root.addEventListener("pointerleave", () => hint());

  root.addEventListener("keydown", (event) => {
    const element = event.target.closest("[data-grip]");
    if (!element || editor.asks(event)) return;
    const { state: fit, data } = editor;
    const { key } = event;
    const [grip, index] = [element.dataset.grip, Number(element.dataset.index)];
    if (grip === "bin" && (key === "ArrowLeft" || key === "ArrowRight")) {
      event.preventDefault();
      return line.enter(clamp(index + (key === "ArrowLeft" ? -1 : 1), 0, fit.bins.length - 1));
    }
    if (key === "Delete" || key === "Backspace") {
      event.preventDefault();
      return drop(grip, index);
    }
    const next = KEYED[grip](fit, index, key, data.limits);
    if (!next) return;
    event.preventDefault();
    say(trouble(next));
    if (!trouble(next)) editor.step(next);
  });

  onRestyle(root, () => {
    readStyle();
    if (editor.data) paint();
  });

  return { receive };
}

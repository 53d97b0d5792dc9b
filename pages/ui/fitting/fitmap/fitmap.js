// P and Q on the line, and maps of both divergences over every Gaussian.

const WIDE = 46; // rem, from which the two maps stand side by side

const HINTS = {
  components: "Drag a round handle sideways to set a mean, one of P’s up or down to set its weight. "
    + "A flat handle sets a standard deviation. Delete removes a component. On a map, drag Q or "
    + "click its new place.",
  bins: "Draw P with the pointer, as with a pencil. Left and Right move from bin to bin; Up and "
    + "Down change a bin’s height.",
};

export default mount(".fitmap", view);

function view(root) {
  const sums = el(root, "div", "sums pinned", Object.entries(DIRECTIONS).map(
    ([direction, { name, title }]) => sumHtml(direction, `${name}, ${title}`, "<small></small>"),
  ).join(""));
  const line = lineView(root);
  const status = setAttributes(el(root, "div", "status"), { role: "status" });
  const steps = stepsView(root, () => paint());
  const field = el(root, "div", "maps");
  const maps = { pq: mapView(field, "pq"), qp: mapView(field, "qp") };
  const under = el(root, "p", "note", "");
  let truth = null; // P, normalised, with its moments; of the last valid fit
  let measured = ""; // the P and the unit of the maps
  let layout = null; // width and theme colours, read when they may have changed
  const editor = new Editor(root, {
    of: (data) => data.fit, // components, bins and q
    message: (fit) => fit,
    paint,
    received: (former) => { if (!same(former, editor.state)) say(""); },
    restored: () => say(""),
    added: {
      list: (fit) => fit.components,
      last: () => line.handleOf("component", editor.state.components.length - 1),
    },
  });

  function receive(data, send) {
    readStyle();
    const stop = editor.receive(data, send);
    hint();
    return stop;
  }

  // Not read while drawing: that would force another layout.
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

  // Drawing

  function paint() {
    if (!layout?.width) return;
    const { width, wide, colours } = layout;
    const { state: fit, data, drag } = editor;
    const { limits, unit, nats } = data;
    const latest = truthOf(fit, limits);
    const isBad = troubleOf(fit.bins, latest) !== "";
    if (!isBad) truth = latest;
    const key = JSON.stringify([unit, fit.components, fit.bins]);
    if (!isBad && key !== measured) {
      measured = key;
      for (const map of Object.values(maps)) map.measure(truth, limits, nats);
    }
    const live = divergences(truth, fit.q);
    const fresh = editor.agrees();
    const sameP = same(
      [fit.components, fit.bins], [data.fit.components, data.fit.bins],
    );
    steps.receive(fresh ? data.results : null, data.step);
    steps.paint({ unit, nats });
    paintSums(live, sameP, data);
    line.paint({
      fit, truth, limits, step: fresh ? steps.current() : null, held: drag !== null,
      total: drag?.scale?.total ?? sum(fit.bins),
      size: [width, wide ? 208 : 190, wide ? 80 : 76],
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
    const minima = { pq: results.pq.at(-1), qp: results.minima[0] };
    for (const [direction, minimum] of Object.entries(minima)) {
      const [output, small] = sums.querySelectorAll(`.${direction} :is(output, small)`);
      tellFigure(output, quantity(live[direction] / nats, unit));
      small.textContent = !known ? "min: …"
        : minimum ? `min: ${text(minimum[2] / nats)} at ${named(minimum)}`
          : "no minimum found";
    }
  }

  const mapAt = (event) => {
    const area = event?.target.closest?.(".map");
    return area && (area.matches(".pq") ? "pq" : "qp");
  };

  // The value of a map under the pointer, or how to use the handles.
  function hint(event) {
    const { state: fit, data } = editor;
    const direction = mapAt(event);
    const [q, value] = (direction && maps[direction].under(event, data.limits)) ?? [];
    const about = q && quantity(Number((value / data.nats).toPrecision(3)), data.unit);
    const words = q ? `${named(q)}: ${DIRECTIONS[direction].title} ≈ ${about}`
      : HINTS[fit.bins.length ? "bins" : "components"];
    setText(under, words);
  }

  // Gestures and keys

  function grab(event) {
    const grip = event.target.closest("[data-grip]");
    const direction = mapAt(event);
    if (grip) return gripped(event, grip);
    // A finger on a map may want to scroll: it moves Q by a tap, or by Q's marker.
    if (!direction || event.pointerType === "touch") return null;
    if (!maps[direction].at(event, editor.data.limits)) return null;
    maps[direction].marker.focus();
    return { grip: "both", map: maps[direction] };
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

  // Removes a component, by a key on one of its handles.
  function drop(grip, index) {
    const { state: fit, drag } = editor;
    if (drag || (grip !== "component" && grip !== "width")) return;
    const components = fit.components.filter((_, i) => i !== index);
    const why = !components.length ? "P needs a component: add another one, then remove this."
      : sum(components.map((component) => component[2])) ? ""
        : "The other components have weight 0: raise one, then remove this.";
    say(why);
    if (why) return;
    editor.state = { ...fit, components };
    editor.finish();
    line.handleOf(grip, Math.min(index, components.length - 1)).focus();
  }

  root.addEventListener("pointermove", (event) => { if (!editor.drag) hint(event); });
  root.addEventListener("click", (event) => {
    const direction = mapAt(event);
    if (!direction || event.pointerType !== "touch" || event.target.closest(".handle")) return;
    const q = maps[direction].at(event, editor.data.limits);
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

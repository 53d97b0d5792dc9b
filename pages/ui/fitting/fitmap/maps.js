// One map: filled contours, axes, stars at the minima, a search path, and the marker of Q.

const MEANS = [-8, -4, 0, 4, 8];
const STDS = [0.2, 0.5, 1, 2, 5];
const ROOM = { left: 34, right: 10, top: 8, bottom: 34 }; // beside a map, for its axes
const STAR = Array.from({ length: 10 }, (_, i) => {
  const [radius, angle] = [i % 2 ? 4.2 : 10, (Math.PI * i) / 5];
  return `${radius * Math.sin(angle)},${-radius * Math.cos(angle)}`;
}).join(" ");

const DIRECTIONS = {
  pq: { name: "Forward KL", title: "KL(P‖Q)", values: forwardMap },
  qp: { name: "Reverse KL", title: "KL(Q‖P)", values: reverseMap },
};

// The axes' text is sized in rem, and so is the room for it.
function makeRoom(rem) {
  Object.assign(ROOM, { left: 2.125 * rem, bottom: 2.125 * rem });
}

// A Gaussian as the page writes it.
const named = ([mean, std]) => `N(${text(rounded(mean))}, ${text(rounded(std))})`;

// From (mean, std) to pixels of a map, and back; a larger std is higher.
function mapScale(width, height, limits) {
  const mean = linearScale([limits.low, limits.high], [ROOM.left, width - ROOM.right]);
  const inner = height - ROOM.top - ROOM.bottom;
  const ratio = Math.log(limits.widest / limits.narrowest);
  const std = {
    to: (value) => ROOM.top + (1 - Math.log(value / limits.narrowest) / ratio) * inner,
    from: (pixel) => limits.narrowest * Math.exp((1 - (pixel - ROOM.top) / inner) * ratio),
  };
  return { mean, std, inner: [width - ROOM.left - ROOM.right, inner] };
}

function drawMapAxes(group, height, { mean, std, inner: [w, h] }) {
  group.replaceChildren();
  ticksBelow(group, mean, MEANS, height - ROOM.bottom, 16);
  ticksLeft(group, std, STDS, ROOM.left);
  svgEl(group, "rect", { x: ROOM.left, y: ROOM.top, width: w, height: h, class: "frame" });
  titleBelow(group, "mean of Q", ROOM.left + w / 2, height - 4);
  titleLeft(group, "standard deviation of Q", 9, ROOM.top + h / 2);
}

function mapView(parent, direction) {
  const { name, title, values: valuesOf } = DIRECTIONS[direction];
  const figure = el(parent, "figure", `map ${direction}`, `
    <figcaption><b>${name}, ${title}</b>, for every Gaussian Q:
      <span class="finding"></span></figcaption>
    <div class="field"><canvas role="img"></canvas><div class="hint"></div></div>`);
  const [caption, field] = figure.children;
  const [canvas, infinite] = field.children;
  const overlay = svgEl(field, "svg", { "aria-hidden": "true", class: "picture" });
  const [axes, names, path, stars] = Array.from({ length: 4 }, () => svgEl(overlay, "g"));
  names.setAttribute("class", "levels");
  const marker = handleIn(field, "marker", { "data-grip": "both", "data-map": direction });
  el(marker, "span", "", "Q");
  let [values, positions, scale] = [null, null, null];
  let plane = null; // the canvas of the bands
  let last = {}; // what was painted: redrawn only where it differs

  // Computes the map of P; `truth` as in divergences.js.
  function measure(truth, limits, nats) {
    values = valuesOf(truth, limits);
    positions = values && ranks(values, nats);
    last.measured = false;
  }

  function paint({ q, limits, python, step, sameQ, sameP, size, ratio, colours, ...more }) {
    const { unit, nats, live } = more;
    const [width, height] = size;
    scale = mapScale(width, height, limits);
    const shape = `${size} ${ratio} ${ROOM.left}`;
    if (last.shape !== shape) {
      resize(width, height);
      plane = surface(canvas, scale.inner, ratio);
    }
    if (last.shape !== shape || last.colours !== colours || !last.measured) bands(colours);
    last = { shape, colours, measured: true };
    infinite.hidden = positions !== null;
    if (!positions) infinite.textContent = `∞ ${unit} for every Gaussian: P has empty bins.`;
    const known = { python: sameP ? python : null, step: sameQ ? step : null, limits };
    drawStars(known);
    drawPath(known);
    mark(q, limits, quantity(live[direction] / nats, unit));
    say(known, unit, nats);
  }

  function resize(width, height) {
    setAttributes(overlay, { width, height });
    Object.assign(field.style, { height: `${height}px` });
    drawMapAxes(axes, height, scale);
    Object.assign(canvas.style, {
      left: `${ROOM.left}px`, top: `${ROOM.top}px`,
      width: `${scale.inner[0]}px`, height: `${scale.inner[1]}px`,
    });
  }

  function bands(colours) {
    names.replaceChildren();
    canvas.hidden = positions === null;
    if (!positions) return;
    paintBands(plane, positions, tones(colours[direction], colours.background, colours.ink));
    const [wide, high] = scale.inner;
    const pixel = ([x, y]) => [(x / (COLUMNS - 1)) * wide, (1 - y / (ROWS - 1)) * high];
    const apart = (a, b) => {
      const [[ax, ay], [bx, by]] = [pixel(a), pixel(b)];
      return Math.abs(ax - bx) > 34 || Math.abs(ay - by) > 18;
    };
    for (const [level, ...place] of labelPlaces(positions, apart)) {
      const [x, y] = pixel(place);
      const at = { x: ROOM.left + x, y: ROOM.top + y + 4, "text-anchor": "middle" };
      svgText(names, text(level), at);
    }
  }

  const inside = ([mean, std], limits) => [
    scale.mean.to(clamp(mean, limits.low, limits.high)),
    scale.std.to(clamp(std, limits.narrowest, limits.widest)),
  ];

  function drawStars({ python, limits }) {
    const minima = !python ? [] : direction === "pq" ? python.pq.slice(-1) : python.minima;
    stars.replaceChildren();
    [...minima].reverse().forEach((minimum, i) => {
      const [x, y] = inside(minimum, limits);
      const rank = i === minima.length - 1 ? "best" : "other";
      svgEl(stars, "polygon", { points: STAR, transform: `translate(${x} ${y})`, class: rank });
    });
  }

  function drawPath({ python, step, limits }) {
    path.replaceChildren();
    const steps = python?.[direction] ?? [];
    if (step === null || steps.length < 2) return;
    const places = steps.map((each) => inside(each, limits));
    const points = places.map((place) => place.join(",")).join(" ");
    svgEl(path, "polyline", { points, class: "halo" });
    svgEl(path, "polyline", { points, class: "route" });
    places.forEach(([cx, cy], i) => {
      svgEl(path, "circle", { cx, cy, r: 3, class: i > step ? "ahead" : "" });
    });
    const [cx, cy] = places[Math.min(step, places.length - 1)];
    svgEl(path, "circle", { cx, cy, r: 6, class: "now" });
  }

  function mark([mean, std], { low, high }, divergence) {
    placeHandle(marker, [scale.mean.to(mean), scale.std.to(std)], `Q on the map of ${title}`,
      [low, high, mean],
      `mean ${text(mean)}, standard deviation ${text(std)}: ${title} = ${divergence}`);
  }

  function say({ python }, unit, nats) {
    const minima = !python ? [] : direction === "pq" ? python.pq.slice(-1) : python.minima;
    const listed = minima.map((each) => `${named(each)}, ${quantity(each[2] / nats, unit)}`);
    const count = direction === "pq" ? "one global minimum"
      : minima.length === 1 ? "one minimum found" : `${minima.length} local minima found`;
    const finding = !positions ? "infinite for every Gaussian"
      : !python ? "…" : minima.length === 0 ? "no local minimum found" : count;
    setText(caption.querySelector(".finding"), finding);
    const where = positions && minima.length ? `: ${listed.join("; ")}` : "";
    const map = `Map of ${name}, ${title}, over the mean and the standard deviation of Q`;
    label(canvas, `${map}: ${finding}${where}.`);
  }

  // The value under the pointer, in nats; null beside the map.
  function under(event, limits) {
    const q = at(event, limits);
    return values && q ? [q, valueAt(values, ...q, limits)] : null;
  }

  // The Gaussian under the pointer, the nearest on the map if `held`.
  function at(event, limits, held = false) {
    const box = overlay.getBoundingClientRect();
    const mean = scale.mean.from(event.clientX - box.left);
    const std = scale.std.from(event.clientY - box.top);
    const { low, high, narrowest, widest } = limits;
    const kept = [clamp(mean, low, high), clamp(std, narrowest, widest)];
    return held || (kept[0] === mean && kept[1] === std) ? kept : null;
  }

  return { marker, measure, paint, at, under };
}

// The plot: axes, the lines with their names, the band of σ(x), and the points as handles.

const ROOM = { left: 34, top: 10, bottom: 38 }; // beside the plot, for its axes
const NAMES = { wide: 130, narrow: 112 }; // pixels to the right of it, for the lines' names
const LINE = 16; // pixels from one name to the next
const STEPS = 40; // of the band's edges

const minus = (value) => String(value).replace("-", "−");
const heightAt = (line, x) => line.intercept + line.slope * x;

// y = a + b·x as the page writes it.
function equation({ intercept, slope }) {
  const [a, b] = [rounded(intercept), rounded(slope)];
  return `y = ${minus(a)} ${b < 0 ? "−" : "+"} ${Math.abs(b)} x`;
}

// From numbers to pixels, and back.
function scales(width, height, names, { left, right, bottom, top }) {
  const box = { x: ROOM.left, y: ROOM.top,
    w: width - ROOM.left - names, h: height - ROOM.top - ROOM.bottom };
  const across = linearScale([left, right], [box.x, box.x + box.w]);
  const up = linearScale([top, bottom], [box.y, box.y + box.h]);
  return {
    box, across, up,
    x: across.to,
    y: up.to,
    from: (px, py) => [
      rounded(clamp(across.from(px), left, right)), rounded(clamp(up.from(py), bottom, top)),
    ],
    within: (px, py) =>
      px >= box.x && px <= box.x + box.w && py >= box.y && py <= box.y + box.h,
  };
}

// Heights of the names, so that none covers another: as near to `wanted` as that allows.
function apart(wanted, low, high) {
  const order = wanted.map((_, i) => i).sort((i, j) => wanted[i] - wanted[j]);
  const places = [];
  order.forEach((i, rank) => {
    const least = rank ? places[order[rank - 1]] + LINE : low;
    places[i] = Math.max(least, clamp(wanted[i], low, high));
  });
  let most = high;
  for (const i of order.reverse()) {
    places[i] = Math.min(places[i], most);
    most = places[i] - LINE;
  }
  return places;
}

function plotView(parent) {
  const field = el(parent, "div", "plot");
  const picture = svgEl(field, "svg", { role: "img", class: "picture" });
  const layer = (name) => svgEl(picture, "g", { class: name });
  const [axes, inside, names] = ["axes", "inside", "names"].map(layer);
  const id = `plot-${Math.random().toString(36).slice(2)}`;
  const clip = svgEl(svgEl(picture, "clipPath", { id }), "rect");
  setAttributes(inside, { "clip-path": `url(#${id})` });
  const band = svgEl(inside, "path", { class: "band" });
  const residual = svgEl(inside, "line", { class: "residual" });
  const paths = {};
  const handles = el(field, "div", "handles");
  let scale = null;
  let axesFor = "";

  function paint({ points, lines, selected, size: [width, height], wide, limits }) {
    scale = scales(width, height, wide ? NAMES.wide : NAMES.narrow, limits);
    setAttributes(picture, { width, height });
    field.style.height = `${height}px`;
    const { box } = scale;
    setAttributes(clip, { x: box.x, y: box.y, width: box.w, height: box.h });
    if (axesFor !== `${width} ${height}`) drawAxes(limits, height);
    axesFor = `${width} ${height}`;
    drawLines(lines, limits);
    drawBand(lines.find(({ key }) => key === "heteroscedastic")?.line, limits);
    drawResidual(points[selected], lines.find(({ key }) => key === "normal")?.line);
    drawNames(lines, limits);
    place(points, limits);
  }

  function drawAxes({ left, right, bottom, top }, height) {
    axes.replaceChildren();
    const { box } = scale;
    svgEl(axes, "rect", { x: box.x, y: box.y, width: box.w, height: box.h, class: "frame" });
    const heights = multiplesOf(5, bottom, top);
    ticksBelow(axes, scale.across, multiplesOf(2, left, right), box.y + box.h);
    ticksLeft(axes, scale.up, heights, box.x);
    for (const y of heights.map(scale.y)) {
      svgEl(axes, "line", { x1: box.x, x2: box.x + box.w, y1: y, y2: y, class: "grid" });
    }
    titleBelow(axes, "x", box.x + box.w / 2, height - 4);
    svgText(axes, "y", { x: 2, y: box.y + box.h / 2 + 4 });
  }

  function drawLines(lines, { left, right }) {
    for (const { key, line } of lines) {
      paths[key] ??= svgEl(inside, "line", { class: `line ${key}` });
      paths[key].style.display = line ? "" : "none";
      if (!line) continue;
      setAttributes(paths[key], {
        x1: scale.x(left), x2: scale.x(right),
        y1: scale.y(heightAt(line, left)).toFixed(2), y2: scale.y(heightAt(line, right)).toFixed(2),
      });
    }
    for (const [key, path] of Object.entries(paths)) {
      if (lines.every((each) => each.key !== key)) path.style.display = "none";
    }
  }

  // One σ(x) to either side of the heteroscedastic line.
  function drawBand(line, { left, right }) {
    const xs = evenly(left, right, STEPS + 1);
    const at = (side) => (x) =>
      `${scale.x(x).toFixed(1)} ${scale.y(heightAt(line, x) + side * sigmaAt(line, x)).toFixed(1)}`;
    const d = line ? `M${xs.map(at(1)).join("L")}L${xs.reverse().map(at(-1)).join("L")}Z` : "";
    setAttributes(band, { d });
  }

  function drawResidual(point, line) {
    residual.style.display = point && line ? "" : "none";
    if (!point || !line) return;
    const x = scale.x(point[0]);
    const [y1, y2] = [scale.y(point[1]), scale.y(heightAt(line, point[0]))];
    setAttributes(residual, { x1: x, x2: x, y1, y2 });
  }

  function drawNames(lines, { right }) {
    names.replaceChildren();
    const there = lines.filter(({ line }) => line);
    const { box } = scale;
    const ends = there.map(({ line }) => clamp(scale.y(heightAt(line, right)), box.y, box.y + box.h));
    const places = apart(ends, box.y + 4, box.y + box.h - 4);
    there.forEach(({ key, short }, i) => {
      const from = box.x + box.w;
      const way = `M${from + 1} ${ends[i].toFixed(1)}L${from + 9} ${places[i].toFixed(1)}`;
      svgEl(names, "path", { d: way, class: `lead ${key}` });
      const at = { x: from + 12, y: (places[i] + 4).toFixed(1), class: `name ${key}` };
      svgText(names, short, at);
    });
  }

  function place(points, { bottom, top }) {
    fillList(handles, points.length, (i) => handleIn(handles, "", { "data-place": i }));
    points.forEach(([x, y], i) => {
      placeHandle(handles.children[i], [scale.x(x), scale.y(y)], `Point ${i + 1}`,
        [bottom, top, y], `x ${text(x)}, y ${text(y)}`);
    });
  }

  function at({ clientX, clientY }) {
    const box = picture.getBoundingClientRect();
    return [clientX - box.left, clientY - box.top];
  }

  // Of several handles under a finger, the one whose middle is nearest: so each can be selected.
  function nearest(event) {
    const far = [...handles.children].map((handle) => {
      const { x, y } = toMiddle(handle, event);
      return Math.hypot(x, y);
    });
    return handles.children[far.indexOf(Math.min(...far))];
  }

  return {
    field,
    paint,
    nearest,
    handle: (place) => handles.children[place],
    from: (pointer) => scale.from(...at(pointer)),
    within: (pointer) => scale.within(...at(pointer)),
    say: (words) => label(picture, words),
  };
}

// The line: P filled, Q as a curve, the Gaussians of a search's step, what each place adds to both
// divergences, and what of P and Q can be taken hold of.

const SIDE = 14; // pixels to the left and right of the line
const FOOT = 24; // below it, for its axis
const HEAD = 12; // the least room above the highest peak
const BASELINE = 4; // pixels above the axis, below which a drawn bin is empty
const OVER = 3; // how far the axis follows a narrow Q above P's highest peak

function lineView(parent) {
  const field = el(parent, "div", "line");
  const picture = svgEl(field, "svg", { role: "img", class: "picture" });
  const layer = (name) => svgEl(picture, "g", { class: name });
  const [axis, parts, curves, adds, names] =
    ["axis", "parts", "curves", "adds", "names"].map(layer);
  const areas = {
    p: svgEl(curves, "path", { class: "p area" }),
    q: svgEl(curves, "path", { class: "q" }),
    pq: svgEl(curves, "path", { class: "pq step" }),
    qp: svgEl(curves, "path", { class: "qp step" }),
    addpq: svgEl(adds, "path", { class: "pq area" }),
    addqp: svgEl(adds, "path", { class: "qp" }),
  };
  const base = svgEl(adds, "line", { class: "tick" });
  const cells = el(field, "div", "cells");
  const handles = el(field, "div", "handles");
  let [scale, top, bottom, foot] = [null, 0, 0, 0];
  let heights = { density: 1, adds: 1 };

  // `total`: what the bins' heights count by; under the pencil, what they summed up to before.
  function paint({ fit, truth, limits, size: [width, height, strip], step, held, total }) {
    scale = linearScale([limits.low, limits.high], [SIDE, width - SIDE]);
    [top, bottom, foot] = [HEAD, height - FOOT, height + strip];
    setAttributes(picture, { width, height: foot });
    field.style.height = `${foot}px`;
    drawLineAxis(axis, scale, limits, 2, bottom);
    const x = evenly(limits.low, limits.high, POINTS);
    const p = x.map((at) => densityOf(truth, at));
    const bell = ([mean, std]) => x.map((at) => Math.exp(logNormal(mean, std, at)));
    const q = bell(fit.q);
    const bars = fit.bins.map((height) => height / total / truth.step);
    fitAxis(Math.max(...(bars.length ? bars : p)), Math.max(...q), held);
    const across = x.map((at) => scale.to(at).toFixed(1));
    const path = (values, to) => curve(across, values.map(to));
    const closed = (line, y) => `${line}V${y}H${scale.to(limits.low)}Z`;
    const up = (value) => yOf(Math.min(value, 1.2 * heights.density));
    const heap = bars.length && binned(bars, truth.step, limits);
    areas.p.setAttribute("d", heap || closed(path(p, up), bottom));
    areas.q.setAttribute("d", path(q, up));
    for (const way of ["pq", "qp"]) {
      areas[way].setAttribute("d", step?.[way] ? path(bell(step[way]), up) : "");
    }
    drawParts(truth, path, up, x);
    drawAdds(truth, fit.q, x, path, closed, held, width);
    const most = p.reduce((best, value, i) => (value > p[best] ? i : best), 0);
    drawNames(fit.q, [x[most], bars.length ? Math.max(...bars) : p[most]], step, limits);
    place(fit, truth, limits);
    say(fit, truth);
  }

  const yOf = (density) => bottom - (density / heights.density) * (bottom - top);

  function fitAxis(mostP, mostQ, held) {
    const wanted = 1.08 * Math.max(mostP, Math.min(mostQ, OVER * mostP));
    heights.density = axisEnd(heights.density, wanted, held);
  }

  function binned(bars, step, { low }) {
    const edge = (i) => scale.to(low + i * step).toFixed(1);
    const line = bars.map((bar, i) => `L${edge(i)} ${yOf(bar).toFixed(1)}H${edge(i + 1)}`);
    return `M${scale.to(low)} ${bottom}${line.join("")}V${bottom}Z`;
  }

  // Each hill by itself, where several overlap.
  function drawParts(truth, path, up, x) {
    parts.replaceChildren();
    if (!truth.stds || truth.points.length < 2) return;
    truth.points.forEach((mean, i) => {
      const std = truth.stds[i];
      const hill = x.map((at) => Math.exp(truth.tops[i] - (((at - mean) / std) ** 2) / 2));
      svgEl(parts, "path", { d: path(hill, up) });
    });
  }

  // Never negative, and their areas are the two divergences.
  function drawAdds(truth, [mean, std], x, path, closed, held, width) {
    const { pq, qp } = additions(truth, mean, std, x);
    const most = Math.max(...[...pq, ...qp].filter(Number.isFinite), 1e-9);
    heights.adds = axisEnd(heights.adds, most, held);
    const room = foot - bottom - FOOT - 22;
    const to = (value) => foot - 2 - (Math.min(value, heights.adds) / heights.adds) * room;
    areas.addpq.setAttribute("d", closed(path(pq, to), foot - 2));
    areas.addqp.setAttribute("d", path(qp, to));
    setAttributes(base, { x1: SIDE, x2: width - SIDE, y1: foot - 2, y2: foot - 2 });
  }

  // P's and Q's names stand beside their peaks, those of a step's Gaussians on their outer sides.
  function drawNames(q, summit, step, { low, high }) {
    names.replaceChildren();
    const said = svgEl(names, "text", { x: SIDE, y: bottom + FOOT + 14, class: "title" });
    for (const [words, className] of [
      ["Where ", ""], ["KL(P‖Q), filled", "pq"], [", and ", ""], ["KL(Q‖P), dashed", "qp"],
      [", come from", ""],
    ]) svgEl(said, "tspan", { class: className }).textContent = words;
    const peak = ([mean, std]) => Math.exp(logNormal(mean, std, mean));
    const write = (words, className, x, y, anchor) => {
      const at = { x, y, "text-anchor": anchor, class: `name ${className}` };
      svgText(names, words, at);
    };
    const main = [["P", "p", ...summit], ["Q", "q", q[0], peak(q)]];
    for (const [words, className, x, density] of main) {
      // To the left of its peak, unless the edge is there.
      const [side, anchor] = scale.to(x) > 60 ? [-18, "end"] : [18, "start"];
      write(words, className, scale.to(x) + side, Math.max(top, yOf(density)) + 5, anchor);
    }
    for (const [way, side, anchor] of [["pq", -1.3, "end"], ["qp", 1.3, "start"]]) {
      if (!step?.[way]) continue;
      const [mean, std] = step[way];
      const x = clamp(mean + side * std, low + 1.5, high - 1.5);
      const y = Math.max(top, yOf(Math.exp(logNormal(mean, std, x))) - 5);
      write(DIRECTIONS[way].title, `at ${way}`, scale.to(x), y, anchor);
    }
  }

  // What can be taken hold of

  function handle(grip, index, className) {
    const data = { "data-key": `${grip}${index}`, "data-grip": grip, "data-index": index };
    return handleOf(grip, index) ?? handleIn(handles, className, data);
  }

  const put = (element, x, y, ...slider) =>
    placeHandle(element, [scale.to(x), clamp(yOf(y), top, bottom)], ...slider);

  function place(fit, truth, limits) {
    const { low, high, narrowest, widest } = limits;
    const total = sum(fit.hills.map((hill) => hill[2]));
    const alone = fit.hills.length === 1;
    const wanted = new Set(["q0", "qwidth0"]);
    fit.hills.forEach(([mean, std, weight], i) => {
      const peak = weight / total / (std * Math.sqrt(2 * Math.PI));
      const who = alone ? "P" : `P, hill ${i + 1}`;
      wanted.add(`hill${i}`).add(`width${i}`);
      put(handle("hill", i, "p peak"), mean, peak, alone ? "P: mean" : `${who}: mean and weight`,
        [low, high, mean], `mean ${text(mean)}${alone ? "" : `, weight ${text(weight / total)}`}`);
      put(handle("width", i, "p width"), mean + sideOf(mean, std, 1, limits) * std,
        peak * Math.exp(-0.5), `${who}: standard deviation`, [narrowest, widest, std], text(std));
    });
    const [mean, std] = fit.q;
    const peak = 1 / (std * Math.sqrt(2 * Math.PI));
    put(handle("q", 0, "q peak"), mean, peak, "Q: mean", [low, high, mean], text(mean));
    put(handle("qwidth", 0, "q width"), mean + sideOf(mean, std, -1, limits) * std,
      peak * Math.exp(-0.5), "Q: standard deviation", [narrowest, widest, std], text(std));
    for (const element of [...handles.children]) {
      if (!wanted.has(element.dataset.key)) element.remove();
    }
    placeCells(fit.bins, truth, limits);
  }

  // P's widths are held on the right and Q's on the left, or else where there is room.
  function sideOf(mean, std, side, { low, high }) {
    const at = mean + side * std;
    return at < low || at > high ? -side : side;
  }

  // A bin is as high as the line, to be drawn at any height; one of them is in the order of Tab.
  function placeCells(bins, truth, { low }) {
    fillList(cells, bins.length, () =>
      setAttributes(el(cells, "div", "cell"), { role: "slider", "aria-orientation": "vertical" }));
    const tallest = Math.max(...bins);
    const entered = Number(cells.dataset.at ?? Math.floor(bins.length / 2));
    bins.forEach((height, i) => {
      const [from, to] = [low + i * truth.step, low + (i + 1) * truth.step];
      const element = cells.children[i];
      Object.assign(element.style, {
        left: `${scale.to(from)}px`, width: `${scale.to(to) - scale.to(from)}px`,
        top: `${top}px`, height: `${bottom - top}px`,
      });
      setSlider(element, `P, bin from ${text(from)} to ${text(to)}`, [0, tallest, height],
        `height ${text(height)}, ${text(100 * truth.shares[i])} % of P`);
      const place = { "data-grip": "bin", "data-index": i, tabindex: i === entered ? 0 : -1 };
      setAttributes(element, place);
    });
    field.classList.toggle("pencil", bins.length > 0);
  }

  function enter(index) {
    cells.dataset.at = index;
    [...cells.children].forEach((cell, i) => { cell.tabIndex = i === index ? 0 : -1; });
    cells.children[index].focus();
  }

  function say({ hills, bins, q }, truth) {
    const what = bins.length ? `a heap of ${bins.length} bins around ${text(rounded(truth.mean))}`
      : hills.length === 1 ? `one Gaussian at ${text(hills[0][0])}`
        : `${hills.length} hills at ${hills.map((hill) => text(hill[0])).join(", ")}`;
    label(picture, `Densities from −8 to 8: P is ${what}, Q is ${named(q)}.`);
  }

  // Where on the line, and how dense, the pointer is.
  function at(event) {
    const box = picture.getBoundingClientRect();
    const share = (bottom - (event.clientY - box.top)) / (bottom - top);
    return {
      x: scale.from(event.clientX - box.left),
      density: Math.max(0, share * heights.density),
    };
  }

  // So close to the axis that an empty bin is meant.
  const least = () => (BASELINE / (bottom - top)) * heights.density;

  const handleOf = (grip, index) => handles.querySelector(`[data-key="${grip}${index}"]`);

  return { field, paint, at, enter, least, handleOf };
}

// What each place adds to KL(P‖Q), p·log(p / q) − p + q, and the same with P and Q exchanged; of
// bins, what each adds, over its width.
function additions(truth, mean, std, x) {
  let [logP, logQ, cut] = [];
  if (truth.stds) {
    logP = x.map((at) => logMixture(truth, at));
    cut = logQ = x.map((at) => logNormal(mean, std, at));
  } else {
    const { points, shares, step } = truth;
    const logs = points.map((at) => logNormal(mean, std, at));
    const most = Math.max(...logs);
    const norm = most + Math.log(step * sum(logs.map((log) => Math.exp(log - most))));
    const bin = (at) => clamp(Math.floor((at - points[0]) / step + 0.5), 0, points.length - 1);
    const places = x.map(bin);
    logP = places.map((i) => Math.log(shares[i] / step));
    logQ = places.map((i) => logs[i]);
    cut = places.map((i) => logs[i] - norm);
  }
  return {
    pq: logP.map((log, i) => addition(log, logQ[i])),
    qp: cut.map((log, i) => addition(log, logP[i])),
  };
}

function addition(log, other) {
  if (log === -Infinity) return Math.exp(other); // 0·log 0 = 0
  return Math.exp(log) * (log - other) - Math.exp(log) + Math.exp(other);
}

// The line: P filled, Q as a curve, the Gaussians of a search's step, the integrands of both
// divergences, and the handles of P and Q.

const SIDE = 14; // pixels to the left and right of the line
const FOOT = 24; // pixels below it, for its axis
const HEAD = 12; // pixels at least above the highest peak
const BASELINE = 4; // pixels above the axis, below which a drawn bin is empty
const OVER = 3; // times P's maximum, up to which the axis follows a narrow Q

function lineView(parent) {
  const field = el(parent, "div", "line");
  const picture = svgEl(field, "svg", { role: "img", class: "picture" });
  const layer = (name) => svgEl(picture, "g", { class: name });
  const [axis, parts, curves, terms, names] =
    ["axis", "parts", "curves", "terms", "names"].map(layer);
  const areas = {
    p: svgEl(curves, "path", { class: "p area" }),
    q: svgEl(curves, "path", { class: "q" }),
    pq: svgEl(curves, "path", { class: "pq step" }),
    qp: svgEl(curves, "path", { class: "qp step" }),
    termspq: svgEl(terms, "path", { class: "pq area" }),
    termsqp: svgEl(terms, "path", { class: "qp" }),
  };
  const base = svgEl(terms, "line", { class: "tick" });
  const cells = el(field, "div", "cells");
  const handles = el(field, "div", "handles");
  let [scale, top, bottom, foot] = [null, 0, 0, 0];
  let heights = { density: 1, terms: 1 };

  // total: the sum of the bins' heights, under the pencil that before the stroke.
  function paint({ fit, truth, limits, size: [width, height, strip], step, held, total }) {
    scale = linearScale([limits.low, limits.high], [SIDE, width - SIDE]);
    [top, bottom, foot] = [HEAD, height - FOOT, height + strip];
    setAttributes(picture, { width, height: foot });
    field.style.height = `${foot}px`;
    drawLineAxis(axis, scale, limits, 2, bottom);
    const x = evenly(limits.low, limits.high, POINTS);
    const p = x.map((at) => densityOf(truth, at));
    const gaussian = ([mean, std]) => x.map((at) => Math.exp(logNormal(mean, std, at)));
    const q = gaussian(fit.q);
    const bars = fit.bins.map((height) => height / total / truth.step);
    fitAxis(Math.max(...(bars.length ? bars : p)), Math.max(...q), held);
    const across = x.map((at) => scale.to(at).toFixed(1));
    const path = (values, to) => curve(across, values.map(to));
    const closed = (line, y) => `${line}V${y}H${scale.to(limits.low)}Z`;
    const up = (value) => yOf(Math.min(value, 1.2 * heights.density));
    const histogram = bars.length && binned(bars, truth.step, limits);
    areas.p.setAttribute("d", histogram || closed(path(p, up), bottom));
    areas.q.setAttribute("d", path(q, up));
    for (const direction of ["pq", "qp"]) {
      const shown = step?.[direction];
      areas[direction].setAttribute("d", shown ? path(gaussian(shown), up) : "");
    }
    drawParts(truth, path, up, x);
    drawTerms(truth, fit.q, x, path, closed, held, width);
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

  // Each component by itself, where there are several.
  function drawParts(truth, path, up, x) {
    parts.replaceChildren();
    if (!truth.stds || truth.points.length < 2) return;
    truth.points.forEach((mean, i) => {
      const std = truth.stds[i];
      const component = x.map((at) => Math.exp(truth.logPeaks[i] - (((at - mean) / std) ** 2) / 2));
      svgEl(parts, "path", { d: path(component, up) });
    });
  }

  // The integrands: never negative, their areas are the two divergences.
  function drawTerms(truth, [mean, std], x, path, closed, held, width) {
    const { pq, qp } = integrands(truth, mean, std, x);
    const most = Math.max(...[...pq, ...qp].filter(Number.isFinite), 1e-9);
    heights.terms = axisEnd(heights.terms, most, held);
    const room = foot - bottom - FOOT - 22;
    const to = (value) => foot - 2 - (Math.min(value, heights.terms) / heights.terms) * room;
    areas.termspq.setAttribute("d", closed(path(pq, to), foot - 2));
    areas.termsqp.setAttribute("d", path(qp, to));
    setAttributes(base, { x1: SIDE, x2: width - SIDE, y1: foot - 2, y2: foot - 2 });
  }

  // P's and Q's names stand beside their peaks, those of a step's Gaussians on their outer sides.
  function drawNames(q, summit, step, { low, high }) {
    names.replaceChildren();
    const title = svgEl(names, "text", { x: SIDE, y: bottom + FOOT + 14, class: "title" });
    for (const [words, className] of [
      ["Integrands of ", ""], ["KL(P‖Q), filled", "pq"], [" and ", ""],
      ["KL(Q‖P), dashed", "qp"],
    ]) svgEl(title, "tspan", { class: className }).textContent = words;
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
    for (const [direction, side, anchor] of [["pq", -1.3, "end"], ["qp", 1.3, "start"]]) {
      if (!step?.[direction]) continue;
      const [mean, std] = step[direction];
      const x = clamp(mean + side * std, low + 1.5, high - 1.5);
      const y = Math.max(top, yOf(Math.exp(logNormal(mean, std, x))) - 5);
      write(DIRECTIONS[direction].title, `at ${direction}`, scale.to(x), y, anchor);
    }
  }

  // Handles

  function handle(grip, index, className) {
    const data = { "data-key": `${grip}${index}`, "data-grip": grip, "data-index": index };
    return handleOf(grip, index) ?? handleIn(handles, className, data);
  }

  const put = (element, x, y, ...slider) =>
    placeHandle(element, [scale.to(x), clamp(yOf(y), top, bottom)], ...slider);

  function place(fit, truth, limits) {
    const { low, high, narrowest, widest } = limits;
    const total = sum(fit.components.map((component) => component[2]));
    const alone = fit.components.length === 1;
    const wanted = new Set(["q0", "qwidth0"]);
    fit.components.forEach(([mean, std, weight], i) => {
      const peak = weight / total / (std * Math.sqrt(2 * Math.PI));
      const name = alone ? "P" : `P, component ${i + 1}`;
      wanted.add(`component${i}`).add(`width${i}`);
      const named = alone ? "P: mean" : `${name}: mean and weight`;
      put(handle("component", i, "p peak"), mean, peak, named,
        [low, high, mean], `mean ${text(mean)}${alone ? "" : `, weight ${text(weight / total)}`}`);
      put(handle("width", i, "p width"), mean + sideOf(mean, std, 1, limits) * std,
        peak * Math.exp(-0.5), `${name}: standard deviation`, [narrowest, widest, std], text(std));
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

  // P's width handles are on the right and Q's on the left, or where there is room.
  function sideOf(mean, std, side, { low, high }) {
    const at = mean + side * std;
    return at < low || at > high ? -side : side;
  }

  // Each bin's area is as high as the line, to be drawn at any height; one is in the tab order.
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
        `height ${text(height)}, ${text(100 * truth.weights[i])} % of P`);
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

  function say({ components, bins, q }, truth) {
    const means = components.map((component) => text(component[0])).join(", ");
    const what = bins.length
      ? `a histogram of ${bins.length} bins with mean ${text(rounded(truth.mean))}`
      : components.length === 1 ? `a Gaussian with mean ${means}`
        : `a mixture of ${components.length} Gaussians with means ${means}`;
    label(picture, `Densities from −8 to 8: P is ${what}, Q is ${named(q)}.`);
  }

  // The pointer's place on the line, and the density there.
  function at(event) {
    const box = picture.getBoundingClientRect();
    const fraction = (bottom - (event.clientY - box.top)) / (bottom - top);
    return {
      x: scale.from(event.clientX - box.left),
      density: Math.max(0, fraction * heights.density),
    };
  }

  // The density below which a drawn bin becomes empty.
  const least = () => (BASELINE / (bottom - top)) * heights.density;

  const handleOf = (grip, index) => handles.querySelector(`[data-key="${grip}${index}"]`);

  return { field, paint, at, enter, least, handleOf };
}

// p·log(p / q) − p + q, which integrates to KL(P‖Q), and the same with P and Q exchanged; of a
// histogram, constant over each bin.
function integrands(truth, mean, std, x) {
  let [logP, logQ, truncated] = [];
  if (truth.stds) {
    logP = x.map((at) => logMixture(truth, at));
    truncated = logQ = x.map((at) => logNormal(mean, std, at));
  } else {
    const { points, weights, step } = truth;
    const logs = points.map((at) => logNormal(mean, std, at));
    const most = Math.max(...logs);
    const norm = most + Math.log(step * sum(logs.map((log) => Math.exp(log - most))));
    const bin = (at) => clamp(Math.floor((at - points[0]) / step + 0.5), 0, points.length - 1);
    const places = x.map(bin);
    logP = places.map((i) => Math.log(weights[i] / step));
    logQ = places.map((i) => logs[i]);
    truncated = places.map((i) => logs[i] - norm);
  }
  return {
    pq: logP.map((log, i) => integrand(log, logQ[i])),
    qp: truncated.map((log, i) => integrand(log, logP[i])),
  };
}

function integrand(log, other) {
  if (log === -Infinity) return Math.exp(other); // 0·log 0 = 0
  return Math.exp(log) * (log - other) - Math.exp(log) + Math.exp(other);
}

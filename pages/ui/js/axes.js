// Parts of plots: scales, curves, and axes with ticks and titles.

const POINTS = 481; // of a curve

// From numbers to pixels, and back.
function linearScale([low, high], [start, end]) {
  return {
    to: (value) => start + ((value - low) / (high - low)) * (end - start),
    from: (pixel) => low + ((pixel - start) / (end - start)) * (high - low),
  };
}

// `count` numbers from low to high, in equal steps.
const evenly = (low, high, count) =>
  Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));

// A path through points: xs as text, ys in pixels.
const curve = (xs, ys) => `M${ys.map((y, i) => `${xs[i]} ${y.toFixed(1)}`).join("L")}`;

function multiplesOf(step, low, high) {
  const values = [];
  for (let i = Math.ceil(low / step); i * step <= high; i += 1) values.push(i * step);
  return values;
}

function ticksBelow(group, scale, values, y, gap = 17) {
  for (const value of values) {
    const x = scale.to(value);
    svgEl(group, "line", { x1: x, x2: x, y1: y, y2: y + 4, class: "tick" });
    svgText(group, text(value), { x, y: y + gap, "text-anchor": "middle" });
  }
}

function ticksLeft(group, scale, values, x) {
  for (const value of values) {
    const y = scale.to(value);
    svgEl(group, "line", { x1: x - 4, x2: x, y1: y, y2: y, class: "tick" });
    svgText(group, text(value), { x: x - 7, y: y + 4, "text-anchor": "end" });
  }
}

// A horizontal axis with ticks, at y pixels.
function drawLineAxis(group, scale, { low, high }, step, y) {
  group.replaceChildren();
  const [x1, x2] = [scale.to(low), scale.to(high)];
  svgEl(group, "line", { x1, x2, y1: y, y2: y, class: "tick" });
  ticksBelow(group, scale, multiplesOf(step, low, high), y);
}

const titleBelow = (group, words, x, y) => svgText(group, words, { x, y, "text-anchor": "middle" });

// Rotated, read upwards.
const titleLeft = (group, words, x, y) => svgText(group, words, {
  transform: `translate(${x} ${y}) rotate(-90)`, "text-anchor": "middle",
});

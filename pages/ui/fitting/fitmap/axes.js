// What is drawn with: elements of SVG, the scales of the line and of the maps, and their axes.

const MEANS = [-8, -4, 0, 4, 8];
const STDS = [0.2, 0.5, 1, 2, 5];
const ROOM = { left: 34, right: 10, top: 8, bottom: 34 }; // beside a map, for its axes

// Their letters measure in rem, so the room for these does.
function makeRoom(rem) {
  Object.assign(ROOM, { left: 2.125 * rem, bottom: 2.125 * rem });
}

const minus = (value) => String(value).replace("-", "−");

// A Gaussian as the page writes it.
const named = ([mean, std]) => `N(${text(rounded(mean))}, ${text(rounded(std))})`;

// From the line to pixels, and back.
function lineScale(width, left, right, { low, high }) {
  const inner = width - left - right;
  return {
    to: (x) => left + ((x - low) / (high - low)) * inner,
    from: (pixel) => low + ((pixel - left) / inner) * (high - low),
  };
}

// From (mean, std) to pixels of a map, and back; wider is higher.
function mapScale(width, height, limits) {
  const { to, from } = lineScale(width, ROOM.left, ROOM.right, limits);
  const inner = height - ROOM.top - ROOM.bottom;
  const ratio = Math.log(limits.widest / limits.narrowest);
  return {
    x: to,
    y: (std) => ROOM.top + (1 - Math.log(std / limits.narrowest) / ratio) * inner,
    mean: from,
    std: (pixel) => limits.narrowest * Math.exp((1 - (pixel - ROOM.top) / inner) * ratio),
    inner: [width - ROOM.left - ROOM.right, inner],
  };
}

function drawMapAxes(group, width, height, scale) {
  group.replaceChildren();
  const [bottom, right] = [height - ROOM.bottom, width - ROOM.right];
  for (const mean of MEANS) {
    const x = scale.x(mean);
    svgEl(group, "line", { x1: x, x2: x, y1: bottom, y2: bottom + 4, class: "tick" });
    svgText(group, minus(mean), { x, y: bottom + 16, "text-anchor": "middle" });
  }
  for (const std of STDS) {
    const y = scale.y(std);
    svgEl(group, "line", { x1: ROOM.left - 4, x2: ROOM.left, y1: y, y2: y, class: "tick" });
    svgText(group, std, { x: ROOM.left - 7, y: y + 4, "text-anchor": "end" });
  }
  const [w, h] = scale.inner;
  svgEl(group, "rect", { x: ROOM.left, y: ROOM.top, width: w, height: h, class: "frame" });
  const middle = { x: ROOM.left + w / 2, y: height - 4, "text-anchor": "middle" };
  svgText(group, "mean of Q", middle);
  const turned = `translate(9 ${ROOM.top + h / 2}) rotate(-90)`;
  svgText(group, "standard deviation of Q", { transform: turned, "text-anchor": "middle" });
  svgEl(group, "line", { x1: right, x2: right, y1: bottom, y2: bottom + 4, class: "tick" });
}

function drawLineAxis(group, height, scale, { low, high }) {
  group.replaceChildren();
  const ends = { x1: scale.to(low), x2: scale.to(high), y1: height, y2: height, class: "tick" };
  svgEl(group, "line", ends);
  for (let x = low; x <= high; x += 2) {
    const at = scale.to(x);
    svgEl(group, "line", { x1: at, x2: at, y1: height, y2: height + 4, class: "tick" });
    svgText(group, minus(x), { x: at, y: height + 17, "text-anchor": "middle" });
  }
}

// What the plane is drawn with: elements, and the scale from codes to pixels.

const ROOM = { left: 40, right: 10, top: 10, bottom: 38 }; // beside the plane, for its axes

// From codes to pixels, and back; the second dimension goes up.
function scaleOf(width, reach) {
  const side = width - ROOM.left - ROOM.right;
  const unit = side / (2 * reach);
  return {
    side,
    unit,
    height: side + ROOM.top + ROOM.bottom,
    x: (first) => ROOM.left + (first + reach) * unit,
    y: (second) => ROOM.top + (reach - second) * unit,
    first: (pixel) => (pixel - ROOM.left) / unit - reach,
    second: (pixel) => reach - (pixel - ROOM.top) / unit,
  };
}

// 1, 2 or 5 times a power of ten: at most `most` of them from −reach to reach.
function stepOf(reach, most) {
  const power = 10 ** Math.floor(Math.log10((2 * reach) / most));
  return power * [1, 2, 5, 10].find((digit) => (2 * reach) / (digit * power) <= most);
}

function drawAxes(group, scale, reach, most) {
  group.replaceChildren();
  const [left, bottom, step] = [ROOM.left, ROOM.top + scale.side, stepOf(reach, most)];
  const frame = { x: left, y: ROOM.top, width: scale.side, height: scale.side, class: "frame" };
  svgEl(group, "rect", frame);
  for (let i = -Math.floor(reach / step); i * step <= reach; i += 1) {
    const said = text(i * step);
    const [x, y] = [scale.x(i * step), scale.y(i * step)];
    svgEl(group, "line", { x1: x, x2: x, y1: bottom, y2: bottom + 4, class: "tick" });
    svgText(group, said, { x, y: bottom + 17, "text-anchor": "middle" });
    svgEl(group, "line", { x1: left - 4, x2: left, y1: y, y2: y, class: "tick" });
    svgText(group, said, { x: left - 7, y: y + 4, "text-anchor": "end" });
  }
  const middle = { x: left + scale.side / 2, y: bottom + 34, "text-anchor": "middle" };
  svgText(group, "first dimension of the code, z₁", middle);
  const turned = `translate(10 ${ROOM.top + scale.side / 2}) rotate(-90)`;
  svgText(group, "second dimension, z₂", { transform: turned, "text-anchor": "middle" });
}

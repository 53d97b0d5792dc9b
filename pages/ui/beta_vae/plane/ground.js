// What lies under the point: axes, the means of q as dots or the decoded images, circles on the
// prior, and the names of the classes at their medians.

const ROOM = { left: 40, right: 10, top: 10, bottom: 38 }; // beside the plane, for its axes
const DOT = 2.4; // pixels, a radius
const FADED = 0.08; // opacity of the classes that are not the chosen one
const SOLID = 0.9;
const LINE = 15; // pixels between names

// From latents to pixels, and back; the second dimension goes up.
function scaleOf(width, reach) {
  const side = width - ROOM.left - ROOM.right;
  return {
    side,
    unit: side / (2 * reach),
    height: side + ROOM.top + ROOM.bottom,
    first: linearScale([-reach, reach], [ROOM.left, ROOM.left + side]),
    second: linearScale([reach, -reach], [ROOM.top, ROOM.top + side]),
  };
}

// 1, 2 or 5 times a power of ten: at most `most` of them from −reach to reach.
function stepOf(reach, most) {
  const power = 10 ** Math.floor(Math.log10((2 * reach) / most));
  return power * [1, 2, 5, 10].find((digit) => (2 * reach) / (digit * power) <= most);
}

function drawAxes(group, { first, second, side }, reach, most) {
  group.replaceChildren();
  svgEl(group, "rect", { x: ROOM.left, y: ROOM.top, width: side, height: side, class: "frame" });
  const values = multiplesOf(stepOf(reach, most), -reach, reach);
  const bottom = ROOM.top + side;
  ticksBelow(group, first, values, bottom);
  ticksLeft(group, second, values, ROOM.left);
  titleBelow(group, "first latent dimension, z₁", ROOM.left + side / 2, bottom + 34);
  titleLeft(group, "second latent dimension, z₂", 10, ROOM.top + side / 2);
}

function groundView(field) {
  const canvas = el(field, "canvas", "");
  const picture = svgEl(field, "svg", { role: "img", class: "picture" });
  const [axes, rings, names] = ["axes", "rings", "names"].map((name) =>
    svgEl(picture, "g", { class: name }));
  let latents = null; // what the messenger brought, decoded
  let ready = () => {}; // when a sheet has been read
  let taken = []; // where the labels of the circles stand

  function read(sent) {
    if (latents?.version === sent.version) return;
    const means = new Float32Array(bytes(sent.means).buffer);
    latents = { ...sent, means, labels: bytes(sent.labels), image: null };
    if (!sent.sheet) return;
    const image = new Image();
    const mine = latents;
    image.onload = () => {
      mine.image = image;
      ready();
    };
    image.src = sent.sheet;
  }

  function paint({ data, width, scale, colours, chosen, onReady }) {
    ready = onReady;
    if (channel.latents?.version === data.version) read(channel.latents);
    const known = latents?.version === data.version ? latents : null;
    setAttributes(picture, { width, height: scale.height });
    drawAxes(axes, scale, data.reach, width < 420 ? 8 : 10);
    drawRings(data, scale);
    fill(known, scale, colours, chosen);
    drawNames(known, data, scale, chosen);
    field.classList.toggle("pictures", Boolean(known?.sheet));
  }

  function fill(known, { side, first, second }, colours, chosen) {
    const ratio = Math.min(2, window.devicePixelRatio);
    const pixels = Math.round(side * ratio);
    Object.assign(canvas, { width: pixels, height: pixels });
    Object.assign(canvas.style, { width: `${side}px`, height: `${side}px` });
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    if (!known) return;
    if (known.sheet) {
      if (known.image) context.drawImage(known.image, 0, 0, side, side);
      return;
    }
    known.labels.forEach((label, i) => {
      context.globalAlpha = chosen === null || chosen === label ? SOLID : FADED;
      context.fillStyle = colours[label];
      context.beginPath();
      const left = first.to(known.means[2 * i]) - ROOM.left;
      const top = second.to(known.means[2 * i + 1]) - ROOM.top;
      context.arc(left, top, DOT, 0, 2 * Math.PI);
      context.fill();
    });
  }

  function drawRings({ rings: given }, scale) {
    rings.replaceChildren();
    taken = [];
    const [x, y] = [scale.first.to(0), scale.second.to(0)];
    const apart = scale.unit > 18;
    given.forEach(([radius, fraction], i) => {
      const r = radius * scale.unit;
      svgEl(rings, "circle", { cx: x, cy: y, r, class: "halo" });
      svgEl(rings, "circle", { cx: x, cy: y, r });
      const last = i === given.length - 1;
      if (!apart && !last) return;
      const words = `${last ? "prior: " : ""}${Math.round(100 * fraction)} %`;
      svgText(rings, words, { x, y: y - r - 4, "text-anchor": "middle" });
      taken.push({ x, y: y - r - 8, half: 3.4 * words.length });
    });
  }

  // At the medians; of two that would cover each other, the lower one gives way.
  function drawNames(known, { classes, reach }, scale, chosen) {
    names.replaceChildren();
    if (!known || known.sheet) return;
    const placed = [...taken];
    const wanted = known.medians
      .map(([first, second], label) => ({
        label,
        x: scale.first.to(clamp(first, -reach, reach)),
        y: scale.second.to(clamp(second, -reach, reach)),
      }))
      .filter(({ label }) => chosen === null || chosen === label)
      .sort((a, b) => a.y - b.y);
    for (const each of wanted) {
      const half = 3.4 * classes[each.label].length + 4;
      const edge = ROOM.left + scale.side - half;
      each.x = clamp(each.x, ROOM.left + half, edge);
      const meets = (other) => Math.abs(other.x - each.x) < half + other.half
        && Math.abs(other.y - each.y) < LINE;
      for (let tries = 0; placed.some(meets) && tries < 40; tries += 1) each.y += 3;
      placed.push({ ...each, half });
      const at = { x: each.x, y: each.y + 4, "text-anchor": "middle" };
      svgText(names, classes[each.label], at);
    }
  }

  return { picture, paint, hasDots: () => !field.classList.contains("pictures") };
}

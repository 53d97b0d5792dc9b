// What lies under the point: the codes as dots or the plane's pictures, the prior's rings, and the
// classes' names at their codes' medians.

const DOT = 2.4; // pixels, a radius
const FADED = 0.08; // how much is seen of the classes that are not the chosen one
const SOLID = 0.9;
const LINE = 15; // pixels between names

function groundView(field) {
  const canvas = el(field, "canvas", "");
  const picture = svgEl(field, "svg", { role: "img" });
  const [axes, rings, names] = ["axes", "rings", "names"].map((name) =>
    svgEl(picture, "g", { class: name }));
  let cloud = null; // what the codes' messenger brought, read
  let ready = () => {}; // when a sheet has been read
  let taken = []; // where a ring has its words

  function read(sent) {
    if (cloud?.version === sent.version) return;
    const means = new Float32Array(bytes(sent.codes).buffer);
    cloud = { ...sent, means, labels: bytes(sent.labels), image: null };
    if (!sent.sheet) return;
    const image = new Image();
    const mine = cloud;
    image.onload = () => {
      mine.image = image;
      ready();
    };
    image.src = sent.sheet;
  }

  function paint({ data, width, scale, colours, chosen, onReady }) {
    ready = onReady;
    if (hub.cloud?.version === data.version) read(hub.cloud);
    const known = cloud?.version === data.version ? cloud : null;
    setAttributes(picture, { width, height: scale.height });
    drawAxes(axes, scale, data.reach, width < 420 ? 8 : 10);
    drawRings(data, scale);
    fill(known, scale, colours, chosen);
    drawNames(known, data, scale, chosen);
    field.classList.toggle("pictures", Boolean(known?.sheet));
  }

  function fill(known, { side, x, y }, colours, chosen) {
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
      const [left, top] = [x(known.means[2 * i]) - ROOM.left, y(known.means[2 * i + 1]) - ROOM.top];
      context.arc(left, top, DOT, 0, 2 * Math.PI);
      context.fill();
    });
  }

  function drawRings({ rings: given }, scale) {
    rings.replaceChildren();
    taken = [];
    const [x, y] = [scale.x(0), scale.y(0)];
    const apart = scale.unit > 18;
    given.forEach(([radius, share], i) => {
      const r = radius * scale.unit;
      svgEl(rings, "circle", { cx: x, cy: y, r, class: "halo" });
      svgEl(rings, "circle", { cx: x, cy: y, r });
      const last = i === given.length - 1;
      if (!apart && !last) return;
      const words = `${last ? "prior: " : ""}${Math.round(100 * share)} %`;
      svgText(rings, words, { x, y: y - r - 4, "text-anchor": "middle" });
      taken.push({ x, y: y - r - 8, half: 3.4 * words.length });
    });
  }

  // At the medians; of two that would cover each other, the lower one gives way.
  function drawNames(known, { classes, reach }, scale, chosen) {
    names.replaceChildren();
    if (!known || known.sheet) return;
    const placed = [...taken];
    const wanted = known.heads
      .map(([first, second], label) => ({
        label, x: scale.x(clamp(first, -reach, reach)), y: scale.y(clamp(second, -reach, reach)),
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

// The densities q and p over z and, below them, the integrand q·ln(q/p) of KL(q‖p).

const SIDE = 16; // pixels beside the line
const FOOT = 24; // below it, for its axis
const HEAD = 14; // above the highest peak
const LABEL = 20; // above the areas, for their title
const LEAST = 0.2; // of the higher side, what the lower one gets: room for its label

// Lines from the lower left to the upper right, so that the two areas differ in more than colour.
const HATCH = `<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"
  patternTransform="rotate(45)"><rect class="ground" width="6" height="6"/>
  <line class="stripe" x1="0" x2="0" y1="0" y2="6"/></pattern></defs>`;

function curvesView(parent) {
  const field = el(parent, "div", "field");
  const picture = svgEl(field, "svg", { role: "img", class: "picture" });
  picture.innerHTML = HATCH;
  const axis = svgEl(picture, "g");
  const paths = Object.fromEntries(["p", "q", "above", "below"].map((name) =>
    [name, svgEl(picture, "path", { class: name })]));
  const zero = svgEl(picture, "line", { class: "tick" });
  const names = svgEl(picture, "g");
  const handles = el(field, "div", "handles");
  const [meanHandle, stdHandle] = [["peak", "mean"], ["width", "std"]].map(([name, grip]) =>
    handleIn(handles, name, { "data-grip": grip }));
  let [scale, bottom] = [null, 0];
  const tallest = { density: 1, up: 0.1, down: 0.1 };

  function paint({ q, limits, size: [width, height, strip], held }) {
    bottom = height - FOOT;
    scale = linearScale([limits.low, limits.high], [SIDE, width - SIDE]);
    setAttributes(picture, { width, height: height + strip });
    field.style.height = `${height + strip}px`;
    drawLineAxis(axis, scale, limits, 1, bottom);
    const x = evenly(limits.low, limits.high, POINTS);
    drawDensities(x, q, held);
    const [middle, unit] = drawAreas(x, q, height, strip, held);
    drawNames(q, height, middle, unit, width);
    placeHandles(q, limits);
  }

  const line = (x, values, y) => curve(x.map((at) => scale.to(at).toFixed(1)), values.map(y));
  const closed = (path, y) => `${path}V${y.toFixed(1)}H${SIDE}Z`;
  const yOf = (density) => bottom - (density / tallest.density) * (bottom - HEAD);

  const grown = (name, wanted, held) => {
    tallest[name] = axisEnd(tallest[name], wanted, held);
  };

  function drawDensities(x, q, held) {
    const prior = x.map((at) => normal([0, 1], at));
    grown("density", 1.06 * Math.max(normal([0, 1], 0), normal(q, q[0])), held);
    paths.p.setAttribute("d", closed(line(x, prior, yOf), bottom));
    paths.q.setAttribute("d", line(x, x.map((at) => normal(q, at)), yOf));
  }

  function drawAreas(x, q, height, strip, held) {
    const values = x.map((at) => integrand(q, at));
    const [up, down] = [Math.max(...values, 0.02), Math.max(...values.map((value) => -value))];
    grown("up", Math.max(up, LEAST * down), held);
    grown("down", Math.max(down, LEAST * up), held);
    const unit = (strip - LABEL - 4) / (tallest.up + tallest.down);
    const middle = height + LABEL + tallest.up * unit;
    const y = (value) => middle - value * unit;
    for (const [name, sign] of [["above", 1], ["below", -1]]) {
      const part = values.map((value) => (sign * value > 0 ? value : 0));
      paths[name].setAttribute("d", closed(line(x, part, y), middle));
    }
    setAttributes(zero, { x1: SIDE, x2: scale.to(x.at(-1)), y1: middle, y2: middle });
    return [middle, unit];
  }

  function drawNames([mean, std], height, middle, unit, width) {
    names.replaceChildren();
    const write = (words, className, x, y, anchor = "start") => {
      svgText(names, words, { x, y, class: className, "text-anchor": anchor });
    };
    const side = mean > 0 ? -1 : 1; // p's name stands where q is not
    const [x, anchor] = [scale.to(side * 0.9), side < 0 ? "end" : "start"];
    write("p = N(0, 1), the prior", "name p", x, yOf(normal([0, 1], 0.9)) - 6, anchor);
    const top = Math.max(HEAD + 4, yOf(normal([mean, std], mean)) + 5);
    const free = mean > 0 ? 20 : -20;
    write("q", "name q", scale.to(mean) + free, top, mean > 0 ? "start" : "end");
    write("Integrand of KL(q‖p): q(z) · ln(q(z)/p(z))", "title", SIDE, height + 12);
    const says = [["above 0: q > p", "q", -5], ["below 0: q < p", "p", 14]];
    for (const [words, of, dy] of says) {
      const least = of === "q" ? tallest.up : tallest.down;
      if (least * unit > 16) {
        write(words, `name small ${of}`, mean > 0 ? SIDE : width - SIDE, middle + dy,
          mean > 0 ? "start" : "end");
      }
    }
  }

  // The handles

  function placeHandles([mean, std], { low, high, narrowest, widest }) {
    const peak = normal([mean, std], mean);
    const out = mean + std > high ? -1 : 1; // σ's handle is on the right, or where there is room
    placeHandle(meanHandle, [scale.to(mean), yOf(peak)],
      "q: mean μ", [low, high, mean], text(mean));
    placeHandle(stdHandle, [scale.to(mean + out * std), yOf(peak * Math.exp(-0.5))],
      "q: standard deviation σ", [narrowest, widest, std], text(std));
  }

  const at = (event) => scale.from(event.clientX - picture.getBoundingClientRect().left);
  const say = (sentence) => label(picture, sentence);

  return { paint, at, say };
}

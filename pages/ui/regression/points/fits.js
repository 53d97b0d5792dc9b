// The four lines, fitted at each move of a drag: the same as kl_core.fit_line's after it. A line is
// {intercept, slope, scale, growth, centre, nats}: σ(x) = scale · exp(growth · (x − centre)), and
// `nats` is the mean negative log-likelihood of the points [x, y]. null if there is no maximum.

const LOG_2_PI = Math.log(2 * Math.PI);
const STRAIGHT = 1e-6; // a point closer to a line lies on it; state.py has the same
const ITERATIONS = 1000; // of a search, at most
const TOLERANCE = 1e-11; // nats; a search ends when an iteration gains less
const EQUAL = 1e-12; // relatively; lines whose sums differ by less are equally good
const SCANNED = 81; // growths on the grid
const CLOSE = 1e-7; // of their range, the width at which the search for the best one ends
const GOLDEN = (Math.sqrt(5) - 1) / 2;

const mean = (values) => sum(values) / values.length;
const sigmaAt = ({ scale, growth, centre }, x) => scale * Math.exp(growth * (x - centre));

// The line with the least weighted sum of squares.
function weighted(points, weights) {
  const total = sum(weights);
  const [x, y] = [0, 1].map((k) => sum(points.map((p, i) => weights[i] * p[k])) / total);
  let [xx, xy] = [0, 0];
  points.forEach((p, i) => {
    xx += weights[i] * (p[0] - x) ** 2;
    xy += weights[i] * (p[0] - x) * (p[1] - y);
  });
  return { intercept: y - (xy / xx) * x, slope: xy / xx };
}

const residuals = (points, { intercept, slope }) =>
  points.map(([x, y]) => y - intercept - slope * x);

function leastSquares(points) {
  const line = weighted(points, points.map(() => 1));
  const scale = Math.sqrt(mean(residuals(points, line).map((r) => r * r)));
  return { ...line, scale, growth: 0, centre: 0, nats: Math.log(scale) + (LOG_2_PI + 1) / 2 };
}

// Exactly: the best of the best lines through each point. Through one point, the slope that
// minimises the sum is the median of the slopes to the others, weighted by their distances in x.
function leastAbsolute(points) {
  const sorted = [...points].sort(([a, b], [c, d]) => a - c || b - d);
  const through = sorted.map((pivot) => bestThrough(sorted, pivot));
  const least = Math.min(...through.map(({ cost }) => cost));
  const { cost, ...line } = through.find((each) => each.cost <= least * (1 + EQUAL));
  const scale = cost / points.length;
  return { ...line, scale, growth: 0, centre: 0, nats: Math.log(2 * scale) + 1 };
}

function bestThrough(points, [x, y]) {
  const ways = points.map(([u, v]) => [u === x ? 0 : (v - y) / (u - x), Math.abs(u - x)]);
  ways.sort(([one], [other]) => one - other);
  const half = sum(ways.map(([, weight]) => weight)) / 2;
  let below = 0;
  const [slope] = ways.find(([, weight]) => (below += weight) >= half * (1 - EQUAL));
  const line = { intercept: y - slope * x, slope };
  return { ...line, cost: sum(residuals(points, line).map(Math.abs)) };
}

// By iteratively reweighted least squares, which never lowers the likelihood (Kent, Tyler & Vardi
// 1994); from several starts, as the NLL can have several local minima.
function studentT(points, df, normal, laplace) {
  const off = residuals(points, laplace).map(Math.abs).sort((a, b) => a - b);
  const n = off.length;
  const median = (off[(n - 1) >> 1] + off[n >> 1]) / 2;
  const ends = [normal, laplace, { ...laplace, scale: median }]
    .filter(({ scale }) => scale > STRAIGHT)
    .map((start) => reweight(points, df, start));
  if (ends.includes(null)) return null; // for some line the scale tends to 0
  return ends.reduce((one, other) => (other.nats < one.nats ? other : one));
}

function reweight(points, df, start) {
  let [line, before] = [start, Infinity];
  for (let round = 0; round < ITERATIONS; round += 1) {
    const weights = residuals(points, line).map((r) => 1 / (df + (r / line.scale) ** 2));
    const next = weighted(points, weights);
    const off = residuals(points, next);
    const square = sum(off.map((r, i) => weights[i] * r * r)) / sum(weights);
    line = { ...next, scale: Math.sqrt(square), growth: 0, centre: 0 };
    if (!(line.scale > STRAIGHT)) return null;
    const nats = natsOfT(points, df, line);
    if (before - nats < TOLERANCE) return { ...line, nats };
    before = nats;
  }
  return { ...line, nats: before };
}

function natsOfT(points, df, line) {
  const tails = residuals(points, line).map((r) => Math.log1p((r / line.scale) ** 2 / df));
  return Math.log(line.scale) + ((df + 1) / 2) * mean(tails) - T_PEAK;
}

const T_PEAK = Math.log(2 / (Math.PI * Math.sqrt(3))); // log density of t with 3 df at its middle

// log σ(x) is linear in x: for a given growth the rest is a formula. So growths on a grid are tried,
// and the interval around the best is narrowed. σ at the ends of x differs by a factor of at most 1000.
function heteroscedastic(points) {
  const x = points.map(([x]) => x);
  const [low, high, middle] = [Math.min(...x), Math.max(...x), mean(x)];
  const reach = Math.log(1000) / (high - low);
  const at = (growth) => withGrowth(points, growth, middle);
  const step = (2 * reach) / (SCANNED - 1);
  let best = at(-reach);
  for (let i = 1; i < SCANNED; i += 1) {
    const next = at(-reach + i * step);
    if (next.nats < best.nats) best = next;
  }
  let [from, to] = [-1, 1].map((side) => clamp(best.growth + side * step, -reach, reach));
  while (to - from > CLOSE * reach) {
    const [one, other] = [at(to - GOLDEN * (to - from)), at(from + GOLDEN * (to - from))];
    if (one.nats < other.nats) to = other.growth;
    else from = one.growth;
    best = [best, one, other].reduce((a, b) => (b.nats < a.nats ? b : a));
  }
  return best;
}

function withGrowth(points, growth, middle) {
  const weights = points.map(([x]) => Math.exp(-2 * growth * (x - middle)));
  const line = weighted(points, weights);
  const scale = Math.sqrt(mean(residuals(points, line).map((r, i) => weights[i] * r * r)));
  const nats = Math.log(scale) + (LOG_2_PI + 1) / 2;
  return { ...line, scale, growth, centre: middle, nats };
}

// All four, by Python's names for the noise models.
function fitsOf(points, df) {
  const [normal, laplace] = [leastSquares(points), leastAbsolute(points)];
  return {
    normal,
    laplace,
    student_t: studentT(points, df, normal, laplace),
    heteroscedastic: heteroscedastic(points),
  };
}

// Why Python would refuse the points, in its words; "" if it would not.
function troubleOf(points, { fewest, most }) {
  if (points.length < fewest || points.length > most) {
    return `The four models need ${fewest} to ${most} points; there are ${points.length}.`;
  }
  if (points.every(([x]) => x === points[0][0])) {
    return "All points have the same x; a line needs at least two values of x.";
  }
  const line = leastSquares(points);
  if (residuals(points, line).every((r) => Math.abs(r) < STRAIGHT)) {
    return "All points lie on one line: every residual is 0, and the likelihood has no maximum.";
  }
  return "";
}

// The four lines, found again under the hand: what kl_core.fit_line finds when the hand rests.
// A line is {intercept, slope, scale, growth, centre, nats}: σ(x) = scale · exp(growth · (x −
// centre)), and `nats` is the mean of −log q over the points [x, y]. null where there is no best.

const LOG_2_PI = Math.log(2 * Math.PI);
const STRAIGHT = 1e-6; // what is less beside a line lies on it; cloud.py has the same
const ROUNDS = 1000; // of a search, at most
const STILL = 1e-11; // nats; a search ends where a round gains less
const EVEN = 1e-12; // relatively; lines whose sums differ by less are equally good
const SCANNED = 81; // growths that are tried
const CLOSE = 1e-7; // of their range, at which the search for the best one ends
const GOLDEN = (Math.sqrt(5) - 1) / 2;

const mean = (values) => sum(values) / values.length;
const spreadAt = ({ scale, growth, centre }, x) => scale * Math.exp(growth * (x - centre));

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

// Exactly: of the best lines through each point, the best. Through one point the sum is least where
// the slope is the median of the slopes to the others, each weighted by its distance in x.
function leastAbsolute(points) {
  const sorted = [...points].sort(([a, b], [c, d]) => a - c || b - d);
  const through = sorted.map((pivot) => bestThrough(sorted, pivot));
  const least = Math.min(...through.map(({ cost }) => cost));
  const { cost, ...line } = through.find((each) => each.cost <= least * (1 + EVEN));
  const scale = cost / points.length;
  return { ...line, scale, growth: 0, centre: 0, nats: Math.log(2 * scale) + 1 };
}

function bestThrough(points, [x, y]) {
  const ways = points.map(([u, v]) => [u === x ? 0 : (v - y) / (u - x), Math.abs(u - x)]);
  ways.sort(([one], [other]) => one - other);
  const half = sum(ways.map(([, weight]) => weight)) / 2;
  let below = 0;
  const [slope] = ways.find(([, weight]) => (below += weight) >= half * (1 - EVEN));
  const line = { intercept: y - slope * x, slope };
  return { ...line, cost: sum(residuals(points, line).map(Math.abs)) };
}

// By weights that a point loses the farther it lies off, which leads uphill (Kent, Tyler & Vardi
// 1994); from several starts, for a line may be the best in its neighbourhood only.
function studentT(points, df, normal, laplace) {
  const off = residuals(points, laplace).map(Math.abs).sort((a, b) => a - b);
  const n = off.length;
  const median = (off[(n - 1) >> 1] + off[n >> 1]) / 2;
  const ends = [normal, laplace, { ...laplace, scale: median }]
    .filter(({ scale }) => scale > STRAIGHT)
    .map((start) => climb(points, df, start));
  if (ends.includes(null)) return null; // the noise of some line falls to nothing
  return ends.reduce((one, other) => (other.nats < one.nats ? other : one));
}

function climb(points, df, start) {
  let [line, before] = [start, Infinity];
  for (let round = 0; round < ROUNDS; round += 1) {
    const weights = residuals(points, line).map((r) => 1 / (df + (r / line.scale) ** 2));
    const next = weighted(points, weights);
    const off = residuals(points, next);
    const square = sum(off.map((r, i) => weights[i] * r * r)) / sum(weights);
    line = { ...next, scale: Math.sqrt(square), growth: 0, centre: 0 };
    if (!(line.scale > STRAIGHT)) return null;
    const nats = natsOfT(points, df, line);
    if (before - nats < STILL) return { ...line, nats };
    before = nats;
  }
  return { ...line, nats: before };
}

function natsOfT(points, df, line) {
  const tails = residuals(points, line).map((r) => Math.log1p((r / line.scale) ** 2 / df));
  return Math.log(line.scale) + ((df + 1) / 2) * mean(tails) - T_PEAK;
}

const T_PEAK = Math.log(2 / (Math.PI * Math.sqrt(3))); // log density of t with 3 df at its middle

// log σ(x) linear in x: for each growth the rest is known, so a range of them is tried, and the
// best one's neighbourhood narrowed down. No growth parts the ends of x by more than a factor 1000.
function growing(points) {
  const x = points.map(([x]) => x);
  const [low, high, middle] = [Math.min(...x), Math.max(...x), mean(x)];
  const reach = Math.log(1000) / (high - low);
  const at = (growth) => grown(points, growth, middle);
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

function grown(points, growth, middle) {
  const weights = points.map(([x]) => Math.exp(-2 * growth * (x - middle)));
  const line = weighted(points, weights);
  const scale = Math.sqrt(mean(residuals(points, line).map((r, i) => weights[i] * r * r)));
  const nats = Math.log(scale) + (LOG_2_PI + 1) / 2;
  return { ...line, scale, growth, centre: middle, nats };
}

// All four, by the names that Python has for them.
function fitsOf(points, df) {
  const [normal, laplace] = [leastSquares(points), leastAbsolute(points)];
  return {
    normal,
    laplace,
    student_t: studentT(points, df, normal, laplace),
    heteroscedastic: growing(points),
  };
}

// Why Python would not take the points, in its words; "" where it would.
function troubleOf(points, { fewest, most }) {
  if (points.length < fewest || points.length > most) {
    return `A fit takes ${fewest} to ${most} points, so that each model has something to go by; `
      + `${points.length} came.`;
  }
  if (points.every(([x]) => x === points[0][0])) {
    return "All points stand at one x: a line needs at least two places.";
  }
  const line = leastSquares(points);
  if (residuals(points, line).every((r) => Math.abs(r) < STRAIGHT)) {
    return "All points lie on one line: no noise is left to fit, and −log q falls without end.";
  }
  return "";
}

// As Python computes them: P's density, both divergences of one Q, and of every Q on the maps, in
// nats. P is {components: [[mean, std, weight]], bins: [height]}, one of them empty.

const REACH = 9; // standard deviations; beyond lies 2e-19 of a Gaussian
const ROUNDING = 1e-10; // smaller divergences are 0 but for rounding; results.py has the same
const COLUMNS = 129; // of a map, from the line's low end to its high end
const ROWS = 65; // from the narrowest Gaussian to the widest, in equal ratios
const FINE = 1 / 32; // between the points where a map evaluates log p
const NEAR = 5.5; // standard deviations over which a map integrates

// P with weights that sum to 1, its moments, and other values that are used more than once.
function truthOf({ components, bins }, limits) {
  const truth = bins.length ? histogramOf(bins, limits) : mixtureOf(components);
  const { points, weights, variances } = truth;
  truth.mean = sum(weights.map((w, i) => w * points[i]));
  const squares = points.map((x, i) => variances[i] + (x - truth.mean) ** 2);
  truth.std = Math.sqrt(sum(weights.map((w, i) => w * squares[i])));
  return truth;
}

function mixtureOf(components) {
  const total = sum(components.map((component) => component[2]));
  const kept = components.filter((component) => component[2] > 0);
  return {
    points: kept.map(([mean]) => mean),
    weights: kept.map((component) => component[2] / total),
    variances: kept.map((component) => component[1] ** 2),
    stds: kept.map((component) => component[1]),
    logPeaks: kept.map(([mean, std, weight]) =>
      Math.log(weight / total) + logNormal(mean, std, mean)),
  };
}

// A density at the centres of its bins, as kl_core's GridDensity is.
function histogramOf(bins, { low, high }) {
  const [step, total] = [(high - low) / bins.length, sum(bins)];
  return {
    points: bins.map((_, i) => low + step * (i + 0.5)),
    weights: bins.map((height) => height / total),
    variances: bins.map(() => 0),
    step,
    hasEmptyBins: bins.some((height) => height === 0),
  };
}

// log p of a mixture, by log-sum-exp, so that its tails do not underflow.
function logMixture({ points, stds, logPeaks }, x) {
  let [most, total] = [-Infinity, 0]; // the greatest term, and the sum of all relative to it
  for (let i = 0; i < points.length; i += 1) {
    const z = (x - points[i]) / stds[i];
    const term = logPeaks[i] - (z * z) / 2;
    if (term > most) {
      total = total * Math.exp(most - term) + 1;
      most = term;
    } else total += Math.exp(term - most);
  }
  return total === 1 ? most : most + Math.log(total);
}

function densityOf(truth, x) {
  if (truth.stds) return Math.exp(logMixture(truth, x));
  const place = Math.floor((x - truth.points[0]) / truth.step + 0.5);
  return (truth.weights[place] ?? 0) / truth.step;
}

// Both divergences of one Q: {pq, qp}.
function divergences(truth, [mean, std]) {
  const both = truth.stds ? mixtureDivergences : histogramDivergences;
  const [pq, qp] = both(truth, mean, std);
  return { pq: pq > ROUNDING ? pq : 0, qp: qp > ROUNDING ? qp : 0 };
}

// By the trapezoid rule, in steps fine enough for the narrowest Gaussian: the integral of
// p·log(p / q) − p + q, which is nowhere negative, so that no terms cancel.
function mixtureDivergences(truth, mean, std) {
  const [means, stds] = [[...truth.points, mean], [...truth.stds, std]];
  const from = Math.min(...means.map((m, i) => m - REACH * stds[i]));
  const to = Math.max(...means.map((m, i) => m + REACH * stds[i]));
  const step = Math.min(...stds) / 6;
  let [pq, qp] = [0, 0];
  for (let x = from; x <= to; x += step) {
    const [logP, logQ] = [logMixture(truth, x), logNormal(mean, std, x)];
    const [p, q] = [Math.exp(logP), Math.exp(logQ)];
    pq += p * (logP - logQ) - p + q;
    qp += q * (logQ - logP) - q + p;
  }
  return [pq * step, qp * step];
}

// KL(Q‖P) is that of Q truncated where the bins end.
function histogramDivergences({ points, weights, step, hasEmptyBins }, mean, std) {
  const logs = points.map((x) => -(((x - mean) / std) ** 2) / 2);
  const most = Math.max(...logs);
  const norm = most + Math.log(sum(logs.map((log) => Math.exp(log - most))));
  let [pq, qp] = [0, hasEmptyBins ? Infinity : 0];
  weights.forEach((p, i) => {
    if (p > 0) pq += p * (Math.log(p / step) - logNormal(mean, std, points[i]));
    if (!hasEmptyBins) qp += Math.exp(logs[i] - norm) * (logs[i] - norm - Math.log(p));
  });
  return [pq, qp];
}

// −h(P), the term of KL(P‖Q) that depends on P alone.
function negentropy(truth) {
  if (!truth.stds) {
    return sum(truth.weights.map((p) => (p > 0 ? p * Math.log(p / truth.step) : 0)));
  }
  const from = Math.min(...truth.points.map((m, i) => m - REACH * truth.stds[i]));
  const to = Math.max(...truth.points.map((m, i) => m + REACH * truth.stds[i]));
  const step = Math.min(...truth.stds) / 6;
  let total = 0;
  for (let x = from; x <= to; x += step) {
    const log = logMixture(truth, x);
    total += Math.exp(log) * log;
  }
  return total * step;
}

const meanAt = (column, { low, high }) => low + ((high - low) * column) / (COLUMNS - 1);
const stdAt = (row, { narrowest, widest }) =>
  narrowest * (widest / narrowest) ** (row / (ROWS - 1));

// KL(P‖Q) for every Q of a map, row by row from the narrowest: P enters by its moments only.
function forwardMap(truth, limits) {
  const values = new Float64Array(COLUMNS * ROWS);
  const fixed = negentropy(truth) + HALF_LOG_2_PI;
  for (let row = 0; row < ROWS; row += 1) {
    const std = stdAt(row, limits);
    for (let column = 0; column < COLUMNS; column += 1) {
      const gap = truth.mean - meanAt(column, limits);
      values[row * COLUMNS + column] =
        fixed + Math.log(std) + (truth.std ** 2 + gap * gap) / (2 * std * std);
    }
  }
  return values;
}

// KL(Q‖P) for every Q of a map; null where it is infinite for every Q.
function reverseMap(truth, limits) {
  if (truth.stds) return reverseMixtureMap(truth, limits);
  return truth.hasEmptyBins ? null : reverseHistogramMap(truth, limits);
}

// −h(Q) − E_Q[log p]: one convolution a row, at points a twelfth of Q's std apart.
function reverseMixtureMap(truth, limits) {
  const values = new Float64Array(COLUMNS * ROWS);
  const [each, margin] = [(limits.high - limits.low) / (COLUMNS - 1) / FINE, NEAR * limits.widest];
  const before = Math.ceil(margin / FINE);
  const logs = new Float64Array((COLUMNS - 1) * each + 2 * before + 1);
  for (let i = 0; i < logs.length; i += 1) {
    logs[i] = logMixture(truth, limits.low + (i - before) * FINE);
  }
  for (let row = 0; row < ROWS; row += 1) {
    const std = stdAt(row, limits);
    const stride = Math.max(1, Math.floor(std / (12 * FINE)));
    const weights = kernels[row] ??= halfKernel(std, stride * FINE);
    const fixed = -Math.log(std) - HALF_LOG_2_PI - 0.5;
    for (let column = 0; column < COLUMNS; column += 1) {
      const here = before + column * each;
      let average = weights[0] * logs[here];
      for (let k = 1, far = stride; k < weights.length; k += 1, far += stride) {
        average += weights[k] * (logs[here - far] + logs[here + far]);
      }
      values[row * COLUMNS + column] = fixed - average;
    }
  }
  return values;
}

const kernels = []; // by row: the limits of the maps never change

// Weights of a Gaussian's centre and of each pair of points around it; they sum to 1.
function halfKernel(std, step) {
  const weights = [];
  for (let gap = 0; gap <= NEAR; gap += step / std) weights.push(Math.exp(-(gap * gap) / 2));
  const total = 2 * sum(weights) - weights[0];
  return Float64Array.from(weights, (weight) => weight / total);
}

// Every gap from a column to a bin's centre is a whole number of column steps.
function reverseHistogramMap({ points, weights }, limits) {
  const values = new Float64Array(COLUMNS * ROWS);
  const width = (limits.high - limits.low) / (COLUMNS - 1);
  const places = points.map((x) => Math.round((x - limits.low) / width));
  const logs = weights.map(Math.log);
  const [density, exponent] = [new Float64Array(COLUMNS), new Float64Array(COLUMNS)];
  for (let row = 0; row < ROWS; row += 1) {
    const std = stdAt(row, limits);
    for (let gap = 0; gap < COLUMNS; gap += 1) {
      exponent[gap] = -(((gap * width) / std) ** 2) / 2;
      density[gap] = Math.exp(exponent[gap]);
    }
    for (let column = 0; column < COLUMNS; column += 1) {
      let [total, weighted] = [0, 0];
      for (let i = 0; i < places.length; i += 1) {
        const gap = Math.abs(places[i] - column);
        total += density[gap];
        weighted += density[gap] * (exponent[gap] - logs[i]);
      }
      values[row * COLUMNS + column] = weighted / total - Math.log(total);
    }
  }
  return values;
}

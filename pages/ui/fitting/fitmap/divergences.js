// What Python computes too: P's density, both divergences of one Q, and of every Q on the maps.
// In nats. P is {hills: [[mean, std, weight]], bins: [height]}, of which one is empty.

const REACH = 9; // standard deviations; beyond lies 2e-19 of a Gaussian
const ROUNDING = 1e-10; // what is less is the rounding of 0; fits.py has the same
const COLUMNS = 129; // of a map, from the line's low end to its high end
const ROWS = 65; // from the narrowest Gaussian to the widest, in equal ratios
const FINE = 1 / 32; // between the points at which a map knows log p
const NEAR = 5.5; // standard deviations to which a map looks

// P with weights that sum to 1, its moments, and what else is wanted of it more than once.
function truthOf({ hills, bins }, limits) {
  const truth = bins.length ? heapOf(bins, limits) : mixtureOf(hills);
  const { points, shares, within } = truth;
  truth.mean = sum(shares.map((w, i) => w * points[i]));
  truth.std = Math.sqrt(sum(shares.map((w, i) => w * (within[i] + (points[i] - truth.mean) ** 2))));
  return truth;
}

function mixtureOf(hills) {
  const total = sum(hills.map((hill) => hill[2]));
  const kept = hills.filter((hill) => hill[2] > 0);
  return {
    points: kept.map(([mean]) => mean),
    shares: kept.map((hill) => hill[2] / total),
    within: kept.map((hill) => hill[1] ** 2),
    stds: kept.map((hill) => hill[1]),
    tops: kept.map(([mean, std, weight]) => Math.log(weight / total) + logNormal(mean, std, mean)),
  };
}

// Known at the middles of its bins alone, as kl_core's GridDensity is.
function heapOf(bins, { low, high }) {
  const [step, total] = [(high - low) / bins.length, sum(bins)];
  return {
    points: bins.map((_, i) => low + step * (i + 0.5)),
    shares: bins.map((height) => height / total),
    within: bins.map(() => 0),
    step,
    holes: bins.some((height) => height === 0),
  };
}

// log p of a mixture, without the underflow of its tails.
function logMixture({ points, stds, tops }, x) {
  let [most, rest] = [-Infinity, 0]; // the greatest term, and the sum of all as a multiple of it
  for (let i = 0; i < points.length; i += 1) {
    const z = (x - points[i]) / stds[i];
    const term = tops[i] - (z * z) / 2;
    if (term > most) {
      rest = rest * Math.exp(most - term) + 1;
      most = term;
    } else rest += Math.exp(term - most);
  }
  return rest === 1 ? most : most + Math.log(rest);
}

function densityOf(truth, x) {
  if (truth.stds) return Math.exp(logMixture(truth, x));
  const place = Math.floor((x - truth.points[0]) / truth.step + 0.5);
  return (truth.shares[place] ?? 0) / truth.step;
}

// Both divergences of one Q: {pq, qp}.
function divergences(truth, [mean, std]) {
  const both = truth.stds ? mixtureDivergences : heapDivergences;
  const [pq, qp] = both(truth, mean, std);
  return { pq: pq > ROUNDING ? pq : 0, qp: qp > ROUNDING ? qp : 0 };
}

// By the trapezoid rule in steps that miss no Gaussian, neither P's nor Q: the sum of
// p·log(p / q) − p + q, of which no part is negative, so that none cancels another.
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

// KL(Q‖P) is that of Q cut off where the bins end.
function heapDivergences({ points, shares, step, holes }, mean, std) {
  const logs = points.map((x) => -(((x - mean) / std) ** 2) / 2);
  const most = Math.max(...logs);
  const norm = most + Math.log(sum(logs.map((log) => Math.exp(log - most))));
  let [pq, qp] = [0, holes ? Infinity : 0];
  shares.forEach((p, i) => {
    if (p > 0) pq += p * (Math.log(p / step) - logNormal(mean, std, points[i]));
    if (!holes) qp += Math.exp(logs[i] - norm) * (logs[i] - norm - Math.log(p));
  });
  return [pq, qp];
}

// −h(P): what KL(P‖Q) owes to P alone.
function negentropy(truth) {
  if (!truth.stds) {
    return sum(truth.shares.map((p) => (p > 0 ? p * Math.log(p / truth.step) : 0)));
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

// KL(P‖Q) for every Q of a map, row by row from the narrowest: P's moments say it all.
function coverMap(truth, limits) {
  const found = new Float64Array(COLUMNS * ROWS);
  const fixed = negentropy(truth) + HALF_LOG_2_PI;
  for (let row = 0; row < ROWS; row += 1) {
    const std = stdAt(row, limits);
    for (let column = 0; column < COLUMNS; column += 1) {
      const gap = truth.mean - meanAt(column, limits);
      found[row * COLUMNS + column] =
        fixed + Math.log(std) + (truth.std ** 2 + gap * gap) / (2 * std * std);
    }
  }
  return found;
}

// KL(Q‖P) for every Q of a map; null where it is infinite for all.
function seekMap(truth, limits) {
  if (truth.stds) return seekMixture(truth, limits);
  return truth.holes ? null : seekHeap(truth, limits);
}

// −h(Q) less log p averaged over Q: one convolution a row, at points a twelfth of Q apart.
function seekMixture(truth, limits) {
  const found = new Float64Array(COLUMNS * ROWS);
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
      found[row * COLUMNS + column] = fixed - average;
    }
  }
  return found;
}

const kernels = []; // by row: the limits of the maps never change

// Weights of a Gaussian's middle and of each pair of points beside it, which sum to 1.
function halfKernel(std, step) {
  const weights = [];
  for (let gap = 0; gap <= NEAR; gap += step / std) weights.push(Math.exp(-(gap * gap) / 2));
  const total = 2 * sum(weights) - weights[0];
  return Float64Array.from(weights, (weight) => weight / total);
}

// The map's columns lie so that every gap to a bin's middle is a whole number of column steps.
function seekHeap({ points, shares }, limits) {
  const found = new Float64Array(COLUMNS * ROWS);
  const width = (limits.high - limits.low) / (COLUMNS - 1);
  const places = points.map((x) => Math.round((x - limits.low) / width));
  const logs = shares.map(Math.log);
  const [density, exponent] = [new Float64Array(COLUMNS), new Float64Array(COLUMNS)];
  for (let row = 0; row < ROWS; row += 1) {
    const std = stdAt(row, limits);
    for (let gap = 0; gap < COLUMNS; gap += 1) {
      exponent[gap] = -(((gap * width) / std) ** 2) / 2;
      density[gap] = Math.exp(exponent[gap]);
    }
    for (let column = 0; column < COLUMNS; column += 1) {
      let [total, uneven] = [0, 0];
      for (let i = 0; i < places.length; i += 1) {
        const gap = Math.abs(places[i] - column);
        total += density[gap];
        uneven += density[gap] * (exponent[gap] - logs[i]);
      }
      found[row * COLUMNS + column] = uneven / total - Math.log(total);
    }
  }
  return found;
}

// Distributions: the formulas of kl_core, and how the other values change when one is set.

// Weights divided by their sum; nan if all are 0.
function normalize(weights) {
  const total = sum(weights);
  return weights.map((weight) => weight / total);
}

// p·log(p / q) in nats; 0·log 0 = 0; q = 0 < p gives Infinity. Values that differ only by the
// rounding of their sums count as equal.
const term = (p, q) =>
  (p === 0 || Math.abs(p - q) <= 4 * Number.EPSILON * p ? 0 : p * logRatio(p, q));

// log(p / q); as a difference of logarithms where the ratio would overflow.
function logRatio(p, q) {
  const ratio = p / q;
  return q > 0 && ratio === Infinity ? Math.log(p) - Math.log(q) : Math.log(ratio);
}

// KL in nats, as the sum of p·log(p / q) − p + q, whose terms are not negative: none cancel.
const divergence = (p, q) => sum(p.map((x, i) => excess(x, q[i])));

// As in kl_core/_numerics.py: for p near q, z·(q − p − p·(2z²/3 + 2z⁴/5 + …)).
function excess(p, q) {
  const z = (q - p) / (q + p || 1);
  if (p === 0 || q === 0 || Math.abs(z) > 0.1) return term(p, q) - p + q;
  let [series, power] = [0, 1];
  for (let k = 3; k < 19; k += 2) series += (2 * (power *= z * z)) / k;
  return z * (q - p - p * series);
}

// Sets one value, up to `most`, and rescales the free others in proportion, or sets them to equal
// values if all are 0. The largest of them, equally if there are several, get the rounding error.
function setAndRescale(values, free, index, value, most) {
  const round = (x, digits) => Math.round(digits * x) / digits;
  const next = [...values];
  next[index] = Math.min(fewDigits(Math.max(value, 0)), most);
  const others = sum(free.map((i) => values[i]));
  for (const i of free) {
    const part = others ? values[i] / others : 1 / free.length;
    // Rounded down, so that the sum cannot exceed 1, except from just below a digit; a positive
    // value stays positive.
    const given = (most - next[index]) * part;
    next[i] = Math.floor(given * PRECISION + 1e-6) / PRECISION || fewDigits(given);
  }
  const largest = Math.max(...free.map((i) => next[i]));
  const equal = free.filter((i) => next[i] === largest);
  const left = (1 - sum(next)) / equal.length;
  for (const i of equal) next[i] = Math.max(0, round(largest + left, 1e12));
  return next;
}

// Four decimals; below 0.001, four significant digits.
function fewDigits(value) {
  return value < 1e-3 ? Number(value.toPrecision(4)) : Math.round(PRECISION * value) / PRECISION;
}

// "0.25", "0,25", "25 %", "1e-5" or "1/4" as a number; nan for anything else.
function fraction(typed) {
  const clean = typed.replace(/\s/g, "").replace(",", ".");
  const parts = clean.match(/^((?:\d*\.?\d+|\d+\.)(?:e[+-]?\d+)?)(?:(%)|\/(\d*\.?\d+))?$/);
  if (!parts) return NaN;
  return Number(parts[1]) / (parts[2] ? 100 : Number(parts[3] ?? 1));
}

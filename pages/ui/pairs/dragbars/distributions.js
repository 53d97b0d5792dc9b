// Distributions: what Python computes too, and what becomes of the others when one value is set.

// Weights of a distribution divided by their sum; nan where all are 0.
function shares(weights) {
  const total = sum(weights);
  return weights.map((weight) => weight / total);
}

// p·log(p / q) in nats; 0·log 0 = 0; q = 0 < p gives Infinity. What differs only as its weights were
// divided by a rounded sum is equal.
const term = (p, q) =>
  (p === 0 || Math.abs(p - q) <= 4 * Number.EPSILON * p ? 0 : p * logRatio(p, q));

// log(p / q); of a q so small that the ratio would overflow, as the difference of two logarithms.
function logRatio(p, q) {
  const ratio = p / q;
  return q > 0 && ratio === Infinity ? Math.log(p) - Math.log(q) : Math.log(ratio);
}

// KL in nats, as the sum of p·log(p / q) − p + q: no part is negative, so none cancels another.
const divergence = (p, q) => sum(p.map((x, i) => excess(x, q[i])));

// As in kl_core/_numerics.py: near each other, z·(q − p − p·(2z²/3 + 2z⁴/5 + …)).
function excess(p, q) {
  const z = (q - p) / (q + p || 1);
  if (p === 0 || q === 0 || Math.abs(z) > 0.1) return term(p, q) - p + q;
  let [series, power] = [0, 1];
  for (let k = 3; k < 19; k += 2) series += (2 * (power *= z * z)) / k;
  return z * (q - p - p * series);
}

// One value set, up to `most`; the free others share the rest in proportion, or equally if all
// are 0. The greatest get what rounding leaves over, those that are equal as much.
function giveWay(values, free, index, value, most) {
  const round = (x, digits) => Math.round(digits * x) / digits;
  const found = [...values];
  found[index] = Math.min(fewDigits(Math.max(value, 0)), most);
  const others = sum(free.map((i) => values[i]));
  for (const i of free) {
    const part = others ? values[i] / others : 1 / free.length;
    // Down, so that the sum cannot exceed 1; but what is short of a digit by a hair has it, and
    // what is above 0 stays above 0.
    const given = (most - found[index]) * part;
    found[i] = Math.floor(given * PRECISION + 1e-6) / PRECISION || fewDigits(given);
  }
  const greatest = Math.max(...free.map((i) => found[i]));
  const equal = free.filter((i) => found[i] === greatest);
  const left = (1 - sum(found)) / equal.length;
  for (const i of equal) found[i] = Math.max(0, round(greatest + left, 1e12));
  return found;
}

// Four decimals; of what is small, four significant digits.
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

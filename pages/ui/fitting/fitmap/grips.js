// What becomes of a fit when something is taken and carried, or moved by a key. A fit is
// {hills: [[mean, std, weight]], bins: [height], q: [mean, std]}; a new one is returned.

const LEAST_SHARE = 0.02; // of a hill among several, so that its handle can be taken again

const replaced = (list, index, value) => list.map((each, i) => (i === index ? value : each));
const held = (value, low, high) => rounded(clamp(value, low, high));

const withHill = (fit, index, hill) => ({ ...fit, hills: replaced(fit.hills, index, hill) });

// One hill's share of P; the others keep their proportions.
function withShare(fit, index, share) {
  if (fit.hills.length === 1) return fit;
  const total = sum(fit.hills.map((hill) => hill[2]));
  const kept = clamp(share, LEAST_SHARE, 1 - LEAST_SHARE);
  const others = total - fit.hills[index][2];
  const weight = (hill, i) => (i === index ? kept
    : (1 - kept) * (others ? hill[2] / others : 1 / (fit.hills.length - 1)));
  const hills = fit.hills.map((hill, i) => [hill[0], hill[1], Number(weight(hill, i).toFixed(3))]);
  return { ...fit, hills };
}

// By the pointer: {x, density} on the line or, on a map, {mean, std}.
const CARRIED = {
  hill: (fit, i, { x, density }, { low, high }) => {
    const [, std, weight] = fit.hills[i];
    const share = density * std * Math.sqrt(2 * Math.PI);
    return withShare(withHill(fit, i, [held(x, low, high), std, weight]), i, share);
  },
  width: (fit, i, { x }, { narrowest, widest }) => {
    const [mean, , weight] = fit.hills[i];
    return withHill(fit, i, [mean, held(Math.abs(x - mean), narrowest, widest), weight]);
  },
  q: (fit, _, { x }, { low, high }) => ({ ...fit, q: [held(x, low, high), fit.q[1]] }),
  qwidth: (fit, _, { x }, { narrowest, widest }) =>
    ({ ...fit, q: [fit.q[0], held(Math.abs(x - fit.q[0]), narrowest, widest)] }),
  both: (fit, _, { mean, std }) => ({ ...fit, q: [rounded(mean), rounded(std)] }),
};

// By a key: how far each goes.
const SIDEWAYS = { ArrowLeft: -0.1, ArrowRight: 0.1, PageDown: -1, PageUp: 1 };
const WIDER = {
  ArrowLeft: -0.05, ArrowDown: -0.05, ArrowRight: 0.05, ArrowUp: 0.05, PageDown: -0.5, PageUp: 0.5,
};
const HEAVIER = { ArrowUp: 0.02, ArrowDown: -0.02 };
const BROADER = { ArrowUp: 1.05, ArrowDown: 1 / 1.05, PageUp: 1.5, PageDown: 1 / 1.5 };
const HIGHER = { ArrowUp: 0.02, ArrowDown: -0.02, PageUp: 0.1, PageDown: -0.1 };

function moved(key, now, ways, low, high) {
  if (key === "Home") return low;
  if (key === "End") return high;
  return key in ways ? held(now + ways[key], low, high) : null;
}

// The fit after a key, or null for a key that does nothing there.
const KEYED = {
  hill: (fit, i, key, { low, high }) => {
    const [mean, std, weight] = fit.hills[i];
    const total = sum(fit.hills.map((hill) => hill[2]));
    if (key in HEAVIER) return withShare(fit, i, weight / total + HEAVIER[key]);
    const to = moved(key, mean, SIDEWAYS, low, high);
    return to === null ? null : withHill(fit, i, [to, std, weight]);
  },
  width: (fit, i, key, { narrowest, widest }) => {
    const [mean, std, weight] = fit.hills[i];
    const to = moved(key, std, WIDER, narrowest, widest);
    return to === null ? null : withHill(fit, i, [mean, to, weight]);
  },
  q: (fit, _, key, { low, high }) => {
    const also = { ArrowDown: -0.1, ArrowUp: 0.1 };
    const to = moved(key, fit.q[0], { ...SIDEWAYS, ...also }, low, high);
    return to === null ? null : { ...fit, q: [to, fit.q[1]] };
  },
  qwidth: (fit, _, key, { narrowest, widest }) => {
    const to = moved(key, fit.q[1], WIDER, narrowest, widest);
    return to === null ? null : { ...fit, q: [fit.q[0], to] };
  },
  both: (fit, _, key, { low, high, narrowest, widest }) => {
    const [mean, std] = fit.q;
    if (key in BROADER) {
      // By a hundredth at least, or rounding would take the step back.
      const step = Math.max(Math.abs(std * BROADER[key] - std), 0.01) * Math.sign(BROADER[key] - 1);
      return { ...fit, q: [mean, held(std + step, narrowest, widest)] };
    }
    const to = moved(key, mean, { ArrowLeft: -0.1, ArrowRight: 0.1 }, low, high);
    return to === null ? null : { ...fit, q: [to, std] };
  },
  bin: (fit, i, key) => {
    const tallest = Math.max(...fit.bins);
    const to = { Home: 0, End: tallest }[key]
      ?? (key in HIGHER ? Math.max(0, fit.bins[i] + HIGHER[key] * tallest) : null);
    return to === null ? null : { ...fit, bins: replaced(fit.bins, i, fewDigits(to)) };
  },
};

const fewDigits = (value) => (value < 1e-9 ? 0 : Number(value.toPrecision(3)));

// A line with the pencil from one point to another: the bins between get heights in between.
function pencilled(fit, from, to, { low, high }, { total, least }) {
  const step = (high - low) / fit.bins.length;
  const bin = (x) => clamp(Math.floor((x - low) / step), 0, fit.bins.length - 1);
  const [first, last] = [bin(from.x), bin(to.x)];
  const bins = [...fit.bins];
  for (let i = Math.min(first, last); i <= Math.max(first, last); i += 1) {
    const share = first === last ? 1 : (i - first) / (last - first);
    const density = from.density + share * (to.density - from.density);
    bins[i] = density < least ? 0 : fewDigits(density * step * total);
  }
  return { ...fit, bins };
}

// Why Python would not take a heap; "" where it would.
function troubleOf(bins, truth) {
  if (!bins.length) return "";
  if (!sum(bins)) return "All bins are empty: draw at least four of them. The last shape stays.";
  return truth.std >= truth.step ? "" : "The heap is narrower than the bins can tell: spread it "
    + "over at least four of them. The last shape stays.";
}

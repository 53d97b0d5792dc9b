// The fit after a drag or a key. A fit is
// {components: [[mean, std, weight]], bins: [height], q: [mean, std]}; a new one is returned.

const MIN_WEIGHT = 0.02; // of a component among several, so that its handle stays in reach

const replaced = (list, index, value) => list.map((each, i) => (i === index ? value : each));
const held = (value, low, high) => rounded(clamp(value, low, high));

const withComponent = (fit, index, component) =>
  ({ ...fit, components: replaced(fit.components, index, component) });

// Sets one component's weight; the others keep their proportions.
function withWeight(fit, index, wanted) {
  if (fit.components.length === 1) return fit;
  const total = sum(fit.components.map((component) => component[2]));
  const kept = clamp(wanted, MIN_WEIGHT, 1 - MIN_WEIGHT);
  const others = total - fit.components[index][2];
  const weight = (component, i) => (i === index ? kept
    : (1 - kept) * (others ? component[2] / others : 1 / (fit.components.length - 1)));
  const components = fit.components.map((component, i) =>
    [component[0], component[1], Number(weight(component, i).toFixed(3))]);
  return { ...fit, components };
}

// By the pointer: {x, density} on the line or, on a map, {mean, std}.
const CARRIED = {
  component: (fit, i, { x, density }, { low, high }) => {
    const [, std, weight] = fit.components[i];
    const wanted = density * std * Math.sqrt(2 * Math.PI);
    return withWeight(withComponent(fit, i, [held(x, low, high), std, weight]), i, wanted);
  },
  width: (fit, i, { x }, { narrowest, widest }) => {
    const [mean, , weight] = fit.components[i];
    return withComponent(fit, i, [mean, held(Math.abs(x - mean), narrowest, widest), weight]);
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
  component: (fit, i, key, { low, high }) => {
    const [mean, std, weight] = fit.components[i];
    const total = sum(fit.components.map((component) => component[2]));
    if (key in HEAVIER) return withWeight(fit, i, weight / total + HEAVIER[key]);
    const to = moved(key, mean, SIDEWAYS, low, high);
    return to === null ? null : withComponent(fit, i, [to, std, weight]);
  },
  width: (fit, i, key, { narrowest, widest }) => {
    const [mean, std, weight] = fit.components[i];
    const to = moved(key, std, WIDER, narrowest, widest);
    return to === null ? null : withComponent(fit, i, [mean, to, weight]);
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

// A stroke of the pencil from one point to another: the bins between are interpolated.
function pencilled(fit, from, to, { low, high }, { total, least }) {
  const step = (high - low) / fit.bins.length;
  const bin = (x) => clamp(Math.floor((x - low) / step), 0, fit.bins.length - 1);
  const [first, last] = [bin(from.x), bin(to.x)];
  const bins = [...fit.bins];
  for (let i = Math.min(first, last); i <= Math.max(first, last); i += 1) {
    const fraction = first === last ? 1 : (i - first) / (last - first);
    const density = from.density + fraction * (to.density - from.density);
    bins[i] = density < least ? 0 : fewDigits(density * step * total);
  }
  return { ...fit, bins };
}

// Why Python would refuse a histogram; "" where it would not.
function troubleOf(bins, truth) {
  if (!bins.length) return "";
  if (!sum(bins)) return "All bins are empty: fill at least four of them. The last shape stays.";
  return truth.std >= truth.step ? "" : "The histogram is narrower than its bins can resolve: "
    + "fill at least four of them. The last shape stays.";
}

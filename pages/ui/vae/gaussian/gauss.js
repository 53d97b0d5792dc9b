// What Python computes too: densities of Gaussians, and the areas of q·log(q/p) above and below 0.

const AREA = { points: 4001, reach: 9 }; // of the grid over q; results.py has the same
const ROUNDING = 1e-10; // what is less is the rounding of 0; results.py has the same

const normal = ([mean, std], x) => Math.exp(logNormal(mean, std, x));

// The integrand of KL(q‖p), p = N(0, 1): q·log(q/p).
function integrand([mean, std], x) {
  const log = logNormal(mean, std, x);
  return Math.exp(log) * (log - logNormal(0, 1, x));
}

const closedForm = ([mean, std]) => -0.5 * (1 + 2 * Math.log(std) - mean ** 2 - std ** 2);

// By the trapezoid rule: {kl, above, below}, the last not above 0.
function areas(q) {
  const [mean, std] = q;
  const { points, reach } = AREA;
  const step = (2 * reach * std) / (points - 1);
  let [above, below] = [0, 0];
  for (let i = 0; i < points; i += 1) {
    const value = integrand(q, mean - reach * std + i * step);
    if (value > 0) above += value;
    else below -= value;
  }
  const clean = (value) => (value > ROUNDING ? value : 0);
  return { kl: clean(closedForm(q)), above: clean(above * step), below: -clean(below * step) };
}

// q = N(μ, σ²) beside the prior, to drag.

const NARROW = 30; // rem, below which all is lower
const HINT = "Drag the round handle sideways for q’s mean μ, the flat one for its standard "
  + "deviation σ. Keys: arrows, Page Up and Page Down, Home and End.";

const STEPS = {
  mean: { small: 0.1, large: 1 },
  std: { small: 0.05, large: 0.5 },
};
const WAYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

export default mount(".gaussian", view);

function view(root) {
  const sums = el(root, "div", "sums", sumHtml("above", "Area above 0")
    + sumHtml("below", "Area below 0") + sumHtml("kl", "KL(q‖p), their sum"));
  const formula = el(root, "p", "formula");
  const curves = curvesView(root);
  el(root, "p", "note").textContent = HINT;
  const editor = new Editor(root, {
    of: (data) => data.q, // [mean, std]
    message: (q) => ({ q }),
    paint,
  });

  // What is shown

  function paint() {
    const { state: q, data, drag } = editor;
    const width = root.clientWidth;
    if (!width) return;
    const size = width < NARROW * remSize() ? [width, 190, 130] : [width, 230, 150];
    curves.paint({ q, limits: data.limits, size, held: drag !== null });
    const integral = areas(q);
    for (const [name, value] of Object.entries(integral)) {
      const unit = name === "kl" ? quantity(value, "nats") : text(value);
      tellFigure(sums.querySelector(`.${name} output`), unit);
    }
    formula.textContent = filled(q, integral.kl);
    curves.say(`Densities of q = N(μ = ${text(q[0])}, σ = ${text(q[1])}) and of the prior N(0, 1). `
      + `Below, the integrand q·ln(q/p): area ${text(integral.above)} above 0 and `
      + `${text(integral.below)} below 0; their sum is KL(q‖p) = ${quantity(integral.kl, "nats")}.`);
    root.classList.toggle("held", drag !== null);
  }

  // The closed form, with q's numbers in it.
  function filled([mean, std], kl) {
    const minusOf = (value) => (value < 0 ? `+ ${text(-value)}` : `− ${text(value)}`);
    const log = 2 * Math.log(std);
    return `½ (μ² + σ² − 1 − ln σ²) = ½ (${text(mean ** 2)} + ${text(std ** 2)} − 1 ${minusOf(log)}) = `
      + quantity(kl, "nats");
  }

  // What the visitor does

  function limitsOf(grip) {
    const { low, high, narrowest, widest } = editor.data.limits;
    return grip === "mean" ? [low, high] : [narrowest, widest];
  }

  function withGrip(grip, value) {
    const [mean, std] = editor.state;
    const kept = rounded(clamp(value, ...limitsOf(grip)));
    return grip === "mean" ? [kept, std] : [mean, kept];
  }

  editor.drags(root, {
    grab(event) {
      const handle = event.target.closest(".handle");
      handle?.focus();
      return handle && { handle, grip: handle.dataset.grip };
    },
    follow(place) {
      const [x, { grip }] = [curves.at(place), editor.drag];
      editor.change(withGrip(grip, grip === "mean" ? x : Math.abs(x - editor.state[0])));
    },
  });

  root.addEventListener("keydown", (event) => {
    const grip = event.target.closest("[data-grip]")?.dataset.grip;
    if (!grip || editor.asks(event)) return;
    const [low, high] = limitsOf(grip);
    const now = editor.state[grip === "mean" ? 0 : 1];
    const { small, large } = STEPS[grip];
    const to = { Home: low, End: high, PageUp: now + large, PageDown: now - large }[event.key]
      ?? (event.key in WAYS ? now + small * WAYS[event.key] : null);
    if (to === null) return;
    event.preventDefault();
    editor.step(withGrip(grip, to));
  });

  onRestyle(root, () => { if (editor.data) paint(); });

  return editor;
}

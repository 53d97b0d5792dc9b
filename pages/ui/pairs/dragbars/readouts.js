// What the bars show beside the probabilities, in each form. Each draws from:
// {root, rows, names, p, q, known, data, dragging}.

const KL = { pq: "KL(P‖Q)", qp: "KL(Q‖P)" };

const cell = (way) => `
  <div class="cell ${way}" role="img"><div class="axis"><div class="mark"></div></div><span></span>
  </div>`;

const NOTE = `<p class="note">Drag a bar, or use the arrow, Page, Home and End keys on it; L locks
  it. A probability can be typed: 0.25, 25&nbsp;% or 1/4.</p>`;

// tracks: the distributions with bars; sums: the numbers on top; cells: in each row; below: under
// the rows.
const FORMS = {
  pair: {
    tracks: ["p", "q"],
    sums: KL,
    cells: cell("pq") + cell("qp"),
    below: `<div class="formula"><span class="head"></span><span class="terms"></span>
        <span class="total"></span></div>
      <p class="note">Each outcome adds one <b>term</b> to each sum. <b class="p">Blue</b>: p &gt; q.
        <b class="q">Orange</b>: p &lt; q. A term can be negative; the sum cannot. The term of
        KL(P‖Q) is 0 where p = 0, that of KL(Q‖P) where q = 0.</p>${NOTE}`,
    paint: paintTerms,
  },
  forward: {
    tracks: ["p", "q"],
    sums: { pq: KL.pq },
    cells: cell("pq"),
    below: `<div class="formula"><span class="head"></span><span class="terms"></span>
        <span class="total"></span></div>${NOTE}`,
    paint: paintTerms,
  },
  small: { tracks: ["p", "q"], sums: KL, cells: "", below: "", paint: paintNumbers },
  surprisal: {
    tracks: ["p"],
    sums: { h: "H(P)" },
    cells: cell("h"),
    below: `<small class="scale"></small><div class="area" role="img"></div>
      <p class="note">One column per outcome: its width is the probability, its height the surprisal.
        The area of all columns is <b class="h">H(P)</b>, the mean surprisal; the dashed line marks
        it.</p>${NOTE}`,
    paint: paintSurprisals,
  },
  code: {
    tracks: ["p", "q"],
    sums: { pq: "KL(P‖Q)", h: "H(P)", cross: "H(P, Q)" },
    cells: cell("h") + cell("cross"),
    top: `<div class="whole"><div class="stack" role="img"><div class="h"></div>
      <div class="pq"></div></div><span class="end"></span><p class="sentence"></p></div>`,
    below: `<small class="scale"></small><div class="area" role="img"></div>
      <p class="note">One column per outcome: its width is the probability under P, its height the
        ideal codeword length. <b class="p">Blue</b>: bits that the code for Q adds.
        <b class="q">Striped</b>: bits that it saves. Green and blue together are H(P, Q), green and
        striped H(P), so blue minus striped is KL(P‖Q).</p>`,
    paint: paintCode,
  },
};

function paintSum(root, way, value, unit, remark = "") {
  const sum = root.querySelector(`.sum.${way}`);
  tellFigure(sum.querySelector("output"), value === undefined ? "?" : quantity(value, unit));
  sum.querySelector("small").textContent = remark;
}

function paintNumbers({ root, p, q, known, data }) {
  for (const [way, [truth, model]] of Object.entries({ pq: [p, q], qp: [q, p] })) {
    paintSum(root, way, known ? divergence(truth, model) / data.nats : undefined, data.unit);
  }
}

// Both directions of KL, the terms of each, and the formula of one of them.
function paintTerms(view) {
  const { root, rows, names, p, q, known, data } = view;
  const ways = { pq: [p, q], qp: [q, p] }; // the true distribution, then the model
  if (data.form === "forward") delete ways.qp;
  const shown = {};
  for (const [way, [truth, model]] of Object.entries(ways)) {
    shown[way] = truth.map((x, i) => term(x, model[i]) / data.nats);
  }
  const reach = reachOf(view, Object.values(shown).flat().map(Math.abs));
  for (const [way, [truth, model]] of Object.entries(ways)) {
    const total = known ? divergence(truth, model) / data.nats : undefined;
    paintSum(root, way, total, data.unit, known ? `terms, axis ±${text(reach)}` : "terms");
    names.forEach((_, i) => {
      const figure = known ? signed(shown[way][i]) : "?";
      const colour = p[i] > q[i] ? "p" : "q";
      const value = known ? shown[way][i] : 0;
      paintMark(rows[i], way, `Term of ${KL[way]}: ${figure}`, figure, colour, value, reach, 50);
    });
    if (way === data.direction) paintFormula(view, way, truth, model, shown[way], total);
  }
}

function paintFormula({ root, names, known, data }, way, truth, model, terms, total) {
  const list = root.querySelector(".terms");
  for (const [part, said] of [
    ["head", `${KL[way]} =`], ["total", known ? `= ${quantity(total, data.unit)}` : "= ?"],
  ]) root.querySelector(`.formula .${part}`).textContent = said;
  fillList(list, names.length, (i) => {
    setAttributes(el(list, "button", "term"), { type: "button", "data-index": i });
  });
  terms.forEach((value, i) => {
    const part = list.children[i];
    // 0 · log 0 counts as 0, whatever the model gives.
    part.textContent = !known ? "?" : truth[i] === 0 ? "0"
      : `${text(truth[i])} ${data.log}(${text(truth[i])} / ${text(model[i])})`;
    label(part, `${names[i]}: ${part.textContent} = ${known ? text(value) : "?"}`);
  });
  root.classList.toggle("reversed", way === "qp");
}

// The surprisal of each outcome, and H(P) as their mean.
function paintSurprisals(view) {
  const { root, rows, names, p, known, data } = view;
  const surprisals = lengths(p, data);
  const reach = reachOf(view, surprisals);
  const mean = known ? average(p, surprisals) : undefined;
  paintSum(root, "h", mean, data.unit, `mean of ${data.log}(1/p) under P`);
  names.forEach((_, i) => paintLength(rows[i], "h", "Surprisal", known, surprisals[i], reach, data.unit));
  const area = root.querySelector(".area");
  paintColumns(area, names, p, reach, (i) => [["h", surprisals[i]]]);
  paintScale(root, "surprisal", reach, data.unit);
  area.style.setProperty("--mean", `${known ? (100 * mean) / reach : 0}%`);
  label(area, known
    ? `${names.length} columns; width: probability, height: surprisal. Their total area is H(P), `
      + `${quantity(mean, data.unit)}.`
    : "There are no columns: all weights of P are 0.");
}

// The ideal lengths for P and for Q, and their means under P.
function paintCode(view) {
  const { root, rows, names, p, q, known, data } = view;
  const [forP, forQ] = [lengths(p, data), lengths(q, data)];
  const endless = p.some((x, i) => x > 0 && forQ[i] === Infinity);
  const seen = [...forP, ...forQ].filter((x, i) => p[i % p.length] > 0 && Number.isFinite(x));
  const reach = reachOf(view, seen, endless ? 2 : 1); // room for the column without end
  const mean = known ? average(p, forP) : undefined;
  const extra = known ? divergence(p, q) / data.nats : undefined;
  const all = known ? mean + extra : undefined;
  for (const [way, value, remark] of [
    ["pq", extra, "extra bits"],
    ["h", mean, "entropy"], ["cross", all, "cross-entropy"],
  ]) paintSum(root, way, value, data.unit, remark);
  names.forEach((_, i) => {
    paintLength(rows[i], "h", "Ideal length for P", known, forP[i], reach, data.unit);
    paintLength(rows[i], "cross", "Ideal length for Q", known, forQ[i], reach, data.unit);
  });
  const area = root.querySelector(".area");
  paintColumns(area, names, p, reach, (i) => [
    ["h", Math.min(forP[i], forQ[i])],
    forQ[i] > forP[i] ? ["p", forQ[i] - forP[i]] : ["q", forP[i] - forQ[i]],
  ]);
  paintScale(root, "ideal codeword length", reach, data.unit);
  label(area, known ? codeFinding(names, p, forP, forQ, quantity(extra, data.unit))
    : "There are no columns: all weights of P or of Q are 0.");
  paintStack(view, mean, extra, all);
}

function codeFinding(names, p, forP, forQ, extra) {
  const list = (some) => (some.length ? some.join(", ") : "no outcome");
  const longer = names.filter((_, i) => p[i] > 0 && forQ[i] > forP[i]);
  const shorter = names.filter((_, i) => p[i] > 0 && forQ[i] < forP[i]);
  return `Columns; width: probability under P. The code for Q is longer for ${list(longer)} and `
    + `shorter for ${list(shorter)}; its mean length is ${extra} larger.`;
}

// Its axis ends at 1.5 times the maximum entropy, or at H(P, Q) if that is larger, so the blue part
// never shrinks while KL grows.
function paintStack({ root, names, known, data }, mean, extra, all) {
  const stack = root.querySelector(".stack");
  const most = (1.5 * Math.log(names.length)) / data.nats;
  const whole = Math.max(most, known && Number.isFinite(all) ? all : most);
  const widths = known ? [mean, Math.min(extra, whole - mean)] : [0, 0];
  [...stack.children].forEach((part, i) => {
    part.style.width = `${(100 * widths[i]) / whole}%`;
  });
  stack.classList.toggle("endless", extra === Infinity);
  const said = known
    ? `H(P) + KL(P‖Q) = ${text(mean)} + ${text(extra)} = ${quantity(all, data.unit)} = H(P, Q)`
    : "?";
  root.querySelector(".end").textContent = quantity(whole, data.unit);
  root.querySelector(".sentence").textContent = said;
  label(stack, `Stacked bar: ${said}`);
}

// Parts of the above

// The end of every axis of one widget.
function reachOf(view, values, room = 1) {
  const wanted = roundUp(room * Math.max(0, ...values.filter(Number.isFinite)));
  view.reach = axisEnd(view.reach, wanted, view.dragging);
  return view.reach;
}

// log(1/p) in the unit on show; Infinity for 0.
const lengths = (p, data) => p.map((x) => Math.abs(Math.log(x)) / data.nats);

const average = (p, values) => sum(p.map((x, i) => (x === 0 ? 0 : x * values[i])));

function paintLength(row, way, name, known, value, reach, unit) {
  const figure = known ? text(value) : "?";
  const said = `${name}: ${known ? quantity(value, unit) : "?"}`;
  paintMark(row, way, said, figure, way === "h" ? "h" : "q", known ? value : 0, reach, 0);
}

// A mark from `origin`, in % of its axis, to the value; the axis ends at `reach`.
function paintMark(row, way, said, figure, colour, value, reach, origin) {
  const cell = label(row.querySelector(`.cell.${way}`), said);
  cell.lastElementChild.textContent = figure;
  const mark = cell.querySelector(".mark");
  mark.className = `mark ${colour}${value === Infinity ? " endless" : ""}`;
  const length = value ? Math.min(1, Math.abs(value) / reach) * (100 - origin) : 0;
  mark.style.left = `${value < 0 ? origin - length : origin}%`;
  mark.style.width = `${length}%`;
}

// Columns of width p, side by side, each of pieces [colour, height] from the bottom up.
function paintColumns(area, names, p, reach, pieces) {
  const parts = "<span></span><div></div><div></div>";
  fillList(area, names.length, () => el(area, "div", "column", parts));
  names.forEach((name, i) => {
    const column = area.children[i];
    const [title, ...drawn] = column.children;
    const width = Number.isNaN(p[i]) ? 0 : p[i];
    column.style.width = `${100 * width}%`;
    column.hidden = width === 0;
    column.title = `${name}: ${text(p[i])}`;
    column.dataset.index = i;
    title.textContent = width > 0.06 ? name : "";
    const wanted = width ? pieces(i) : [];
    drawn.forEach((piece, n) => {
      const [colour, height] = wanted[n] ?? ["", 0];
      piece.className = `piece ${colour}${height === Infinity ? " endless" : ""}`;
      piece.style.height = height === Infinity ? "" : `${(100 * height) / reach}%`;
    });
  });
}

function paintScale(root, what, reach, unit) {
  root.querySelector(".scale").textContent =
    `Vertical: ${what}, 0 to ${quantity(reach, unit)}. Horizontal: probability, 0 to 1.`;
}

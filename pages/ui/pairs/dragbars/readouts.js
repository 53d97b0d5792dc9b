// What the bars show beside the probabilities, in each of their forms. Each paints from:
// {root, rows, names, p, q, known, data, dragging}.

const KL = { pq: "KL(P‖Q)", qp: "KL(Q‖P)" };

const cell = (way) => `
  <div class="share ${way}" role="img"><div class="axis"><div class="mark"></div></div><span></span>
  </div>`;

const NOTE = `<p class="note">Drag a bar, or use the arrow, Page, Home and End keys on it; L locks
  it. A probability can be typed: 0.25, 25&nbsp;% or 1/4.</p>`;

// tracks: whose bars; sums: the numbers on top; cells: in each row; below: under the rows.
const FORMS = {
  pair: {
    tracks: ["p", "q"],
    sums: KL,
    cells: cell("pq") + cell("qp"),
    below: `<div class="formula"><span class="head"></span><span class="terms"></span>
        <span class="total"></span></div>
      <p class="note">Each outcome adds its share to each number. <b class="p">Blue</b>: P says
        that the outcome is likelier. <b class="q">Orange</b>: Q does. A share can be negative; the
        sum cannot. What the truth rules out adds 0.</p>${NOTE}`,
    paint: paintShares,
  },
  forward: {
    tracks: ["p", "q"],
    sums: { pq: KL.pq },
    cells: cell("pq"),
    below: `<div class="formula"><span class="head"></span><span class="terms"></span>
        <span class="total"></span></div>${NOTE}`,
    paint: paintShares,
  },
  small: { tracks: ["p", "q"], sums: KL, cells: "", below: "", paint: paintNumbers },
  surprise: {
    tracks: ["p"],
    sums: { h: "H(P)" },
    cells: cell("h"),
    below: `<small class="scale"></small><div class="area" role="img"></div>
      <p class="note">A column for each outcome: as wide as it is probable, as tall as it is
        surprising. Their area is <b class="h">H(P)</b>, the mean surprise; the dashed line is its
        height.</p>${NOTE}`,
    paint: paintSurprise,
  },
  code: {
    tracks: ["p", "q"],
    sums: { pq: "KL(P‖Q)", h: "H(P)", cross: "H(P, Q)" },
    cells: cell("h") + cell("cross"),
    top: `<div class="whole"><div class="stack" role="img"><div class="h"></div>
      <div class="pq"></div></div><span class="end"></span><p class="sentence"></p></div>`,
    below: `<small class="scale"></small><div class="area" role="img"></div>
      <p class="note">Columns as wide as the outcomes are probable under P, and as tall as their words
        are long. <b class="p">Blue</b>: digits that Q’s word has too many.
        <b class="q">Striped</b>: digits that it saves. Green and blue cover H(P, Q), green and
        striped H(P): so blue less striped is KL(P‖Q).</p>`,
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

// Both directions of KL, each outcome's share of them, and one of them spelled out.
function paintShares(view) {
  const { root, rows, names, p, q, known, data } = view;
  const ways = { pq: [p, q], qp: [q, p] }; // the truth, then the model
  if (data.form === "forward") delete ways.qp;
  const shown = {};
  for (const [way, [truth, model]] of Object.entries(ways)) {
    shown[way] = truth.map((x, i) => term(x, model[i]) / data.nats);
  }
  const reach = reachOf(view, Object.values(shown).flat().map(Math.abs));
  for (const [way, [truth, model]] of Object.entries(ways)) {
    const total = known ? divergence(truth, model) / data.nats : undefined;
    paintSum(root, way, total, data.unit, known ? `shares, up to ±${text(reach)}` : "shares");
    names.forEach((_, i) => {
      const figure = known ? signed(shown[way][i]) : "?";
      const colour = p[i] > q[i] ? "p" : "q";
      const value = known ? shown[way][i] : 0;
      paintMark(rows[i], way, `Share of ${KL[way]}: ${figure}`, figure, colour, value, reach, 50);
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
    // 0 · log 0 counts as 0, whatever the model says.
    part.textContent = !known ? "?" : truth[i] === 0 ? "0"
      : `${text(truth[i])} ${data.log}(${text(truth[i])} / ${text(model[i])})`;
    label(part, `${names[i]}: ${part.textContent} = ${known ? text(value) : "?"}`);
  });
  root.classList.toggle("reversed", way === "qp");
}

// Each outcome's surprise, and H(P) as their mean.
function paintSurprise(view) {
  const { root, rows, names, p, known, data } = view;
  const tall = lengths(p, data);
  const reach = reachOf(view, tall);
  const mean = known ? average(p, tall) : undefined;
  paintSum(root, "h", mean, data.unit, `mean of ${data.log} 1/p, weighed by p`);
  names.forEach((_, i) => paintLength(rows[i], "h", "Surprise", known, tall[i], reach, data.unit));
  const area = root.querySelector(".area");
  paintColumns(area, names, p, reach, (i) => [["h", tall[i]]]);
  paintScale(root, "surprise", reach, data.unit);
  area.style.setProperty("--mean", `${known ? (100 * mean) / reach : 0}%`);
  label(area, known
    ? `${names.length} columns, as wide as the outcomes are probable and as tall as they are `
      + `surprising; together they cover ${quantity(mean, data.unit)}, which is H(P).`
    : "There are no columns: all weights of P are 0.");
}

// The code made for Q against the code made for P, while P is true.
function paintCode(view) {
  const { root, rows, names, p, q, known, data } = view;
  const [own, other] = [lengths(p, data), lengths(q, data)];
  const endless = p.some((x, i) => x > 0 && other[i] === Infinity);
  const seen = [...own, ...other].filter((x, i) => p[i % p.length] > 0 && Number.isFinite(x));
  const reach = reachOf(view, seen, endless ? 2 : 1); // what has no end needs room to be seen
  const mean = known ? average(p, own) : undefined;
  const extra = known ? divergence(p, q) / data.nats : undefined;
  const all = known ? mean + extra : undefined;
  for (const [way, value, remark] of [
    ["pq", extra, "the extra, for believing Q"],
    ["h", mean, "entropy: the mean"], ["cross", all, "cross-entropy: the mean"],
  ]) paintSum(root, way, value, data.unit, remark);
  names.forEach((_, i) => {
    paintLength(rows[i], "h", "Word that suits P", known, own[i], reach, data.unit);
    paintLength(rows[i], "cross", "Word that suits Q", known, other[i], reach, data.unit);
  });
  const area = root.querySelector(".area");
  paintColumns(area, names, p, reach, (i) => [
    ["h", Math.min(own[i], other[i])],
    other[i] > own[i] ? ["p", other[i] - own[i]] : ["q", own[i] - other[i]],
  ]);
  paintScale(root, "length of the words", reach, data.unit);
  label(area, known ? codeFinding(names, p, own, other, quantity(extra, data.unit))
    : "There are no columns: all weights of P or of Q are 0.");
  paintStack(view, mean, extra, all);
}

function codeFinding(names, p, own, other, extra) {
  const list = (found) => (found.length ? found.join(", ") : "nothing");
  const longer = names.filter((_, i) => p[i] > 0 && other[i] > own[i]);
  const shorter = names.filter((_, i) => p[i] > 0 && other[i] < own[i]);
  return `Columns as wide as P makes them: Q’s words are longer for ${list(longer)}, and shorter `
    + `for ${list(shorter)}; on average that is ${extra} more.`;
}

// Its axis has room for half more than the entropy can be, and ends where the bar does if that is
// not enough: so the blue part never shrinks where KL grows.
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

// What every axis of one widget ends at.
function reachOf(view, values, room = 1) {
  const wanted = roundUp(room * Math.max(0, ...values.filter(Number.isFinite)));
  view.reach = axisEnd(view.reach, wanted, view.dragging);
  return view.reach;
}

// log(1/p) in the unit on show; 0 has no end.
const lengths = (p, data) => p.map((x) => Math.abs(Math.log(x)) / data.nats);

const average = (p, values) => sum(p.map((x, i) => (x === 0 ? 0 : x * values[i])));

function paintLength(row, way, name, known, value, reach, unit) {
  const figure = known ? text(value) : "?";
  const said = `${name}: ${known ? quantity(value, unit) : "?"}`;
  paintMark(row, way, said, figure, way === "h" ? "h" : "q", known ? value : 0, reach, 0);
}

// A mark from `origin`, in % of its axis, to the value; `reach` lies at the axis's end.
function paintMark(row, way, said, figure, colour, value, reach, origin) {
  const cell = label(row.querySelector(`.share.${way}`), said);
  cell.lastElementChild.textContent = figure;
  const mark = cell.querySelector(".mark");
  mark.className = `mark ${colour}${value === Infinity ? " endless" : ""}`;
  const length = value ? Math.min(1, Math.abs(value) / reach) * (100 - origin) : 0;
  mark.style.left = `${value < 0 ? origin - length : origin}%`;
  mark.style.width = `${length}%`;
}

// Columns side by side, as wide as p, each of pieces [colour, height] from the bottom up.
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
    `Up: ${what}, 0 to ${quantity(reach, unit)}. Across: probability, 0 to 1.`;
}

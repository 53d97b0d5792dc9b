// The bars of P and Q, to drag, type, lock, rename and remove. The pair belongs to Python: this
// shows what Python sends, changes its copy at once, and sends back the whole pair after a gesture.
// Each edit has a number; what Python sends in answer to an earlier edit is not painted.

const STEPS = {
  ArrowUp: 0.01, ArrowRight: 0.01, ArrowDown: -0.01, ArrowLeft: -0.01, PageUp: 0.1, PageDown: -0.1,
};
const PRECISION = 1e4; // of a probability that was set by hand; pair.py has the same
const REST = 250; // ms after the last key, until Python hears of it

const WAYS = { pq: "KL(P‖Q)", qp: "KL(Q‖P)" };

const ROW = `
  <input class="name" maxlength="24" spellcheck="false" autocomplete="off">
  <button class="drop" type="button">✕</button>
  ${["pq", "qp"].map((way) => `
  <div class="share ${way}" role="img"><div class="axis"><div class="mark"></div></div><span></span>
  </div>`).join("")}
  ${["p", "q"].map((of) => `
  <span class="letter ${of}" aria-hidden="true">${of.toUpperCase()}</span>
  <div class="track ${of}" data-of="${of}" role="slider" tabindex="0" aria-valuemin="0"
    aria-valuemax="1"><div class="bar"></div></div>
  <input class="value ${of}" data-of="${of}" inputmode="decimal" autocomplete="off">
  <button class="lock ${of}" data-of="${of}" type="button"></button>`).join("")}`;

const views = new WeakMap(); // by the element, so that a view survives Python's reruns

export default function (component) {
  const root = component.parentElement.querySelector(".dragbars");
  if (!views.has(root)) views.set(root, view(root));
  return views.get(root).receive(component.data, (value) => component.setStateValue("edit", value));
}

function view(root) {
  const parts = Object.fromEntries(
    ["rows", "status", "terms", "total", "head"].map((name) => [
      name, root.querySelector(`.${name}`),
    ]),
  );
  for (const [name, selector] of [["sums", "output"], ["axes", "small"]]) {
    parts[name] = Object.fromEntries(
      Object.keys(WAYS).map((way) => [way, root.querySelector(`.sum.${way} ${selector}`)]),
    );
  }
  let data, send; // what Python sent last, and how to answer
  let pair; // names; p and q, weights; locked_p and locked_q, outcomes' numbers
  let number = -1; // of the last edit
  let start = null; // the probabilities as a gesture found them: {of, index, values}
  let dragged = null; // the track under the pointer
  let waiting = null; // a timer: an edit that Python has not heard of
  let drawing = 0;
  let reach = 0; // of the shares' axes, to both sides of 0

  function receive(latest, answer) {
    [data, send] = [latest, answer];
    if (dragged === null && waiting === null && data.number >= number) {
      if (JSON.stringify(pair) !== JSON.stringify(data.pair)) {
        start = null;
        say("");
      }
      pair = structuredClone(data.pair);
      number = data.number;
    }
    paint();
    putInAddress(data.address);
    return () => clearTimeout(waiting);
  }

  // Changes

  function set(of, index, value) {
    const locked = pair[`locked_${of}`];
    if (!start || start.of !== of || start.index !== index) {
      start = { of, index, values: shares(pair[of]) };
    }
    const free = start.values.map((_, i) => i).filter((i) => i !== index && !locked.includes(i));
    if (locked.includes(index)) {
      return say(`“${pair.names[index]}” is locked in ${of.toUpperCase()}: unlock it first.`);
    }
    if (free.length === 0) {
      return say(`All other outcomes of ${of.toUpperCase()} are locked: none can give way.`);
    }
    const held = sum(start.values.filter((_, i) => i !== index && !free.includes(i)));
    say(value > 1 - held + 1e-9 && held > 0
      ? `The locked outcomes hold ${text(held)}, so ${text(1 - held)} is the most.` : "");
    pair[of] = giveWay(start.values, free, index, value, 1 - held);
  }

  function finish() {
    clearTimeout(waiting);
    waiting = null;
    number += 1;
    send({ number, ...pair });
  }

  function ask(what) {
    if (waiting !== null) { // Python knows nothing yet of what is to be undone
      clearTimeout(waiting);
      waiting = null;
      start = null;
      pair = structuredClone(data.pair);
      return paint();
    }
    number += 1;
    send({ number, ask: what });
  }

  function say(message) {
    if (parts.status.textContent !== message) parts.status.textContent = message;
  }

  // What is shown

  function paint() {
    cancelAnimationFrame(drawing);
    drawing = 0;
    while (parts.rows.children.length > pair.names.length) parts.rows.lastChild.remove();
    while (parts.rows.children.length < pair.names.length) {
      const row = document.createElement("div");
      row.className = "row";
      row.setAttribute("role", "group");
      row.innerHTML = ROW;
      row.dataset.index = parts.rows.children.length;
      parts.rows.append(row);
      const term = document.createElement("button");
      term.type = "button";
      term.className = "term";
      term.dataset.index = row.dataset.index;
      parts.terms.append(term);
    }
    while (parts.terms.children.length > pair.names.length) parts.terms.lastChild.remove();
    const [p, q] = [shares(pair.p), shares(pair.q)];
    const known = !data.hidden && !p.some(Number.isNaN) && !q.some(Number.isNaN);
    const ways = { pq: [p, q], qp: [q, p] }; // the truth, then the model
    const terms = {};
    for (const [way, [truth, model]] of Object.entries(ways)) {
      terms[way] = truth.map((x, i) => term(x, model[i]) / data.nats);
    }
    const wanted = roundUp(Math.max(...Object.values(terms).flat().map(Math.abs).filter(Number.isFinite)));
    // Under the hand the axes only grow, so that no other mark moves for their sake alone.
    reach = dragged ? Math.max(reach, wanted) : wanted;
    pair.names.forEach((name, i) => paintRow(parts.rows.children[i], name, i, { p, q }));
    for (const [way, [truth, model]] of Object.entries(ways)) {
      const total = known ? quantity(divergence(truth, model) / data.nats, data.unit) : "?";
      parts.sums[way].textContent = total;
      parts.axes[way].textContent = known ? `shares, up to ±${text(reach)}` : "shares";
      pair.names.forEach((_, i) => {
        paintShare(parts.rows.children[i].querySelector(`.share.${way}`), way, known, terms[way][i], p[i] - q[i]);
      });
      if (way === data.direction) paintFormula(way, truth, model, known, terms[way], total);
    }
  }

  function paintFormula(way, truth, model, known, terms, total) {
    parts.head.textContent = `${WAYS[way]} =`;
    parts.total.textContent = `= ${total}`;
    terms.forEach((value, i) => {
      const part = parts.terms.children[i];
      // 0 · log 0 counts as 0, whatever the model says.
      part.textContent = !known ? "?" : truth[i] === 0 ? "0"
        : `${text(truth[i])} ${data.log}(${text(truth[i])} / ${text(model[i])})`;
      part.setAttribute("aria-label", `${pair.names[i]}: ${part.textContent} = ${known ? text(value) : "?"}`);
    });
    root.classList.toggle("reversed", way === "qp");
    root.classList.toggle("hidden", data.hidden);
  }

  function paintShare(cell, way, known, value, lead) {
    const [axis, figure] = cell.children;
    figure.textContent = known ? signed(value) : "?";
    label(cell, `Share of ${WAYS[way]}: ${figure.textContent}`);
    const mark = axis.firstChild;
    mark.className = `mark ${lead > 0 ? "p" : "q"}${value === Infinity ? " endless" : ""}`;
    const length = known && value ? Math.min(50, (50 * Math.abs(value)) / reach) : 0; // in %
    mark.style.left = `${value < 0 ? 50 - length : 50}%`;
    mark.style.width = `${length}%`;
  }

  function paintRow(row, name, i, both) {
    row.setAttribute("aria-label", name);
    fill(row.querySelector(".name"), name, `Name of outcome ${i + 1}`);
    row.title = name; // which its field may be too narrow for
    label(row.querySelector(".drop"), `Remove ${name}`).disabled = pair.names.length <= data.least;
    for (const of of ["p", "q"]) {
      const [value, letter] = [both[of][i], of.toUpperCase()];
      const locked = pair[`locked_${of}`].includes(i);
      const track = label(row.querySelector(`.track.${of}`), `${letter}, ${name}`);
      track.firstChild.style.width = `${100 * value}%`;
      track.setAttribute("aria-valuenow", value.toFixed(4));
      track.setAttribute("aria-valuetext", text(value) + (locked ? ", locked" : ""));
      track.classList.toggle("locked", locked);
      fill(row.querySelector(`.value.${of}`), text(value), `Probability of ${name} in ${letter}`);
      const lock = label(row.querySelector(`.lock.${of}`), `Lock ${name} in ${letter}`);
      lock.setAttribute("aria-pressed", locked);
      lock.textContent = locked ? "🔒" : "🔓";
    }
  }

  function fill(input, value, name) {
    label(input, name);
    // Never under the fingers of who is typing.
    if (root.getRootNode().activeElement !== input || !input.dataset.typed) input.value = value;
  }

  function light(index) {
    for (const part of root.querySelectorAll("[data-index]")) {
      part.classList.toggle("lit", part.dataset.index === index);
    }
  }

  // What the visitor does

  const at = (event, selector) => event.target.closest(selector);
  const indexOf = (element) => Number(element.closest("[data-index]").dataset.index);

  function follow(event) {
    const { left, width } = dragged.getBoundingClientRect();
    const value = Math.round((100 * (event.clientX - left)) / width) / 100;
    set(dragged.dataset.of, indexOf(dragged), Math.min(1, Math.max(0, value)));
    if (!drawing) drawing = requestAnimationFrame(paint);
  }

  root.addEventListener("pointerdown", (event) => {
    const track = at(event, ".track");
    if (!track || event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    track.focus();
    track.setPointerCapture(event.pointerId);
    [dragged, start] = [track, null];
    follow(event);
  });
  root.addEventListener("pointermove", (event) => {
    if (dragged && event.isPrimary) follow(event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    root.addEventListener(end, (event) => {
      if (!dragged || !event.isPrimary) return;
      [dragged, start] = [null, null];
      paint();
      finish();
    });
  }

  root.addEventListener("keydown", (event) => {
    const track = at(event, ".track");
    if (track) keyOnTrack(event, track);
    else if (event.target.matches("input")) {
      if (event.key === "Enter") {
        take(event.target);
        event.target.select();
      }
      if (event.key === "Escape") {
        delete event.target.dataset.typed;
        paint();
        event.target.select();
      }
    }
  });

  function keyOnTrack(event, track) {
    const [of, index] = [track.dataset.of, indexOf(track)];
    const now = shares(pair[of])[index];
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (key === "z" || key === "y") {
        event.preventDefault();
        ask(key === "y" || event.shiftKey ? "redo" : "undo");
      }
      return;
    }
    if (key === "l") return toggle(of, index);
    const value = event.key in STEPS ? Math.round(PRECISION * (now + STEPS[event.key])) / PRECISION
      : { Home: 0, End: 1, 0: 0 }[event.key];
    if (value === undefined) return;
    event.preventDefault();
    set(of, index, Math.min(1, Math.max(0, value)));
    paint();
    clearTimeout(waiting);
    waiting = setTimeout(finish, REST);
  }

  root.addEventListener("input", (event) => { event.target.dataset.typed = "yes"; });

  // A click into a field selects what is there, as the Tab key does.
  root.addEventListener("focusin", (event) => { event.target.dataset.entered = "yes"; });
  root.addEventListener("click", (event) => {
    if (event.target.matches("input") && event.target.dataset.entered) event.target.select();
    delete event.target.dataset.entered;
  });

  // Leaving a bar or a field, or Enter, takes what was done there.
  root.addEventListener("focusout", (event) => {
    if (waiting !== null) finish();
    start = null;
    take(event.target);
  });

  function take(input) {
    if (!input.dataset?.typed) return;
    delete input.dataset.typed;
    if (input.matches(".name")) rename(indexOf(input), input.value);
    else type(input.dataset.of, indexOf(input), input.value);
    paint();
  }

  function type(of, index, typed) {
    const value = fraction(typed);
    if (!(value >= 0 && value <= 1)) {
      return say(`“${typed.slice(0, 20)}” is no probability: type a number from 0 to 1, 25 % or 1/3.`);
    }
    const before = JSON.stringify(pair[of]);
    set(of, index, value);
    start = null;
    if (JSON.stringify(pair[of]) !== before) finish();
  }

  function rename(index, typed) {
    const name = typed.replace(/[,:[\]]/g, " ").replace(/\s+/g, " ").trim();
    if (name === pair.names[index]) return;
    if (!name || pair.names.includes(name)) {
      return say("Each outcome needs a name of its own: the old name stays.");
    }
    say("");
    pair.names[index] = name;
    finish();
  }

  function toggle(of, index) {
    const locked = new Set(pair[`locked_${of}`]);
    if (!locked.delete(index)) locked.add(index);
    pair[`locked_${of}`] = [...locked].sort((a, b) => a - b);
    start = null;
    say("");
    paint();
    finish();
  }

  function drop(index) {
    for (const row of ["names", "p", "q"]) pair[row].splice(index, 1);
    for (const row of ["locked_p", "locked_q"]) {
      pair[row] = pair[row].filter((i) => i !== index).map((i) => (i > index ? i - 1 : i));
    }
    start = null;
    say("");
    paint();
    parts.rows.children[Math.min(index, pair.names.length - 1)].querySelector(".name").focus();
    finish();
  }

  root.addEventListener("click", (event) => {
    const [lock, remove] = [at(event, ".lock"), at(event, ".drop")];
    if (lock) toggle(lock.dataset.of, indexOf(lock));
    else if (remove) drop(indexOf(remove));
  });

  for (const over of ["pointerover", "focusin"]) {
    root.addEventListener(over, (event) => light(at(event, "[data-index]")?.dataset.index));
  }
  root.addEventListener("pointerleave", () => light());

  return { receive };
}

// In place: the browser's Back leaves the page, and does not go through every edit.
function putInAddress(values) {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(values)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
}

// Mathematics

const sum = (values) => values.reduce((total, value) => total + value, 0);

// Weights of a distribution divided by their sum; nan where all are 0.
function shares(weights) {
  const total = sum(weights);
  return weights.map((weight) => weight / total);
}

// p·log(p / q) in nats; 0·log 0 = 0; q = 0 < p gives Infinity.
const term = (p, q) => (p === 0 ? 0 : p * Math.log(p / q));

// KL in nats, as the sum of p·log(p / q) − p + q: no part is negative, so none cancels another.
const divergence = (p, q) => sum(p.map((x, i) => excess(x, q[i])));

// As in kl_core/_excess.py: near each other, z·(q − p − p·(2z²/3 + 2z⁴/5 + …)).
function excess(p, q) {
  const z = (q - p) / (q + p || 1);
  if (p === 0 || q === 0 || Math.abs(z) > 0.1) return term(p, q) - p + q;
  let [series, power] = [0, 1];
  for (let k = 3; k < 19; k += 2) series += (2 * (power *= z * z)) / k;
  return z * (q - p - p * series);
}

// A number of one or two digits that is not below the value, to end an axis at.
function roundUp(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 1.5, 2, 3, 5, 7].find((digit) => digit * power >= value) ?? 10);
}

// One value set, up to `most`; the free others share the rest in proportion, or equally if all
// are 0. The greatest gets what rounding leaves over.
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
  const greatest = free.reduce((a, b) => (found[b] > found[a] ? b : a));
  found[greatest] = Math.max(0, round(found[greatest] + 1 - sum(found), 1e12));
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

// Text: as words.py has it

function text(value) {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value !== 0 && Math.abs(value) < 1e-4) {
    const [mantissa, exponent] = value.toExponential(2).split("e");
    const digits = [...String(Number(exponent))].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻").join("");
    return `${mantissa.replace("-", "−")} × 10${digits}`;
  }
  const digits = value ? Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value)))) : 0;
  const [whole, rest] = Math.abs(value).toFixed(digits).split(".");
  const decimals = (rest ?? "").replace(/0+$/, "");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return (value < 0 ? "−" : "") + grouped + (decimals && `.${decimals}`);
}

const signed = (value) => (value > 0 ? "+" : "") + text(value);

function quantity(value, unit) {
  const shown = text(value);
  return `${shown} ${shown === "1" ? unit.replace(/s$/, "") : unit}`;
}

function label(element, name) {
  if (element.getAttribute("aria-label") !== name) element.setAttribute("aria-label", name);
  return element;
}

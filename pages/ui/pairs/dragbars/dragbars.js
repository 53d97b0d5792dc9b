// The bars of P and Q, to drag, type, lock, rename and remove.

const STEPS = {
  ArrowUp: 0.01, ArrowRight: 0.01, ArrowDown: -0.01, ArrowLeft: -0.01, PageUp: 0.1, PageDown: -0.1,
};
const PRECISION = 1e4; // of a probability that was set by hand
const MANY = 20; // outcomes, beyond which rows are low
const SLIP = 8; // pixels, within which a finger has not yet gone anywhere

// Material's close, lock and lock_open, as lines on a grid of 24; the lock's last piece closes it.
const icon = (...paths) => `<svg viewBox="0 0 24 24" aria-hidden="true">${
  paths.map((d) => `<path d="${d}"/>`).join("")}</svg>`;
const CLOSE = icon("M6 6 18 18M18 6 6 18");
const LOCK = icon(
  "M5 9h14v12H5zM13 15a1 1 0 1 1-2 0 1 1 0 1 1 2 0z", "M16 9V6a4 4 0 0 0-8 0", "M8 6v3");

const row = (form) => `
  <input class="name" maxlength="24" spellcheck="false" autocomplete="off">
  <button class="drop" type="button">${CLOSE}</button>
  ${form.cells}
  ${form.tracks.map((of) => `
  <span class="letter ${of}" aria-hidden="true">${of.toUpperCase()}</span>
  <div class="track ${of}" data-of="${of}" role="slider" tabindex="0"><div
    class="bar"></div></div>
  <input class="value ${of}" data-of="${of}" inputmode="decimal" autocomplete="off">
  <button class="lock ${of}" data-of="${of}" type="button">${LOCK}</button>`).join("")}`;

export default mount(".dragbars", (root, data) => view(root, data.form));

function view(root, name) {
  const form = FORMS[name];
  root.classList.add(name);
  const [held, status, below] = root.children;
  const [sums, rows] = held.children;
  sums.innerHTML = Object.entries(form.sums)
    .map(([way, title]) => sumHtml(way, title, "<small></small>")).join("") + (form.top ?? "");
  below.innerHTML = form.below;
  let lastSent; // the pair that Python last sent or was sent
  let touched = new Set(); // of p and q, what was changed since Python last answered
  let start = null; // the probabilities as a gesture found them: {of, index, values}
  let pressed = null; // {id, track, x, y}: where a finger came down that may want to scroll
  let refused = null; // the field with what was typed and not taken: it goes with what is said
  const why = document.createElement("div"); // what is said, to the eye, at the row that it is of
  why.className = "why";
  why.setAttribute("aria-hidden", "true");
  const seen = { root, rows: rows.children, reach: 0 }; // what the form paints from
  const editor = new Editor(root, {
    of: (data) => data.pair, // names; p and q, weights; locked_p and locked_q, outcomes' numbers
    message,
    paint,
    received(former) {
      if (!same(former, editor.state)) clear();
      lastSent = structuredClone(editor.state);
      touched = new Set();
    },
    restored: clear,
    added: { list: (pair) => pair.names, last: () => rows.lastChild },
    always: true,
  });

  const forget = () => { start = null; };

  function clear() {
    forget();
    say("");
  }

  // Changes

  function set(of, index, value) {
    const pair = editor.state;
    const locked = pair[`locked_${of}`];
    if (!start || start.of !== of || start.index !== index) {
      start = { of, index, values: shares(pair[of]) };
    }
    const free = start.values.map((_, i) => i).filter((i) => i !== index && !locked.includes(i));
    if (locked.includes(index)) {
      return say(`“${pair.names[index]}” is locked in ${of.toUpperCase()}: unlock it first.`, index);
    }
    if (free.length === 0) {
      return say(`All other outcomes of ${of.toUpperCase()} are locked: none can give way.`, index);
    }
    const held = sum(start.values.filter((_, i) => i !== index && !free.includes(i)));
    say(value > 1 - held + 1e-9 && held > 0
      ? `The locked outcomes hold ${text(held)}, so ${text(1 - held)} is the most.` : "", index);
    pair[of] = giveWay(start.values, free, index, value, 1 - held);
  }

  // Other bars may have changed meanwhile what these left alone. (Of two quick edits Python may
  // hear the second only: so what the first has touched counts too.)
  function message(pair) {
    for (const of of ["p", "q"]) {
      const rows = ["names", of, `locked_${of}`];
      if (rows.some((row) => !same(pair[row], lastSent[row]))) touched.add(of);
    }
    lastSent = structuredClone(pair);
    return { kept: ["p", "q"].filter((of) => !touched.has(of)), ...pair };
  }

  // The row grows by it: not while a bar is dragged.
  function say(message, index = null) {
    refused = null;
    setText(status, message);
    const beside = message !== "" && index !== null && editor.drag === null;
    setText(why, message);
    if (!beside) why.remove();
    else if (why.parentElement !== rows.children[index]) rows.children[index].append(why);
    status.classList.toggle("beside", beside);
  }

  // What is shown

  function paint() {
    const { state: pair, data, drag } = editor;
    fillList(rows, pair.names.length, (index) => {
      setAttributes(el(rows, "div", "row", row(form)), { role: "group", "data-index": index });
    });
    const [p, q] = [shares(pair.p), shares(pair.q)];
    pair.names.forEach((_, i) => paintRow(rows.children[i], i, { p, q }));
    const empty = [p, q].slice(0, form.tracks.length).some((of) => of.some(Number.isNaN));
    const known = !data.hidden && !empty;
    form.paint(Object.assign(seen, { names: pair.names, p, q, known, data, dragging: drag }));
    root.classList.toggle("hidden", data.hidden);
    root.classList.toggle("many", pair.names.length > MANY);
  }

  function paintRow(row, i, both) {
    const { state: pair, data } = editor;
    const name = pair.names[i];
    label(row, name);
    fill(row.querySelector(".name"), name, `Name of outcome ${i + 1}`);
    row.querySelector(".name").readOnly = ["forward", "small"].includes(data.form);
    row.title = name; // which its field may be too narrow for
    label(row.querySelector(".drop"), `Remove ${name}`).disabled = pair.names.length <= data.least;
    for (const of of form.tracks) {
      const [value, letter] = [both[of][i], of.toUpperCase()];
      const locked = pair[`locked_${of}`].includes(i);
      const given = value || 0; // nothing is known where all weights are 0
      const track = setSlider(row.querySelector(`.track.${of}`), `${letter}, ${name}`,
        [0, 1, given.toFixed(4)], text(given) + (locked ? ", locked" : ""));
      track.firstChild.style.width = `${100 * given}%`;
      track.classList.toggle("locked", locked);
      fill(row.querySelector(`.value.${of}`), text(given), `Probability of ${name} in ${letter}`);
      const lock = label(row.querySelector(`.lock.${of}`), `Lock ${name} in ${letter}`);
      lock.setAttribute("aria-pressed", locked);
    }
  }

  function fill(input, value, name) {
    label(input, name);
    if (input === refused) return input.setAttribute("aria-invalid", "true");
    input.removeAttribute("aria-invalid");
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

  function follow({ clientX }) {
    const { track } = editor.drag;
    const { left, width } = track.getBoundingClientRect();
    const value = Math.round((100 * (clientX - left)) / width) / 100;
    set(track.dataset.of, indexOf(track), clamp(value, 0, 1));
    editor.change(editor.state);
  }

  editor.drags(root, {
    grab(event) {
      const track = at(event, ".track");
      if (!track) return null;
      pressed = null;
      if (event.pointerType === "touch") return press(event, track);
      track.focus();
      forget();
      return { track };
    },
    follow,
    release: forget,
  });

  function press(event, track) {
    event.preventDefault();
    track.setPointerCapture(event.pointerId);
    pressed = { id: event.pointerId, track, x: event.clientX, y: event.clientY };
    return null;
  }

  function startDrag(event, track) {
    track.focus();
    forget();
    editor.startDrag({ track });
    follow(event);
  }

  root.addEventListener("pointermove", (event) => {
    if (event.pointerId === pressed?.id) decide(event);
  });

  // A finger that goes sideways takes the bar; with any other the browser scrolls the page.
  function decide(event) {
    const { track, x, y } = pressed;
    const [across, along] = [Math.abs(event.clientX - x), Math.abs(event.clientY - y)];
    if (Math.max(across, along) < SLIP) return;
    pressed = null;
    if (across > along) startDrag(event, track);
  }

  root.addEventListener("pointercancel", (event) => { // it became a scroll
    if (event.pointerId === pressed?.id) pressed = null;
  });
  root.addEventListener("click", (event) => { // a tap, and no touch that halts a scrolling page
    if (!pressed || at(event, ".track") !== pressed.track) return;
    const { track } = pressed;
    pressed = null;
    startDrag(event, track);
    editor.drag = null;
    forget();
    editor.finish();
  });

  root.addEventListener("keydown", (event) => {
    const track = at(event, ".track");
    if (track) keyOnTrack(event, track);
    else if (event.target.matches("input")) {
      if (event.key === "Enter") {
        commit(event.target);
        event.target.select();
      }
      if (event.key === "Escape") {
        delete event.target.dataset.typed;
        if (event.target === refused) say("");
        paint();
        event.target.select();
      }
    }
  });

  function keyOnTrack(event, track) {
    if (editor.asks(event)) return;
    const [of, index] = [track.dataset.of, indexOf(track)];
    const now = shares(editor.state[of])[index];
    if (event.key.toLowerCase() === "l") return toggle(of, index);
    const value = event.key in STEPS ? Math.round(PRECISION * (now + STEPS[event.key])) / PRECISION
      : { Home: 0, End: 1, 0: 0 }[event.key];
    if (value === undefined) return;
    event.preventDefault();
    set(of, index, clamp(value, 0, 1));
    editor.step(editor.state);
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
    forget();
    commit(event.target);
  });

  function commit(input) {
    if (!input.dataset?.typed) return;
    delete input.dataset.typed;
    if (input.matches(".name")) rename(indexOf(input), input.value);
    else type(input, input.dataset.of, indexOf(input), input.value);
    paint();
  }

  function type(input, of, index, typed) {
    const value = fraction(typed);
    if (!(value >= 0 && value <= 1)) {
      const came = `“${typed.slice(0, 20)}”`;
      say(`${came} is no probability: type a number from 0 to 1, 25 % or 1/3.`, index);
      refused = input;
      return;
    }
    const before = [...editor.state[of]];
    set(of, index, value);
    forget();
    if (!same(editor.state[of], before)) editor.finish();
  }

  function rename(index, typed) {
    const { names } = editor.state;
    const name = typed.replace(/[,:[\]]/g, " ").replace(/\s+/g, " ").trim();
    if (name === names[index]) return;
    if (!name || names.includes(name)) {
      return say("Each outcome needs a name of its own: the old name stays.", index);
    }
    say("");
    names[index] = name;
    editor.finish();
  }

  function toggle(of, index) {
    const locked = new Set(editor.state[`locked_${of}`]);
    if (!locked.delete(index)) locked.add(index);
    editor.state[`locked_${of}`] = [...locked].sort((a, b) => a - b);
    clear();
    editor.finish();
  }

  function drop(index) {
    const pair = editor.state;
    for (const row of ["names", "p", "q"]) pair[row].splice(index, 1);
    for (const row of ["locked_p", "locked_q"]) {
      pair[row] = pair[row].filter((i) => i !== index).map((i) => (i > index ? i - 1 : i));
    }
    clear();
    paint();
    rows.children[Math.min(index, pair.names.length - 1)].querySelector(".name").focus();
    editor.finish();
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

  return editor;
}

// The plane of codes, with a point to drag. The point belongs to Python: this changes its copy at
// once, tells the picture beside it where it is, and sends the point after a gesture. Each edit has
// a number; what Python sends in answer to an earlier edit is not painted.

const REST = 250; // ms after the last key, until Python hears of it
const WIDEST = 560; // pixels
const KEYS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1],
  PageDown: [0, -5], PageUp: [0, 5],
};
const HINT = "Drag the point, or press where it is to go. Arrow keys move it, with Shift five times "
  + "as far; Home takes it to the middle of the prior. Press a class’s name to see it alone.";

export default mount(".plane", view);

function view(root, { classes, alone }) {
  const field = el(root, "div", "field");
  const ground = groundView(field);
  const handles = el(field, "div", "handles");
  const handle = setAttributes(el(handles, "div", "handle"), { role: "slider", tabindex: 0 });
  const legend = setAttributes(el(root, "div", "legend"), { role: "group", "aria-label": "Classes" });
  const buttons = classes.map((name, label) => {
    const button = setAttributes(el(legend, "button", `c${label}`), { type: "button" });
    el(button, "span", "swatch");
    button.append(name);
    return button;
  });
  el(root, "p", "note").textContent = HINT;
  let data, send; // what Python sent last, and how to answer
  let z; // [first, second]
  let number = -1; // of the last edit
  let gesture = null; // {x, y, before}: from the pointer to the point's middle
  let waiting = null; // a timer: an edit that Python has not heard of
  let chosen = alone; // the class that is shown alone
  let scale = null;

  function receive(latest, answer) {
    [data, send] = [latest, answer];
    if (gesture === null && waiting === null && data.number >= number) {
      z = [...data.z];
      number = data.number;
    }
    hub.addEventListener("cloud", paint);
    paint();
    putInAddress(data.address);
    return () => {
      clearTimeout(waiting);
      hub.removeEventListener("cloud", paint);
    };
  }

  function change(next, limit) {
    z = next.map((value) => rounded(clamp(value, -limit, limit)));
    place();
    tell("wish", { z, after: number });
  }

  // Always: with its answer's number, the picture knows that the hand has let go.
  function finish() {
    clearTimeout(waiting);
    waiting = null;
    number += 1;
    send({ number, z });
  }

  function rest() {
    clearTimeout(waiting);
    waiting = setTimeout(finish, REST);
  }

  function ask(what) {
    if (waiting !== null) { // Python knows nothing yet of what is to be undone
      z = [...data.z];
      place();
      return finish();
    }
    number += 1;
    send({ number, ask: what });
  }

  // What is shown

  function paint() {
    const width = Math.min(WIDEST, root.clientWidth);
    if (!width) return;
    scale = scaleOf(width, data.reach);
    field.style.height = `${scale.height}px`;
    const colours = buttons.map((button) => getComputedStyle(button.firstChild).backgroundColor);
    ground.paint({ data, width, scale, colours, chosen, onReady: paint });
    label(ground.picture, data.finding);
    legend.hidden = !ground.hasDots();
    buttons.forEach((button, label) => setAttributes(button, { "aria-pressed": label === chosen }));
    place();
  }

  function place() {
    const { reach, furthest } = data;
    const [first, second] = z.map((value) => clamp(value, -reach, reach));
    const [x, y] = [scale.first.to(first), scale.second.to(second)];
    handle.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
    handle.classList.toggle("beyond", first !== z[0] || second !== z[1]);
    handle.classList.toggle("held", gesture !== null);
    const beyond = first !== z[0] || second !== z[1] ? ", beyond the edge" : "";
    setSlider(handle, "Point in the plane of codes", [-furthest, furthest, z[0]],
      `z₁ ${text(z[0])}, z₂ ${text(z[1])}${beyond}`);
  }

  // What the visitor does

  function follow(event) {
    const box = ground.picture.getBoundingClientRect();
    const x = event.clientX - box.left + gesture.x;
    const y = event.clientY - box.top + gesture.y;
    change([scale.first.from(x), scale.second.from(y)], data.reach);
  }

  const isInside = (event) => {
    const box = ground.picture.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left - ROOM.left, event.clientY - box.top - ROOM.top];
    return x >= 0 && y >= 0 && x <= scale.side && y <= scale.side;
  };

  field.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    const held = event.target.closest(".handle");
    // A finger beside the point may want to scroll: it moves the point by a tap.
    if (!held && (event.pointerType === "touch" || !isInside(event))) return;
    event.preventDefault();
    handle.focus({ preventScroll: true });
    event.target.setPointerCapture(event.pointerId);
    if (waiting !== null) finish();
    gesture = { x: 0, y: 0, before: z };
    if (held) { // one that is taken at its edge does not jump
      const box = handle.getBoundingClientRect();
      gesture.x = box.left + box.width / 2 - event.clientX;
      gesture.y = box.top + box.height / 2 - event.clientY;
    } else follow(event);
  });
  field.addEventListener("pointermove", (event) => {
    if (gesture && event.isPrimary) follow(event);
  });
  field.addEventListener("pointerup", (event) => {
    if (!gesture || !event.isPrimary) return;
    gesture = null;
    place();
    finish();
  });
  field.addEventListener("pointercancel", (event) => { // not the visitor's doing: all is as it was
    if (!gesture || !event.isPrimary) return;
    [z, gesture] = [gesture.before, null];
    tell("wish", { z, after: number - 1 }); // what Python sends of the last edit is shown again
    receive(data, send);
  });
  field.addEventListener("click", (event) => {
    if (event.pointerType !== "touch" || event.target.closest(".handle")) return;
    if (!isInside(event)) return;
    gesture = { x: 0, y: 0 };
    follow(event);
    gesture = null;
    finish();
  });

  handle.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (key === "z" || key === "y") {
        event.preventDefault();
        ask(key === "y" || event.shiftKey ? "redo" : "undo");
      }
      return;
    }
    const step = stepOf(data.reach, 140) * (event.shiftKey ? 5 : 1);
    const way = KEYS[event.key]?.map((steps) => steps * step);
    if (!way && event.key !== "Home") return;
    event.preventDefault();
    change(way ? [z[0] + way[0], z[1] + way[1]] : [0, 0], data.furthest);
    rest();
  });
  root.addEventListener("focusout", () => { if (waiting !== null) finish(); });

  legend.addEventListener("click", (event) => {
    const place = buttons.indexOf(event.target.closest("button"));
    if (place < 0) return;
    chosen = chosen === place ? null : place;
    putInAddress({ class: classes[chosen] });
    paint();
  });

  onNewLook(root, () => { if (data) paint(); });

  return { receive };
}

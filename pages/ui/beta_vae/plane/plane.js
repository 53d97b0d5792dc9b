// The latent space, with a point to drag; the decoded image beside it follows.

const WIDEST = 560; // pixels
const KEYS = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1],
  PageDown: [0, -5], PageUp: [0, 5],
};
const HINT = "Drag z, or click where it should go. Arrow keys move it, with Shift five times as far; "
  + "Home moves it to the prior’s mean. Press a class to see it alone.";

export default mount(".plane", view);

function view(root, { classes, alone }) {
  const field = el(root, "div", "field");
  const ground = groundView(field);
  const handles = el(field, "div", "handles");
  const handle = handleIn(handles);
  const legend = label(el(root, "div", "legend"), "Classes");
  legend.setAttribute("role", "group");
  const buttons = classes.map((name, label) => {
    const button = setAttributes(el(legend, "button", `c${label}`), { type: "button" });
    el(button, "span", "swatch");
    button.append(name);
    return button;
  });
  el(root, "p", "note").textContent = HINT;
  let chosen = alone; // the class that is shown alone
  let scale = null;
  const editor = new Editor(root, {
    of: (data) => data.z, // [first, second]
    message: (z) => ({ z }),
    paint,
    repaint: place,
    restored: () => tellPicture(editor.number - 1), // the image of the last edit is shown
    always: true, // by the number of Python's answer, the image knows that the drag has ended
  });

  function receive(data, send) {
    channel.addEventListener("latents", paint);
    const stop = editor.receive(data, send);
    return () => {
      stop();
      channel.removeEventListener("latents", paint);
    };
  }

  function move(to, limit) {
    editor.state = to.map((value) => rounded(clamp(value, -limit, limit)));
    place();
    tellPicture(editor.number);
  }

  const tellPicture = (after) => publish("wish", { z: editor.state, after });

  // What is shown

  function paint() {
    const { data } = editor;
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
    const { state: z, data: { reach, furthest }, drag } = editor;
    const [first, second] = z.map((value) => clamp(value, -reach, reach));
    const isBeyond = first !== z[0] || second !== z[1];
    handle.classList.toggle("beyond", isBeyond);
    root.classList.toggle("held", drag !== null);
    placeHandle(handle, [scale.first.to(first), scale.second.to(second)],
      "Point z in the latent space", [-furthest, furthest, z[0]],
      `z₁ ${text(z[0])}, z₂ ${text(z[1])}${isBeyond ? ", beyond the edge" : ""}`);
  }

  // What the visitor does

  function at({ clientX, clientY }) {
    const box = ground.picture.getBoundingClientRect();
    return [clientX - box.left, clientY - box.top];
  }

  function follow(pointer) {
    const [x, y] = at(pointer);
    move([scale.first.from(x), scale.second.from(y)], editor.data.reach);
  }

  function isInside(event) {
    const [x, y] = at(event);
    const { side } = scale;
    return x >= ROOM.left && y >= ROOM.top && x <= ROOM.left + side && y <= ROOM.top + side;
  }

  editor.drags(field, {
    grab(event) {
      const isHeld = event.target.closest(".handle");
      // A finger beside the point may want to scroll: it moves the point by a tap.
      if (!isHeld && (event.pointerType === "touch" || !isInside(event))) return null;
      handle.focus({ preventScroll: true });
      return isHeld ? { handle } : {};
    },
    follow,
  });
  field.addEventListener("click", (event) => {
    if (event.pointerType !== "touch" || event.target.closest(".handle")) return;
    if (!isInside(event)) return;
    follow(event);
    editor.finish();
  });

  handle.addEventListener("keydown", (event) => {
    if (editor.asks(event)) return;
    const { state: [first, second], data: { reach, furthest } } = editor;
    const step = stepOf(reach, 140) * (event.shiftKey ? 5 : 1);
    const way = KEYS[event.key]?.map((steps) => steps * step);
    if (!way && event.key !== "Home") return;
    event.preventDefault();
    move(way ? [first + way[0], second + way[1]] : [0, 0], furthest);
    editor.step(editor.state);
  });

  legend.addEventListener("click", (event) => {
    const place = buttons.indexOf(event.target.closest("button"));
    if (place < 0) return;
    chosen = chosen === place ? null : place;
    putInAddress({ class: classes[chosen] });
    paint();
  });

  onRestyle(root, () => { if (editor.data) paint(); });

  return { receive };
}

// Edits by drags and by keys. Python owns the state: a component shows what Python sends, changes
// its copy at once, and sends the whole copy after a gesture. Each edit has a number; Python's
// answer to an earlier edit is ignored.

const REST = 250; // ms between the last key and the message to Python

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

class Editor {
  data = null; // the last data of Python
  state; // the copy that is edited
  number = -1; // of the last edit
  drag = null; // the current drag: {before, offset, and the result of `grab`}
  #send; // sends an edit to Python
  #debounce = null; // a timer: Python does not know the latest edit
  #frame = 0;

  // of(data): the part that is edited; message(state): its form for Python; paint(): draws all;
  // repaint(): draws what an edit changes; received(former): called when Python's state replaces the
  // former one; restored(): called when the latest change is undone; added: {list(state),
  // last()}, a list that Python may lengthen and its last element; always: whether an edit that
  // changed nothing is sent too.
  constructor(root, { of, message, paint, repaint = paint, ...more }) {
    const none = { received() {}, restored() {}, added: null, always: false };
    Object.assign(this, { of, message, paint, repaint }, none, more);
    root.addEventListener("focusout", () => this.#flush());
  }

  receive(data, send) {
    [this.data, this.#send] = [data, send];
    const former = this.state;
    if (this.drag === null && this.#debounce === null && data.number >= this.number) {
      this.state = structuredClone(this.of(data));
      this.number = data.number;
      this.received(former);
    }
    this.#show(this.paint);
    if (former && this.added) this.#reveal(former, this.added);
    putInAddress(data.address);
    return () => clearTimeout(this.#debounce);
  }

  // An element that a button further down has added may be above the screen: scroll to it, unless
  // the focus is in a component.
  #reveal(former, { list, last }) {
    const [before, now] = [list(former), list(this.state)];
    const isLonger = before.length > 0 && same(now.slice(0, -1), before);
    if (!isLonger || document.activeElement?.shadowRoot) return;
    if (last().getBoundingClientRect().bottom <= window.innerHeight) {
      last().scrollIntoView({ block: "nearest" });
    }
  }

  // Whether Python knows the state that is shown.
  agrees() {
    return same(this.state, this.of(this.data)) && this.data.number >= this.number;
  }

  // Changes

  change(next) {
    this.state = next;
    this.#frame ||= requestAnimationFrame(() => this.#show());
  }

  #show(paint = this.repaint) {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    paint();
  }

  // Shows the state after a key; Python receives it after a pause.
  step(next) {
    this.state = next;
    this.#show();
    clearTimeout(this.#debounce);
    this.#debounce = setTimeout(() => this.finish(), REST);
  }

  finish() {
    this.#forget();
    if (this.always || !this.agrees()) {
      this.number += 1;
      this.#send({ number: this.number, ...this.message(this.state) });
    }
    this.#show();
  }

  #forget() {
    clearTimeout(this.#debounce);
    this.#debounce = null;
  }

  #flush() {
    if (this.#debounce !== null) this.finish();
  }

  // "undo" or "redo".
  ask(what) {
    if (this.#debounce !== null) { // Python does not know the edit to undo
      this.#forget();
      this.state = structuredClone(this.of(this.data));
      this.restored();
      return this.#show();
    }
    this.number += 1;
    this.#send({ number: this.number, ask: what });
  }

  // Handles Ctrl or Cmd with Z or Y. Whether Ctrl or Cmd is held: then a key has no other meaning.
  asks(event) {
    if (!event.ctrlKey && !event.metaKey) return false;
    const key = event.key.toLowerCase();
    if (key === "z" || key === "y") {
      event.preventDefault();
      this.ask(key === "y" || event.shiftKey ? "redo" : "undo");
    }
    return true;
  }

  // Drags

  // grab(event): what is dragged, or null. With a `handle`, its centre follows the pointer by a
  // constant offset, so that it does not jump; without one, the pointer's place is used at once.
  // follow(place): moves it; release(before): called before the edit is sent to Python.
  drags(area, { grab, follow, release = () => {} }) {
    const isHeld = (event) => this.drag !== null && event.isPrimary;
    const go = ({ clientX, clientY }) => {
      const { x, y } = this.drag.offset;
      follow({ clientX: clientX + x, clientY: clientY + y });
    };
    area.addEventListener("pointerdown", (event) => {
      const held = event.button === 0 && event.isPrimary && grab(event);
      if (!held) return;
      event.preventDefault();
      (held.handle ?? event.target).setPointerCapture(event.pointerId);
      this.startDrag(held, held.handle && toMiddle(held.handle, event));
      if (!held.handle) go(event);
    });
    area.addEventListener("pointermove", (event) => {
      if (isHeld(event)) go(event);
    });
    area.addEventListener("pointerup", (event) => {
      if (!isHeld(event)) return;
      const { before } = this.drag;
      this.drag = null;
      release(before);
      this.finish();
    });
    area.addEventListener("pointercancel", (event) => { // the browser cancelled: restore the state
      if (!isHeld(event)) return;
      [this.state, this.drag] = [this.drag.before, null];
      this.restored();
      this.receive(this.data, this.#send);
    });
  }

  startDrag(held, offset = { x: 0, y: 0 }) {
    this.#flush();
    this.drag = { ...held, offset, before: structuredClone(this.state) };
  }
}

// The offset from the pointer to an element's centre.
function toMiddle(element, { clientX, clientY }) {
  const box = element.getBoundingClientRect();
  return { x: box.left + box.width / 2 - clientX, y: box.top + box.height / 2 - clientY };
}

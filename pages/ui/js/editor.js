// What a visitor changes by hand and by keys. The state belongs to Python: a component shows what
// Python sends, changes its copy at once, and sends all of it after a gesture. Each edit has a
// number; what Python sends in answer to an earlier edit is not taken.

const REST = 250; // ms after the last key, until Python hears of it

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

class Editor {
  data = null; // what Python sent last
  state; // the copy of what is edited
  number = -1; // of the last edit
  drag = null; // what a hand holds: {before, offset, and what `grab` found}
  #send; // how to answer
  #debounce = null; // a timer: an edit that Python has not heard of
  #frame = 0;

  // of(data): the part that is edited; message(state): what is sent of it; paint(): draws all;
  // repaint(): draws what an edit changes; received(former): Python's state has taken the former's
  // place; restored(): what was changed last is taken back; added: {list(state), last()}, a list
  // that Python may lengthen and the element at its end; always: whether an edit is sent of which
  // nothing came.
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

  // What a button further down has added may lie above the screen: bring it into sight. Who works
  // by keys in a component sees what they do.
  #reveal(former, { list, last }) {
    const [before, now] = [list(former), list(this.state)];
    const isLonger = before.length > 0 && same(now.slice(0, -1), before);
    if (!isLonger || document.activeElement?.shadowRoot) return;
    if (last().getBoundingClientRect().bottom <= window.innerHeight) {
      last().scrollIntoView({ block: "nearest" });
    }
  }

  // Whether Python has the state that is shown.
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

  // What a key has made of the state: Python hears of it when the keys rest.
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
    if (this.#debounce !== null) { // Python knows nothing yet of what is to be undone
      this.#forget();
      this.state = structuredClone(this.of(this.data));
      this.restored();
      return this.#show();
    }
    this.number += 1;
    this.#send({ number: this.number, ask: what });
  }

  // Ctrl or Cmd with Z or Y. Whether one of them is held: then a key has no other meaning here.
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

  // grab(event): what a hand takes hold of, or null. With a `handle` that follows by its middle, so
  // that one taken at its edge does not jump; without, the pointer's place is followed at once.
  // follow(place); release(before): before Python hears of it.
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
    area.addEventListener("pointercancel", (event) => { // not the visitor's doing: all is as it was
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

// From the pointer to an element's middle.
function toMiddle(element, { clientX, clientY }) {
  const box = element.getBoundingClientRect();
  return { x: box.left + box.width / 2 - clientX, y: box.top + box.height / 2 - clientY };
}

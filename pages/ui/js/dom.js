// Parts of components: HTML and SVG elements, accessible names, a view that outlives Python's
// reruns, and the page's address.

const SVG = "http://www.w3.org/2000/svg";

// Appends a new element.
function el(parent, tag, className = "", html = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.innerHTML = html;
  parent.append(element);
  return element;
}

function svgEl(parent, tag, attributes = {}) {
  const element = document.createElementNS(SVG, tag);
  setAttributes(element, attributes);
  parent.append(element);
  return element;
}

function svgText(parent, words, attributes) {
  svgEl(parent, "text", attributes).textContent = words;
}

// Sets only values that change, so that nothing is redrawn or announced without need.
function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (element.getAttribute(name) !== `${value}`) element.setAttribute(name, value);
  }
  return element;
}

function setText(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

const label = (element, name) => setAttributes(element, { "aria-label": name });

// Appends elements, by `add(index)`, or removes the last ones, until there are `length`.
function fillList(list, length, add) {
  while (list.children.length > length) list.lastChild.remove();
  while (list.children.length < length) add(list.children.length);
}

// A slider's ARIA attributes: name, minimum, maximum, value, and the value as text.
function setSlider(element, name, [low, high, now], said) {
  label(element, name);
  return setAttributes(element, {
    "aria-valuemin": low, "aria-valuemax": high, "aria-valuenow": now, "aria-valuetext": said,
  });
}

// A number with its title: a screen reader announces both when the number changes.
const titled = (title) => `<div role="status" style="display: contents"><b>${title}</b>
  <output role="none"></output></div>`;

// One of the large numbers above a figure; its class is the direction, or another key.
const sumHtml = (direction, title, remark = "") =>
  `<div class="sum ${direction}">${titled(title)}${remark}</div>`;

// Announces a number when it changes, unless the focus is in another component, which announces
// its own.
function tellFigure(output, words) {
  if (output.textContent === words) return;
  const at = document.activeElement?.shadowRoot;
  const isElsewhere = at && at !== output.getRootNode();
  output.parentElement.setAttribute("aria-live", isElsewhere ? "off" : "polite");
  output.textContent = words;
}

// The size of 1 rem in pixels.
const remSize = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

// Calls `redraw` when the width changes or, if a style gives the root's colour a transition, when
// the theme does.
function onRestyle(root, redraw) {
  new ResizeObserver(redraw).observe(root);
  root.addEventListener("transitionend", (event) => {
    if (event.target === root && event.propertyName === "color") redraw();
  });
}

const views = new WeakMap(); // by the root, so that a view survives Python's reruns

// A component. `make(root, data)` creates its view once, from the first data of Python.
const mount = (selector, make) => ({ data, parentElement, setStateValue }) => {
  const root = parentElement.querySelector(selector);
  if (!views.has(root)) views.set(root, make(root, data));
  return views.get(root).receive(data, (edit) => setStateValue("edit", edit));
};

// Replaces the address, so that the browser's Back leaves the page and does not undo each edit.
function putInAddress(values) {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(values)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
}

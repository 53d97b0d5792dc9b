// What components are made of: elements of HTML and SVG, names for those who listen, a view that
// outlives Python's reruns, and the page's address.

const SVG = "http://www.w3.org/2000/svg";

// A new element at its parent's end.
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

// What has not changed is not touched, so that nothing is drawn or read out for it.
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

// As many elements as are wanted: `add(index)` puts one more at the list's end.
function fillList(list, length, add) {
  while (list.children.length > length) list.lastChild.remove();
  while (list.children.length < length) add(list.children.length);
}

// A slider for who listens: its name, where it is from low to high, and how that is said.
function setSlider(element, name, [low, high, now], said) {
  label(element, name);
  return setAttributes(element, {
    "aria-valuemin": low, "aria-valuemax": high, "aria-valuenow": now, "aria-valuetext": said,
  });
}

// A number with its title: once it has changed, both are read out together.
const titled = (title) => `<div role="status" style="display: contents"><b>${title}</b>
  <output role="none"></output></div>`;

// One of the numbers on top.
const sumHtml = (way, title, remark = "") =>
  `<div class="sum ${way}">${titled(title)}${remark}</div>`;

// What has not changed is not read out again; nor is it to who works in another part of the page,
// and is told there.
function tellFigure(output, words) {
  if (output.textContent === words) return;
  const at = document.activeElement?.shadowRoot;
  const isElsewhere = at && at !== output.getRootNode();
  output.parentElement.setAttribute("aria-live", isElsewhere ? "off" : "polite");
  output.textContent = words;
}

// Pixels of what all sizes and letters measure in.
const remSize = () => parseFloat(getComputedStyle(document.documentElement).fontSize);

// Calls when all is to be drawn anew: for another width or, where a style lets the root's colour
// pass over, for another theme.
function onRestyle(root, redraw) {
  new ResizeObserver(redraw).observe(root);
  root.addEventListener("transitionend", (event) => {
    if (event.target === root && event.propertyName === "color") redraw();
  });
}

const views = new WeakMap(); // by the root, so that a view survives Python's reruns

// The component whose view `make` makes once of its root and of what Python sends first.
const mount = (selector, make) => ({ data, parentElement, setStateValue }) => {
  const root = parentElement.querySelector(selector);
  if (!views.has(root)) views.set(root, make(root, data));
  return views.get(root).receive(data, (edit) => setStateValue("edit", edit));
};

// In place: the browser's Back leaves the page, and does not go through every edit.
function putInAddress(values) {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(values)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
}

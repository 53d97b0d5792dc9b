// Corrects the accessibility of Streamlit's own elements, for screen readers and the keyboard.
// Streamlit may redraw them at any time, so they are observed while the page is open.

const BUTTONS = '[data-testid="stElementToolbar"] button[aria-label]';
const TABLES = '[data-testid="stTable"] :has(> table)';
const SLIDERS = '.stSlider input[aria-label][aria-labelledby]';
const MARKED = '[role="radiogroup"][aria-label*="**"]';
const HEARD = ':is([class*="st-key-held-"], [class*="st-key-heard-"]):not([role])';
const POPUP = '[data-testid="stPopoverBody"]';
const POPUP_BUTTON = '[data-testid="stPopoverButton"][aria-expanded="true"]';
const ELEMENT = '[data-testid="stElementContainer"]';
const HELD = `${ELEMENT}[aria-disabled]`; // the container of a disabled button
const ROW = '[data-testid="stHorizontalBlock"]';
const INPUT = 'input:not([type="file"], [type="radio"]:not(:checked))';
const FIELD = `:is(${INPUT}, textarea, [role="slider"])`;
// A full-screen element: the Tab key must not leave it.
const FULL = '[data-testid="stFullScreenFrame"]:has(button[aria-label^="Close fullscreen"])';
const AT_REST = '[data-testid="stApp"][data-test-script-state="notRunning"]';
const HEADINGS = "h1, h2, h3, h4, h5, h6";
const LINKS = `:is(${HEADINGS}) a[aria-label="Link to heading"]`;

// Streamlit names each button beside a chart by the chart's whole alternative text, which is then
// announced four more times: the title is enough. An image's button lacks the image's name.
function nameBriefly(button) {
  const chart = button.closest(ELEMENT);
  const title = chart?.querySelector(".role-title-text text")?.textContent
    || chart?.querySelector("img[alt]")?.alt;
  const now = button.getAttribute("aria-label");
  const does = now.split(": ")[0];
  const name = title ? `${does}: ${title}` : does;
  if (name !== now) button.setAttribute("aria-label", name);
}

// A table too wide for a phone scrolls, by the arrow keys too, if it can have the focus.
function letKeysIn(around) {
  const wide = around.scrollWidth > around.clientWidth;
  if (wide === around.hasAttribute("tabindex")) return;
  const attributes = { tabindex: 0, role: "group", "aria-label": "Table that scrolls sideways" };
  for (const [name, value] of Object.entries(attributes)) {
    if (wide) around.setAttribute(name, value);
    else around.removeAttribute(name);
  }
}

// A slider named by itself and by its group would be announced twice.
function nameOnce(slider) {
  slider.removeAttribute("aria-labelledby");
}

// The label of a radio group is Markdown and would be announced with its asterisks.
function nameWithoutMarkup(group) {
  group.setAttribute("aria-label", group.getAttribute("aria-label").replaceAll("**", ""));
}

// All heading links have the same name, without the heading.
function nameByHeading(link) {
  const heading = link.closest(HEADINGS).querySelector("[data-heading-text]").textContent;
  link.setAttribute("aria-label", `Link to “${heading}”`);
}

// A part that a widget elsewhere on the page changes.
function readOut(heard) {
  heard.setAttribute("role", "status");
}

// A focused button may be disabled or removed, and the focus would be lost. Streamlit disables a
// button while it makes its file, and Python when it has no further effect: meanwhile its container
// takes the focus, with its name. If it is removed, the focus moves to the last button in the same
// container, as after an upload; else, for the keyboard, to the first field in the row of the
// nearest field before it.
let focused = null;
let around = []; // the containers of the focused button, innermost first
let near = []; // the page's fields with their keys, the nearest one before the button first
let isDisabled = false; // and lost the focus for that reason
let byKeys = true; // how the button was pressed: after a tap, a field would open a phone's keyboard

function giveFocusBack() {
  const at = document.activeElement;
  if (at.matches(HELD)) at.querySelector("button:enabled")?.focus({ preventScroll: true });
  if (!focused || at !== document.body) return;
  if (!focused.isConnected) return goOn();
  if (!isDisabled) return;
  (focused.disabled ? hold(focused) : focused)?.focus({ preventScroll: true });
}

// Once Python has finished: until then elements may still be removed or added.
function goOn() {
  const places = around.filter((place) => place.isConnected);
  const last = (place) => [...place.querySelectorAll("button:enabled")].at(-1);
  const instead = places.map(last).find(Boolean);
  if (instead) return instead.focus({ preventScroll: true });
  if (!document.querySelector(AT_REST)) return;
  const field = near.map(now).find((each) => each?.checkVisibility() && !each.disabled);
  focused = null;
  if (byKeys) (field?.closest(ROW)?.querySelector(FIELD) ?? field)?.focus();
}

// A field's current element: with other options it is a new one, with the same key.
function now([field, key]) {
  return field.isConnected ? field : key && document.querySelector(`.${CSS.escape(key)} ${FIELD}`);
}

function keyOf(field) {
  const names = field.closest(ELEMENT)?.classList ?? [];
  return [...names].find((name) => name.startsWith("st-key-"));
}

function hold(button) {
  const place = button.closest(ELEMENT);
  const name = button.textContent.trim();
  const attributes = { tabindex: -1, role: "group", "aria-label": name, "aria-disabled": true };
  for (const [of, value] of Object.entries(attributes)) place?.setAttribute(of, value);
  return place;
}

function letGo(place) {
  for (const of of ["tabindex", "role", "aria-label", "aria-disabled"]) place.removeAttribute(of);
}

function remember(button) {
  [focused, around, near, isDisabled] = [button, placesOf(button), fieldsNear(button), false];
}

function placesOf(button) {
  const places = [];
  for (let place = button?.parentElement; place; place = place.parentElement) {
    places.push(place);
    if (place.matches(ELEMENT)) return places;
  }
  return []; // outside any element, so nothing replaces it
}

function fieldsNear(button) {
  const page = button?.closest(".stMain");
  const all = page ? within(page) : [];
  const at = all.indexOf(button);
  const others = [...all.slice(0, at).reverse(), ...all.slice(at + 1)];
  return others.filter((each) => each.matches(FIELD)).map((field) => [field, keyOf(field)]);
}

// All descendants of an element, including those in components.
const within = (root) =>
  [...root.querySelectorAll("*")].flatMap((e) => (e.shadowRoot ? within(e.shadowRoot) : e));

// A popover is at the end of the page, last in the tab order: so it takes the focus when it opens,
// and returns it to its button when it closes.
let opener = null;

function enter(popup) {
  const button = document.activeElement;
  if (popup.hasAttribute("tabindex") || !button.matches(POPUP_BUTTON)) return;
  opener = button;
  popup.tabIndex = -1;
  popup.focus();
}

function follow({ target }) {
  if (target.matches(HELD)) return;
  const full = document.querySelector(FULL);
  if (full && !full.contains(target)) return full.querySelector("button").focus();
  const popup = target.closest(POPUP);
  remember(popup ? opener : target.closest("button"));
  if (popup) focused = popup;
}

function leave({ target }) {
  if (target.matches(HELD)) letGo(target);
  else if (target.disabled) isDisabled = true;
  mendSoon();
}

let due = 0;

// At most once a frame: reading a table's width forces a layout.
function mendSoon() {
  due ||= requestAnimationFrame(mend);
}

function mend() {
  due = 0;
  document.querySelectorAll(BUTTONS).forEach(nameBriefly);
  document.querySelectorAll(TABLES).forEach(letKeysIn);
  document.querySelectorAll(SLIDERS).forEach(nameOnce);
  document.querySelectorAll(MARKED).forEach(nameWithoutMarkup);
  document.querySelectorAll(HEARD).forEach(readOut);
  document.querySelectorAll(LINKS).forEach(nameByHeading);
  document.querySelectorAll(POPUP).forEach(enter);
  giveFocusBack();
}

if (!globalThis["kl:mending"]) { // once a visit, for all pages
  globalThis["kl:mending"] = new MutationObserver(mendSoon);
  globalThis["kl:mending"].observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["aria-label", "aria-labelledby", "disabled", "data-test-script-state"],
  });
  document.addEventListener("focusin", follow);
  document.addEventListener("focusout", leave);
  document.addEventListener("keydown", () => (byKeys = true), { capture: true });
  document.addEventListener("pointerdown", () => {
    byKeys = false;
    remember(null);
  }, { capture: true });
  window.addEventListener("resize", mendSoon);
  mendSoon(); // for charts that exist already
}

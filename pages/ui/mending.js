// What Streamlit's own elements lack for who listens, or has keys alone. It draws them anew as it
// likes, so they are looked after for as long as the page is open.

const BUTTONS = '[data-testid="stElementToolbar"] button[aria-label]';
const TABLES = '[data-testid="stTable"] :has(> table)';
const SLIDERS = '.stSlider input[aria-label][aria-labelledby]';
const MARKED = '[role="radiogroup"][aria-label*="**"]';
const HEARD = ':is([class*="st-key-held-"], [class*="st-key-heard-"]):not([role])';
const POPUP = '[data-testid="stPopoverBody"]';
const POPUP_BUTTON = '[data-testid="stPopoverButton"][aria-expanded="true"]';
const ELEMENT = '[data-testid="stElementContainer"]';
const HELD = `${ELEMENT}[aria-disabled]`; // the place of a button that is disabled
const ROW = '[data-testid="stHorizontalBlock"]';
const INPUT = 'input:not([type="file"], [type="radio"]:not(:checked))';
const FIELD = `:is(${INPUT}, textarea, [role="slider"])`;
// What fills the screen: the Tab key must not go on behind it.
const FULL = '[data-testid="stFullScreenFrame"]:has(button[aria-label^="Close fullscreen"])';
const AT_REST = '[data-testid="stApp"][data-test-script-state="notRunning"]';
const HEADINGS = "h1, h2, h3, h4, h5, h6";
const LINKS = `:is(${HEADINGS}) a[aria-label="Link to heading"]`;

// Each button beside a chart is named by all that the chart says of itself, which is then read out
// four times more. Its title is enough. That of a picture does not say which one it makes large.
function nameBriefly(button) {
  const chart = button.closest(ELEMENT);
  const title = chart?.querySelector(".role-title-text text")?.textContent
    || chart?.querySelector("img[alt]")?.alt;
  const now = button.getAttribute("aria-label");
  const does = now.split(": ")[0];
  const name = title ? `${does}: ${title}` : does;
  if (name !== now) button.setAttribute("aria-label", name);
}

// A table that is too wide for a phone scrolls: by the arrow keys too, once it can have the focus.
function letKeysIn(around) {
  const wide = around.scrollWidth > around.clientWidth;
  if (wide === around.hasAttribute("tabindex")) return;
  const attributes = { tabindex: 0, role: "group", "aria-label": "Table that scrolls sideways" };
  for (const [name, value] of Object.entries(attributes)) {
    if (wide) around.setAttribute(name, value);
    else around.removeAttribute(name);
  }
}

// A slider, named by itself and by its group, has its name said twice.
function nameOnce(slider) {
  slider.removeAttribute("aria-labelledby");
}

// The label of choices is Markdown to the eye, and is read out with its asterisks.
function nameWithoutMarkup(group) {
  group.setAttribute("aria-label", group.getAttribute("aria-label").replaceAll("**", ""));
}

// Among a page's links, all of one name, none says to which heading it leads.
function nameByHeading(link) {
  const heading = link.closest(HEADINGS).querySelector("[data-heading-text]").textContent;
  link.setAttribute("aria-label", `Link to “${heading}”`);
}

// What is changed by a widget elsewhere on the page, and is seen to change.
function readOut(heard) {
  heard.setAttribute("role", "status");
}

// A button may lose the focus, which is then nowhere. Streamlit disables it while it makes the
// button's file, and Python does when there is nothing more to press it for: meanwhile its place
// has the focus, under its name. Or it is gone: then the focus goes to the last button in its
// place, as after a file was handed in; else, by keys, to the nearest field before it, and there to
// the first in its row.
let focused = null;
let around = []; // what the focused button is in, from inside out
let near = []; // the page's fields with their keys, the nearest before it first
let isDisabled = false; // and has lost the focus by that
let byKeys = true; // how it was pressed: a field must not bring up a telephone's keyboard

function giveFocusBack() {
  const at = document.activeElement;
  if (at.matches(HELD)) at.querySelector("button:enabled")?.focus({ preventScroll: true });
  if (!focused || at !== document.body) return;
  if (!focused.isConnected) return goOn();
  if (!isDisabled) return;
  (focused.disabled ? hold(focused) : focused)?.focus({ preventScroll: true });
}

// Once Python is at rest: until then what is there may go as well, and what comes is not there.
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

// A field as it is now: with other choices it is another one, under the same key.
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
  return []; // it stands in no element, so nothing takes its place
}

function fieldsNear(button) {
  const page = button?.closest(".stMain");
  const all = page ? within(page) : [];
  const at = all.indexOf(button);
  const others = [...all.slice(0, at).reverse(), ...all.slice(at + 1)];
  return others.filter((each) => each.matches(FIELD)).map((field) => [field, keyOf(field)]);
}

// All below an element, also what is inside components.
const within = (root) =>
  [...root.querySelectorAll("*")].flatMap((e) => (e.shadowRoot ? within(e.shadowRoot) : e));

// What pops up lies at the page's end, where the Tab key comes last: so it takes the focus when it
// opens. When it closes, its button has the focus again.
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

// Once a frame at most: to ask how wide a table is makes the browser lay everything out.
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

if (!globalThis["kl:mending"]) { // once for all pages of a visit
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
  mendSoon(); // charts may be there already
}

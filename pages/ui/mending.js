// What Streamlit's own elements lack for who listens, or has keys alone. It draws them anew as it
// likes, so they are looked after for as long as the page is open.

const BUTTONS = '[data-testid="stElementToolbar"] button[aria-label]';
const TABLES = '[data-testid="stTable"] :has(> table)';
const SLIDERS = '.stSlider input[aria-label][aria-labelledby]';
const MARKED = '[role="radiogroup"][aria-label*="**"]';
const HEARD = ':is([class*="st-key-held-"], [class*="st-key-heard-"]):not([role])';
const POPUP = '[data-testid="stPopoverBody"]';
const POPUP_BUTTON = '[data-testid="stPopoverButton"][aria-expanded="true"]';
const HEADINGS = "h1, h2, h3, h4, h5, h6";
const LINKS = `:is(${HEADINGS}) a[aria-label="Link to heading"]`;

// Each button beside a chart is named by all that the chart says of itself, which is then read out
// four times more. Its title is enough.
function nameBriefly(button) {
  const chart = button.closest('[data-testid="stElementContainer"]');
  const title = chart?.querySelector(".role-title-text text")?.textContent;
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

// Streamlit disables a button while it makes the button's file, and puts other buttons in the place
// of one that took a file. Either takes the focus away: it goes back to the button, or to the last
// one in its place.
let focused = null;
let around = []; // what the focused button is in, from inside out
let isDisabled = false; // and has lost the focus by that

function giveFocusBack() {
  if (!focused || document.activeElement !== document.body) return;
  if (!focused.isConnected) {
    const places = around.filter((place) => place.isConnected);
    focused = places.flatMap((place) => [...place.querySelectorAll("button:enabled")].at(-1) ?? [])[0];
  } else if (!isDisabled || focused.disabled) return;
  focused?.focus({ preventScroll: true });
}

function remember(button) {
  [focused, around, isDisabled] = [button, placesOf(button), false];
}

function placesOf(button) {
  const places = [];
  for (let place = button?.parentElement; place; place = place.parentElement) {
    places.push(place);
    if (place.matches('[data-testid="stElementContainer"]')) return places;
  }
  return []; // it stands in no element, so nothing takes its place
}

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
  remember(target.closest("button"));
  const popup = target.closest(POPUP);
  if (popup) [focused, around] = [popup, placesOf(opener)];
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
    attributeFilter: ["aria-label", "aria-labelledby", "disabled"],
  });
  document.addEventListener("focusin", follow);
  document.addEventListener("focusout", ({ target }) => (isDisabled ||= target.disabled));
  document.addEventListener("pointerdown", () => remember(null), { capture: true });
  window.addEventListener("resize", mendSoon);
  mendSoon(); // charts may be there already
}

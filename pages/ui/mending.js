// What Streamlit's own elements lack for who listens, or has keys alone. It draws them anew as it
// likes, so they are looked after for as long as the page is open.

const BUTTONS = '[data-testid="stElementToolbar"] button[aria-label]';
const TABLES = '[data-testid="stTable"] :has(> table)';
const SLIDERS = '.stSlider input[aria-label][aria-labelledby]';
const MARKED = '[role="radiogroup"][aria-label*="**"]';
const HELD = '[class*="st-key-held-"]:not([role])';
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

// Figures that stay in sight of who sees while something below them is changed.
function readOut(held) {
  held.setAttribute("role", "status");
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
  document.querySelectorAll(HELD).forEach(readOut);
  document.querySelectorAll(LINKS).forEach(nameByHeading);
}

if (!globalThis["kl:mending"]) { // once for all pages of a visit
  globalThis["kl:mending"] = new MutationObserver(mendSoon);
  globalThis["kl:mending"].observe(document.body, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label", "aria-labelledby"],
  });
  window.addEventListener("resize", mendSoon);
  mendSoon(); // charts may be there already
}

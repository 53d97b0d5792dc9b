// What Streamlit's own elements lack for who listens, or has keys alone. It draws them anew as it
// likes, so they are looked after for as long as the page is open.

const BUTTONS = '[data-testid="stElementToolbar"] button[aria-label]';
const TABLES = '[data-testid="stTable"] :has(> table)';

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

let due = 0;

// Once a frame at most: to ask how wide a table is makes the browser lay everything out.
function mendSoon() {
  due ||= requestAnimationFrame(mend);
}

function mend() {
  due = 0;
  document.querySelectorAll(BUTTONS).forEach(nameBriefly);
  document.querySelectorAll(TABLES).forEach(letKeysIn);
}

if (!globalThis["kl:mending"]) { // once for all pages of a visit
  globalThis["kl:mending"] = new MutationObserver(mendSoon);
  globalThis["kl:mending"].observe(document.body, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label"],
  });
  window.addEventListener("resize", mendSoon);
  mendSoon(); // charts may be there already
}

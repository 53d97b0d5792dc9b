// The search field in the sidebar: "/" goes there. And the section that a hit has led to: it is
// opened if it is folded, and brought into sight.

const SELECTOR = ".stSidebar input[type=search], .stSidebar [data-testid=stTextInput] input";
const PATIENCE = 5000; // ms for a section to come, as the page is still being drawn

if (!window.klFind) {
  window.klFind = { shown: "" };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable=true]") ||
      event.composedPath()[0].matches?.("input, textarea");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    document.querySelector("[data-testid=stExpandSidebarButton]")?.click();
    requestAnimationFrame(() => document.querySelector(SELECTOR)?.focus());
  });
}

// Of a fold the words alone: its icon is a word, too.
const said = (element) => (element.querySelector("[data-testid=stMarkdownContainer]") ?? element)
  .textContent.trim().replace(/\s+/g, " ");

function section(wanted) {
  const among = (selector) =>
    [...document.querySelectorAll(`.stMain ${selector}`)].find((each) => said(each) === wanted);
  return among("h2") ?? among("h3") ?? among("h4") ?? among("summary") ?? among("[role=tab]");
}

function bring(wanted, until) {
  const found = section(wanted);
  if (!found) {
    if (performance.now() < until) setTimeout(bring, 100, wanted, until);
    return;
  }
  const folded = found.closest("details:not([open])");
  if (folded) folded.querySelector("summary").click();
  if (found.matches("[role=tab]")) found.click();
  stay(found);
}

// What is drawn above it later would push it away; whoever scrolls or types meanwhile goes on.
function stay(found) {
  const scroll = () => found.scrollIntoView({ block: "start" });
  const watch = new ResizeObserver(scroll);
  watch.observe(document.querySelector(".stMainBlockContainer"));
  const leave = () => watch.disconnect();
  for (const kind of ["wheel", "touchstart", "pointerdown", "keydown"]) {
    window.addEventListener(kind, leave, { once: true, passive: true });
  }
  setTimeout(leave, PATIENCE);
  scroll();
}

export default ({ data }) => {
  const here = window.location.pathname + data.section;
  if (data.section && window.klFind.shown !== here) {
    bring(data.section, performance.now() + PATIENCE);
  }
  window.klFind.shown = here;
};

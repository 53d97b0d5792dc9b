// Streamlit names each button beside a chart by all that the chart says of itself, which a screen
// reader then reads out four times more. Its title is enough.

const BUTTONS = '[data-testid="stElementToolbar"] button[aria-label]';

function nameBriefly() {
  for (const button of document.querySelectorAll(BUTTONS)) {
    const chart = button.closest('[data-testid="stElementContainer"]');
    const title = chart?.querySelector(".role-title-text text")?.textContent;
    const now = button.getAttribute("aria-label");
    const does = now.split(": ")[0];
    const name = title ? `${does}: ${title}` : does;
    if (name !== now) button.setAttribute("aria-label", name);
  }
}

// For all pages of the visit.
if (!globalThis["kl:toolbars"]) {
  globalThis["kl:toolbars"] = new MutationObserver(nameBriefly);
  globalThis["kl:toolbars"].observe(document.body, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["aria-label"],
  });
}

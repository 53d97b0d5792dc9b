// The button that hands on the page's address, as it is when the button is pressed.

const SAID = 6000; // ms for which it says that the link was copied

export default mount(".share", shareView);

function shareView(root) {
  const [button, status, field] = ["button", "[role=status]", "input"].map(
    (part) => root.querySelector(part));
  // A mouse's desktop may have a sheet too; there it is in the way of a plain copy.
  const sheet = Boolean(navigator.share) && matchMedia("(pointer: coarse)").matches;
  button.textContent = sheet ? "Share link" : "Copy link";
  let silence = 0;

  function address() {
    const url = new URL(window.location.href);
    // Whoever opens the link has a window, and not this frame.
    for (const name of ["embed", "embed_options"]) url.searchParams.delete(name);
    return url.href;
  }

  function say(words) {
    clearTimeout(silence);
    status.textContent = words;
    if (words) silence = setTimeout(say, SAID, "");
  }

  // The clipboard is closed to a page that came by plain http, and in most frames.
  function byHand() {
    say("");
    status.textContent = "Copy it by hand:";
    field.hidden = false;
    field.focus();
  }

  button.addEventListener("click", async () => {
    field.hidden = true;
    say("");
    try {
      if (sheet) return await navigator.share({ title: document.title, url: address() });
      await navigator.clipboard.writeText(address());
      say("Link copied.");
    } catch (error) {
      if (error.name !== "AbortError") byHand(); // that is a sheet which the visitor has closed
    }
  });
  field.addEventListener("focus", () => {
    field.value = address();
    field.select();
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || field.hidden) return;
    button.focus();
    field.hidden = true;
    say("");
  });

  return { receive() {} }; // what was said stays when Python runs again
}

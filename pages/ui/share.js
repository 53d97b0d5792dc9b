// The button that copies or shares the page's current address.

const SAID = 6000; // ms for which “Link copied.” is shown

export default mount(".share", shareView);

function shareView(root) {
  const [button, status, field] = ["button", "[role=status]", "input"].map(
    (part) => root.querySelector(part));
  // A desktop may have a share sheet too; there, copying is quicker.
  const sheet = Boolean(navigator.share) && matchMedia("(pointer: coarse)").matches;
  button.textContent = sheet ? "Share link" : "Copy link";
  let silence = 0;

  function address() {
    const url = new URL(window.location.href);
    // The link opens in a window, not in this frame.
    for (const name of ["embed", "embed_options"]) url.searchParams.delete(name);
    return url.href;
  }

  function say(words) {
    clearTimeout(silence);
    status.textContent = words;
    if (words) silence = setTimeout(say, SAID, "");
  }

  // A page by plain http, or in most frames, has no access to the clipboard.
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
      if (error.name !== "AbortError") byHand(); // else the visitor closed the share sheet
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

  return { receive() {} }; // the message stays when Python reruns
}

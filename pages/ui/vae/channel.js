// Where the parts of the page meet in the browser: the plane tells which point it is at, and the
// picture listens; codes and decoder come by messengers of their own, so that they travel once.

const HUB = "kl:latent";
const hub = (globalThis[HUB] ??= Object.assign(new EventTarget(), { cloud: null, decoder: null }));
const tell = (kind, detail) => hub.dispatchEvent(new CustomEvent(kind, { detail }));

function bytes(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

// How the parts of the page reach each other in the browser: the plane tells which point it is at,
// and the picture listens; codes and decoder come by messengers of their own, so that they travel
// once.

const channel = (globalThis["kl:latent"] ??= Object.assign(new EventTarget(), {
  cloud: null, decoder: null,
}));
const publish = (kind, detail) => channel.dispatchEvent(new CustomEvent(kind, { detail }));

function bytes(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

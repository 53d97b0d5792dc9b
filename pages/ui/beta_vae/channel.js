// How the parts of the page reach each other in the browser: the plane publishes its point, and the
// decoded image listens; latents and decoder come by messengers of their own, so that they are sent
// once.

const channel = (globalThis["kl:latent"] ??= Object.assign(new EventTarget(), {
  latents: null, decoder: null,
}));
const publish = (kind, detail) => channel.dispatchEvent(new CustomEvent(kind, { detail }));

function bytes(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

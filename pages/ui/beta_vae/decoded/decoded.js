// The image at the point: decoded here during a drag, and by Python after it.

export default mount(".decoded", view);

function view(root) {
  const [canvas, caption] = ["canvas", "[role=status]"].map((part) => root.querySelector(part));
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  let sent; // what Python sent last
  let last = null; // {z, after}: where the drag was last, and the number of the edit before
  let decoder = null; // {version, decode}

  function receive(data) {
    sent = data;
    // During a drag, Python knows only where the point was before.
    if (last === null || last.after < sent.number) show();
    channel.addEventListener("wish", follow);
    return () => channel.removeEventListener("wish", follow);
  }

  function show() {
    draw(bytes(sent.pixels), sent.z);
    label(canvas, sent.name);
    setText(caption, sent.says);
  }

  function draw(values, z) {
    values.forEach((value, i) => image.data.set([value, value, value, 255], 4 * i));
    context.putImageData(image, 0, 0);
    canvas.dataset.z = z.join(" ");
  }

  function follow({ detail }) {
    if (!channel.decoder) return; // not yet here: Python's image comes after the drag
    last = detail;
    if (last.after < sent.number) return show(); // of a gesture that was cancelled
    if (decoder?.version !== channel.decoder.version) {
      decoder = { version: channel.decoder.version, decode: decoderOf(channel.decoder) };
    }
    draw(decoder.decode(last.z), last.z);
    const place = `(${last.z.map(text).join(", ")})`;
    label(canvas, `Image decoded at z = ${place}`);
    caption.textContent = `z = ${place}.`;
  }

  return { receive };
}

// The picture of the point: under the hand decoded here, and after it by Python.

export default mount(".decoded", view);

function view(root) {
  const [canvas, caption] = ["canvas", "[role=status]"].map((part) => root.querySelector(part));
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  let sent; // what Python sent last
  let last = null; // {z, after}: where the hand was last, and the number of the edit before
  let decoder = null; // {version, decode}

  function receive(data) {
    sent = data;
    // While the hand holds the point, Python knows only where it was.
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
    if (!channel.decoder) return; // not yet here: Python's picture comes after the hand lets go
    last = detail;
    if (last.after < sent.number) return show(); // of a gesture that came to nothing
    if (decoder?.version !== channel.decoder.version) {
      decoder = { version: channel.decoder.version, decode: decoderOf(channel.decoder) };
    }
    draw(decoder.decode(last.z), last.z);
    const place = `(${last.z.map(text).join(", ")})`;
    label(canvas, `Picture decoded at ${place}`);
    caption.textContent = `z = ${place}.`;
  }

  return { receive };
}

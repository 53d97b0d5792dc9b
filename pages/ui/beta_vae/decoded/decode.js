// The decoder's forward pass, as in models/vae/decoder.py: during a drag the image cannot wait for the
// server. After the drag, what Python decodes takes its place.

const FLAT = 7; // the side of what the second dense layer makes
const KERNEL = 4; // of a transposed convolution with stride 2

// The weights one after the other, in the order of decoder.DECODER.
function decoderOf({ weights, shapes }) {
  const all = new Float32Array(bytes(weights).buffer);
  let begin = 0;
  const [k1, b1, k2, b2, u1, c1, u2, c2] = shapes.map((shape) => {
    const size = shape.reduce((product, each) => product * each, 1);
    begin += size;
    return all.subarray(begin - size, begin);
  });
  return (z) => {
    const hidden = dense(dense(z, k1, b1), k2, b2);
    const logits = upsampled(positive(upsampled(hidden, FLAT, u1, c1)), 2 * FLAT, u2, c2);
    return Uint8Array.from(logits, (logit) => Math.round(255 / (1 + Math.exp(-logit))));
  };
}

function positive(values) {
  return values.map((value) => Math.max(0, value));
}

function dense(x, kernel, bias) {
  const out = Float32Array.from(bias);
  x.forEach((value, i) => {
    for (let j = 0; j < out.length; j += 1) out[j] += value * kernel[i * out.length + j];
  });
  return positive(out);
}

// (side, side, channels) → (2 side, 2 side, filters), "same"; the kernel is (4, 4, filters, channels).
function upsampled(x, side, kernel, bias) {
  const [filters, channels, wide] = [bias.length, x.length / side ** 2, 2 * side];
  const out = Float32Array.from({ length: wide * wide * filters }, (_, i) => bias[i % filters]);
  for (let place = 0; place < side * side; place += 1) {
    const from = x.subarray(place * channels, (place + 1) * channels);
    for (let tap = 0; tap < KERNEL * KERNEL; tap += 1) {
      const row = 2 * Math.floor(place / side) + Math.floor(tap / KERNEL) - 1;
      const column = 2 * (place % side) + (tap % KERNEL) - 1;
      if (row < 0 || column < 0 || row >= wide || column >= wide) continue;
      for (let filter = 0; filter < filters; filter += 1) {
        const begin = (tap * filters + filter) * channels;
        let sum = 0;
        for (let i = 0; i < channels; i += 1) sum += from[i] * kernel[begin + i];
        out[(row * wide + column) * filters + filter] += sum;
      }
    }
  }
  return out;
}

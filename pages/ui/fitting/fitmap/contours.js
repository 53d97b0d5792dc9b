// A map's values as filled contours on a canvas, in tones of one colour.

const LEVELS = [];
for (let power = -2; power <= 3; power += 1) {
  for (const digit of [1, 2, 5]) LEVELS.push(Number(`${digit}e${power}`));
}
const LABELLED = [0.1, 0.5, 1, 2, 5, 10, 50, 100, 500];
const STRONGEST = 0.95; // opacity of the colour at the minimum
const RAYS = [[0, -1], [1, -0.4], [-1, -0.4], [1, 0.4], [-1, 0.4], [0, 1], [1, 0], [-1, 0]];
const FAINTEST = 0.05;
const FADING = [2, 15]; // bands between which the opacity falls
const LINE = 0.5; // opacity of the text's colour, in a line between two bands

// Each value's position among the levels: 0 at the first, 1 at the second, log-interpolated; −1
// for values a level or more below the first.
function ranks(values, nats) {
  const logs = LEVELS.map((level) => Math.log(level * nats));
  const positions = new Float32Array(values.length);
  for (let i = 0; i < values.length; i += 1) {
    const log = Math.log(Math.max(values[i], 1e-12));
    let below = 0;
    while (below < logs.length - 2 && log >= logs[below + 1]) below += 1;
    positions[i] = Math.max(-1, below + (log - logs[below]) / (logs[below + 1] - logs[below]));
  }
  return positions;
}

// "#rrggbb", or another CSS colour, as numbers.
function channels(colour) {
  const context = channels.context ??= document.createElement("canvas").getContext("2d");
  context.fillStyle = colour;
  return [1, 3, 5].map((at) => parseInt(context.fillStyle.slice(at, at + 2), 16));
}

const mixed = (one, other, opacity) =>
  one.map((c, i) => c * opacity + other[i] * (1 - opacity));

// The colour of each band and of the line at its edge, from strong to faint.
function tones(colour, background, ink) {
  const [strong, faint, dark] = [colour, background, ink].map(channels);
  const palette = { fill: [], edge: [], plain: new Uint32Array(LEVELS.length + 1) };
  for (let band = 0; band <= LEVELS.length; band += 1) {
    const ramp = clamp((band - FADING[0]) / (FADING[1] - FADING[0]), 0, 1);
    const opacity = STRONGEST + (FAINTEST - STRONGEST) * ramp * ramp * (3 - 2 * ramp);
    const fill = mixed(strong, faint, opacity);
    palette.fill.push(...fill);
    palette.edge.push(...mixed(dark, fill, LINE));
    palette.plain[band] = packed(...fill);
  }
  return palette;
}

// An opaque pixel of an image.
const packed = (r, g, b) => (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;

// Everything about a canvas that does not depend on the values.
function surface(canvas, [width, height], ratio) {
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  [canvas.width, canvas.height] = [across, down];
  const context = canvas.getContext("2d");
  const image = context.createImageData(across, down);
  const places = Float32Array.from({ length: across }, (_, x) =>
    clamp(((x + 0.5) / across) * (COLUMNS - 1), 0, COLUMNS - 1.001));
  return {
    context,
    image,
    across,
    down,
    pixels: new Uint32Array(image.data.buffer),
    columns: Uint16Array.from(places, Math.floor), // of the map, left of each pixel
    fractions: places.map((place) => place - Math.floor(place)), // of the way to the next column
    rows: [new Float32Array(across), new Float32Array(across)],
    reach: 0.5 + Math.max(1, ratio) / 2, // of a line, from its centre, in pixels
  };
}

// Pixel by pixel, by bilinear interpolation between the map's columns and rows.
function paintBands({ context, image, across, down, pixels, reach, ...lines }, positions, palette) {
  let [above, here] = lines.rows;
  for (let y = 0; y < down; y += 1) {
    interpolateRow(here, positions, (1 - (y + 0.5) / down) * (ROWS - 1), lines);
    if (y === 0) above.set(here);
    paintRow(pixels.subarray(y * across, (y + 1) * across), here, above, palette, reach);
    [above, here] = [here, above];
  }
  context.putImageData(image, 0, 0);
}

function paintRow(pixels, here, above, { fill, edge, plain }, reach) {
  const last = LEVELS.length;
  for (let x = 0; x < pixels.length; x += 1) {
    const rank = here[x];
    const floor = Math.floor(rank);
    const band = floor < -1 ? 0 : floor >= last ? last : floor + 1;
    const nearest = rank - floor < 0.5 ? floor : floor + 1;
    const aside = rank - here[x ? x - 1 : 1];
    const over = rank - above[x];
    const gradient = Math.sqrt(aside * aside + over * over) + 1e-6;
    const cover = reach - Math.abs(rank - nearest) / gradient; // of the line, up to 1
    if (cover <= 0 || nearest < 0 || nearest >= last) {
      pixels[x] = plain[band];
      continue;
    }
    const opacity = cover < 1 ? cover : 1;
    const at = 3 * band;
    pixels[x] = packed(
      fill[at] + opacity * (edge[at] - fill[at]),
      fill[at + 1] + opacity * (edge[at + 1] - fill[at + 1]),
      fill[at + 2] + opacity * (edge[at + 2] - fill[at + 2]),
    );
  }
}

function interpolateRow(into, positions, at, { columns, fractions }) {
  const row = clamp(Math.floor(at), 0, ROWS - 2);
  const [low, high, part] = [row * COLUMNS, (row + 1) * COLUMNS, at - row];
  for (let x = 0; x < into.length; x += 1) {
    const column = columns[x];
    const fraction = fractions[x];
    const lower = positions[low + column]
      + fraction * (positions[low + column + 1] - positions[low + column]);
    const upper = positions[high + column]
      + fraction * (positions[high + column + 1] - positions[high + column]);
    into[x] = lower + part * (upper - lower);
  }
}

// A map's value at any mean and std, by bilinear interpolation.
function valueAt(values, mean, std, limits) {
  const place = ((mean - limits.low) / (limits.high - limits.low)) * (COLUMNS - 1);
  const height = Math.log(std / limits.narrowest) / Math.log(limits.widest / limits.narrowest);
  const column = clamp(Math.floor(place), 0, COLUMNS - 2);
  const row = clamp(Math.floor(height * (ROWS - 1)), 0, ROWS - 2);
  const [fraction, part] = [place - column, height * (ROWS - 1) - row];
  const i = row * COLUMNS + column;
  const lower = values[i] + fraction * (values[i + 1] - values[i]);
  const upper = values[i + COLUMNS] + fraction * (values[i + COLUMNS + 1] - values[i + COLUMNS]);
  return lower + part * (upper - lower);
}

// Places for a few levels' labels: [level, column, row], each on its contour, all apart; searched
// along rays from the map's minimum.
function labelPlaces(positions, apart) {
  const least = positions.indexOf(positions.reduce((a, b) => Math.min(a, b)));
  const [from, up] = [least % COLUMNS, Math.floor(least / COLUMNS)];
  const places = [];
  for (const level of LABELLED) {
    const wanted = LEVELS.indexOf(level);
    for (const [dx, dy] of RAYS) {
      const place = crossing(positions, wanted, from, up, dx, dy);
      if (place && places.every(([, x, y]) => apart(place, [x, y]))) {
        places.push([level, ...place]);
        break;
      }
    }
  }
  return places;
}

function crossing(positions, wanted, column, row, dx, dy) {
  let before = positions[row * COLUMNS + column];
  for (let k = 1; k < COLUMNS; k += 1) {
    const [x, y] = [Math.round(column + k * dx), Math.round(row + k * dy)];
    if (x < 4 || x > COLUMNS - 5 || y < 3 || y > ROWS - 4) return null;
    const now = positions[y * COLUMNS + x];
    if (before < wanted && now >= wanted) {
      const back = 1 - (wanted - before) / (now - before);
      return [x - back * dx, y - back * dy];
    }
    before = now;
  }
  return null;
}

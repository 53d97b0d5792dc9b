// A map's values as filled bands between levels, on a canvas, in tones of one colour.

const LEVELS = [];
for (let power = -2; power <= 3; power += 1) {
  for (const digit of [1, 2, 5]) LEVELS.push(Number(`${digit}e${power}`));
}
const LABELLED = [0.1, 0.5, 1, 2, 5, 10, 50, 100, 500];
const STRONGEST = 0.95; // of the colour, where the divergence is least
const WAYS_OUT = [[0, -1], [1, -0.4], [-1, -0.4], [1, 0.4], [-1, 0.4], [0, 1], [1, 0], [-1, 0]];
const FAINTEST = 0.05;
const FADING = [2, 15]; // bands between which the colour fades, and most around their middle
const LINE = 0.5; // of the text's colour, in a line between two bands

// Where each value stands among the levels: 0 at the first, 1 at the second, and between them by
// its logarithm; −1 for all that lies a level and more below the first.
function ranks(values, nats) {
  const logs = LEVELS.map((level) => Math.log(level * nats));
  const found = new Float32Array(values.length);
  for (let i = 0; i < values.length; i += 1) {
    const log = Math.log(Math.max(values[i], 1e-12));
    let below = 0;
    while (below < logs.length - 2 && log >= logs[below + 1]) below += 1;
    found[i] = Math.max(-1, below + (log - logs[below]) / (logs[below + 1] - logs[below]));
  }
  return found;
}

// "#rrggbb", or what else CSS may hold, as numbers.
function channels(colour) {
  const context = channels.context ??= document.createElement("canvas").getContext("2d");
  context.fillStyle = colour;
  return [1, 3, 5].map((at) => parseInt(context.fillStyle.slice(at, at + 2), 16));
}

const mixed = (one, other, share) => one.map((c, i) => c * share + other[i] * (1 - share));

// For each band, its colour and that of the line at its edge: from strong to faint.
function tones(colour, background, ink) {
  const [strong, faint, dark] = [colour, background, ink].map(channels);
  const found = { fill: [], edge: [], plain: new Uint32Array(LEVELS.length + 1) };
  for (let band = 0; band <= LEVELS.length; band += 1) {
    const way = clamp((band - FADING[0]) / (FADING[1] - FADING[0]), 0, 1);
    const share = STRONGEST + (FAINTEST - STRONGEST) * way * way * (3 - 2 * way);
    const fill = mixed(strong, faint, share);
    found.fill.push(...fill);
    found.edge.push(...mixed(dark, fill, LINE));
    found.plain[band] = packed(...fill);
  }
  return found;
}

// A pixel of an image: red, green, blue, and no part of it see-through.
const packed = (r, g, b) => (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;

// Everything about a canvas that stays while only the values change.
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
    shares: places.map((place) => place - Math.floor(place)), // of the one right of it
    rows: [new Float32Array(across), new Float32Array(across)],
    reach: 0.5 + Math.max(1, ratio) / 2, // of a line, from its middle, in pixels
  };
}

// One pixel after the other: between the map's columns and rows the ranks run in straight lines.
function paintBands({ context, image, across, down, pixels, reach, ...lines }, found, palette) {
  let [above, here] = lines.rows;
  for (let y = 0; y < down; y += 1) {
    rankRow(here, found, (1 - (y + 0.5) / down) * (ROWS - 1), lines);
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
    const slope = Math.sqrt(aside * aside + over * over) + 1e-6;
    const cover = reach - Math.abs(rank - nearest) / slope; // of the line, up to 1
    if (cover <= 0 || nearest < 0 || nearest >= last) {
      pixels[x] = plain[band];
      continue;
    }
    const share = cover < 1 ? cover : 1;
    const at = 3 * band;
    pixels[x] = packed(
      fill[at] + share * (edge[at] - fill[at]),
      fill[at + 1] + share * (edge[at + 1] - fill[at + 1]),
      fill[at + 2] + share * (edge[at + 2] - fill[at + 2]),
    );
  }
}

function rankRow(into, found, at, { columns, shares }) {
  const row = clamp(Math.floor(at), 0, ROWS - 2);
  const [low, high, part] = [row * COLUMNS, (row + 1) * COLUMNS, at - row];
  for (let x = 0; x < into.length; x += 1) {
    const column = columns[x];
    const share = shares[x];
    const lower = found[low + column] + share * (found[low + column + 1] - found[low + column]);
    const upper = found[high + column] + share * (found[high + column + 1] - found[high + column]);
    into[x] = lower + part * (upper - lower);
  }
}

// A map's value between its columns and rows.
function valueAt(values, mean, std, limits) {
  const place = ((mean - limits.low) / (limits.high - limits.low)) * (COLUMNS - 1);
  const height = Math.log(std / limits.narrowest) / Math.log(limits.widest / limits.narrowest);
  const column = clamp(Math.floor(place), 0, COLUMNS - 2);
  const row = clamp(Math.floor(height * (ROWS - 1)), 0, ROWS - 2);
  const [share, part] = [place - column, height * (ROWS - 1) - row];
  const i = row * COLUMNS + column;
  const lower = values[i] + share * (values[i + 1] - values[i]);
  const upper = values[i + COLUMNS] + share * (values[i + COLUMNS + 1] - values[i + COLUMNS]);
  return lower + part * (upper - lower);
}

// Where to write a few levels on their lines: [level, column, row], each far from the others.
// Looked for on straight ways out from the map's lowest point.
function labelPlaces(found, apart) {
  const least = found.indexOf(found.reduce((a, b) => Math.min(a, b)));
  const [from, up] = [least % COLUMNS, Math.floor(least / COLUMNS)];
  const places = [];
  for (const level of LABELLED) {
    const wanted = LEVELS.indexOf(level);
    for (const [dx, dy] of WAYS_OUT) {
      const place = crossing(found, wanted, from, up, dx, dy);
      if (place && places.every(([, x, y]) => apart(place, [x, y]))) {
        places.push([level, ...place]);
        break;
      }
    }
  }
  return places;
}

function crossing(found, wanted, column, row, dx, dy) {
  let before = found[row * COLUMNS + column];
  for (let k = 1; k < COLUMNS; k += 1) {
    const [x, y] = [Math.round(column + k * dx), Math.round(row + k * dy)];
    if (x < 4 || x > COLUMNS - 5 || y < 3 || y > ROWS - 4) return null;
    const now = found[y * COLUMNS + x];
    if (before < wanted && now >= wanted) {
      const share = 1 - (wanted - before) / (now - before);
      return [x - share * dx, y - share * dy];
    }
    before = now;
  }
  return null;
}

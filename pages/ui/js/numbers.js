// Arithmetic that several components share, and numbers formatted as in Python.

const HALF_LOG_2_PI = Math.log(2 * Math.PI) / 2;

const sum = (values) => values.reduce((total, value) => total + value, 0);
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const rounded = (value) => Math.round(100 * value) / 100 + 0; // no −0
const logNormal = (mean, std, x) => -(((x - mean) / std) ** 2) / 2 - Math.log(std) - HALF_LOG_2_PI;

function text(value) {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value !== 0 && Math.abs(value) < 1e-4) {
    const [mantissa, exponent] = value.toExponential(2).split("e");
    const digits = [...String(Number(exponent))].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻").join("");
    return `${mantissa.replace("-", "−")} × 10${digits}`;
  }
  const digits = value ? Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value)))) : 0;
  const [whole, rest] = Math.abs(value).toFixed(digits).split(".");
  const decimals = (rest ?? "").replace(/0+$/, "");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return (value < 0 ? "−" : "") + grouped + (decimals && `.${decimals}`);
}

const signed = (value) => (value > 0 ? "+" : "") + text(value);

function quantity(value, unit) {
  const shown = text(value);
  return `${shown} ${shown === "1" ? unit.replace(/s$/, "") : unit}`;
}

// The end of an axis: a round number of one or two digits, not below the value.
function roundUp(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 1.5, 2, 3, 5, 7].find((digit) => digit * power >= value) ?? 10);
}

// The end of an axis; during a drag it only grows, so that the rest of the plot keeps its place.
const axisEnd = (before, wanted, held) => (held ? Math.max(before, wanted) : wanted);

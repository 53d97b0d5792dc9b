"""Numbers → text on the pages."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import SupportsFloat

EXACT = Context(prec=400, rounding=ROUND_HALF_UP)  # ties round up, as in the browser


def number(value: SupportsFloat) -> str:
    """At most four significant digits, ∞ as ∞: "0.0853", "12.35", "3"."""
    value = float(value)
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value != 0 and abs(value) < 1e-4:
        mantissa, exponent = f"{value:.2e}".split("e")
        return f"{mantissa.replace('-', '−')} × 10{_superscript(int(exponent))}"
    digits = max(0, 3 - math.floor(math.log10(abs(value)))) if value else 0
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-digits), context=EXACT)
    text = f"{abs(rounded) if rounded == 0 else rounded:,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def quantity(value: SupportsFloat, unit: str) -> str:
    """A number with its unit: "0.0853 nats", "1 bit"."""
    text = number(value)
    return f"{text} {unit.removesuffix('s') if text == '1' else unit}"


def percent(fraction: float) -> str:
    """A fraction as a percentage with one decimal: "71.9 %", without a line break."""
    return "not a number" if math.isnan(fraction) else f"{100 * fraction:.1f}\N{NO-BREAK SPACE}%"


def duration(seconds: float) -> str:
    """A time, rounded: "40 s", "6 min", "1 h 10 min"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def join(names: list[str]) -> str:
    """Names as a list in a sentence: "a", "a and b", "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def number_of(value: float) -> str:
    """A count in a sentence: a word up to twelve, else two significant digits."""
    whole = round(value)
    if whole <= len(COUNTS):
        return COUNTS[max(whole, 1) - 1]
    step = 10 ** max(0, math.floor(math.log10(value)) - 1)
    return f"{round(value / step) * step:,.0f}"


COUNTS = "one two three four five six seven eight nine ten eleven twelve".split()


def _superscript(exponent: int) -> str:
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|$:~<>^-])")
# In plain text, Streamlit turns addresses into links, names between colons into icons, and "->"
# into arrows. A word joiner after each of these matches prevents it.
MORE_MARKUP = re.compile(
    r"[wW]{3}(?=\.)|:(?=//|[a-z0-9_+-]+:|material/)|[-.\w+](?=@[-\w])|[-<>~](?=[-=>])"
)
JOINER = "\N{WORD JOINER}"  # has no width and allows no line break


def plain(text: str) -> str:
    """Text escaped for Markdown: a name may contain a star or an address."""
    joined = MORE_MARKUP.sub(lambda found: found[0] + JOINER, text)
    return MARKUP.sub(r"\\\1", joined)


def without_markup(text: str) -> str:
    """A sentence without Markdown's stars and backslashes, for a screen reader."""
    return re.sub(rf"\\(.)|\*\*|:[a-z]+\[|{JOINER}", lambda found: found[1] or "", text)

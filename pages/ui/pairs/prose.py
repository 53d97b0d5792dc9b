"""Sentences about two distributions that depend on their numbers."""

from __future__ import annotations

import math
from collections.abc import Callable

from kl_core.compat import EPSILON
from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.pairs.results import DIVERGENCES, Direction, Draws, Results, close

ABOUT = 0.05  # two divergences are about the same if they differ by at most this part of the larger
EXACT = 1e-9  # two numbers of bits are equal if they differ by less
FEW = 30  # draws: with fewer, the distribution of their mean is not yet close to a Gaussian

Columns = dict[str, list[str]]  # of a table of text, by their headings


def weightless(distributions: list[str]) -> str:
    """What to do if a distribution has no weight at all."""
    none = "it is not a distribution" if len(distributions) == 1 else "they are not distributions"
    return (
        f"All weights of {fmt.join(distributions)} are 0, so {none}. "
        "Give at least one outcome a weight above 0."
    )


def extra_bits(bits: float) -> str:
    """A divergence of so many bits as extra code length per outcome."""
    if bits == 0:
        return "no extra bits"
    if bits < 0.001:
        return "less than one extra bit per thousand outcomes"
    if bits < 2 / 3 and abs(round(1 / bits) * bits - 1) <= 0.1:
        return f"about one extra bit every {fmt.number_of(1 / bits)} outcomes"
    return (
        f"about {'one extra bit' if 0.95 <= bits < 1.05 else f'{bits:.1f} extra bits'} per outcome"
    )


def reading(way: Direction) -> str:
    """One direction of KL in words: extra bits, or the outcomes that make it infinite."""
    unit, colour = way.results.unit, "blue" if way.truth == "P" else "orange"
    said = f":{colour}[**{way.name}**] = {fmt.quantity(way.kl, unit)}"
    if not way.ruled_out:
        also = "" if unit == "bits" or way.kl == 0 else f", or {fmt.quantity(way.bits, 'bits')}"
        return f"{said}{also}: {extra_bits(way.bits)}."
    which = fmt.join([f"“{fmt.plain(way.results.pair.names[i])}”" for i in way.ruled_out])
    return f"{said}: {way.model} gives probability 0 to {which}, but {way.truth} does not."


def difference(results: Results) -> str:
    """How the two directions compare."""
    pq, qp = results.pq.kl, results.qp.kl
    if pq == qp == 0:
        return "P and Q are the same distribution, so both divergences are 0."
    if pq == qp == math.inf:
        return "**Both divergences are infinite.**"
    if math.isclose(pq, qp, rel_tol=1e-9, abs_tol=1e-12):
        return "The two divergences are equal here; in general they differ. Move one bar."
    larger, smaller = ("KL(P‖Q)", "KL(Q‖P)") if pq > qp else ("KL(Q‖P)", "KL(P‖Q)")
    if math.isinf(max(pq, qp)):
        return f"**{larger} is infinite, {smaller} is not.**"
    if math.isclose(pq, qp, rel_tol=ABOUT):
        apart = abs(pq - qp) / max(pq, qp)
        gap = fmt.percent(apart) if apart >= 0.0005 else "less than 0.1\N{NO-BREAK SPACE}%"
        return f"**The two divergences are about the same**: they differ by {gap}."
    return f"**{larger} is larger, by {fmt.quantity(abs(pq - qp), results.unit)}.**"


def divergences(results: Results) -> Columns:
    """KL in both directions and other divergences."""
    rows = [point.split(" | ") for point in content.points("asymmetry/measures")]
    values, unit, base = results.divergences, results.unit, results.base or math.e
    return {
        "divergence": [name for name, _, _ in rows],
        "formula": [formula for _, formula, _ in rows],
        "value": [
            fmt.quantity(values[name], unit)
            if DIVERGENCES[name].has_unit
            else fmt.number(values[name])
            for name, _, _ in rows
        ],
        "range": [
            f"0 to {fmt.quantity(each.most / math.log(base), unit)}"
            if each.has_unit and math.isfinite(each.most)
            else f"0 to {fmt.number(each.most)}"
            for each in (DIVERGENCES[name] for name, _, _ in rows)
        ],
        "symmetric": ["yes" if DIVERGENCES[name].symmetric else "no" for name, _, _ in rows],
        "what it is": [says for _, _, says in rows],
    }


def libraries(results: Results) -> Columns:
    """KL(P‖Q) as kl_core, SciPy, Keras and PyTorch compute it, in nats."""
    values = results.libraries
    return {
        "library": list(values),
        "call": [f"`{LIBRARIES[library][0]}`" for library in values],
        "value": [fmt.number(value) for value in values.values()],
        "remark": [LIBRARIES[library][1](value, results) for library, value in values.items()],
    }


def _definition(true: float, results: Results) -> str:
    if math.isinf(true):
        return "Infinite by definition: an outcome has p > 0 and q = 0."
    return "The definition: nothing is clipped."


def _unclipped(value: float, results: Results) -> str:
    """How a library that clips nothing compares with the definition."""
    if math.isnan(value):
        return "Not a number: for an outcome with p = q = 0 it multiplies 0 by log 0 = −∞."
    if math.isinf(results.pq.kl):
        return "Infinite too."
    return _compared(value, results, ", by rounding alone.")


def _keras(value: float, results: Results) -> str:
    """How Keras compares, which clips P and Q and computes in float32."""
    if math.isinf(results.pq.kl):
        most = fmt.quantity(-math.log(EPSILON), "nats")
        return (
            "Finite, although the true value is ∞: Keras clips probabilities to at least 10⁻⁷, so "
            f"no term exceeds {most}."
        )
    why = "clips probabilities to at least 10⁻⁷" if results.keras_clips else "rounds to float32"
    below = " A true KL divergence is never negative." if value < 0 else ""
    return _compared(value, results, f": Keras {why}.{below}")


def _mean(value: float, results: Results) -> str:
    """How PyTorch's default compares, which is a mean over the outcomes."""
    if math.isnan(value):
        return "Not a number either."
    by = f"by the {len(results.p)} outcomes."
    if math.isinf(value):
        return f"Infinite too. A finite sum would be divided {by}"
    return f"Not the KL divergence: the sum is divided {by}"


def _compared(value: float, results: Results, why: str) -> str:
    """To how many digits a value is right, or by how much it is off, and why."""
    true = results.libraries["kl_core"]
    off = abs(value - true)
    if not close(value, true):
        return f"Off by {fmt.quantity(off, 'nats')}{why}"
    if value == true == 0:
        return "0, which is right."
    return f"Agrees to about {min(15, math.floor(-math.log10(off / true))) if off else 15} digits."


# The call to each library, and the function that comments on its value.
LIBRARIES: dict[str, tuple[str, Callable[[float, Results], str]]] = {
    "kl_core": ("kl_core.kl_divergence(p, q)", _definition),
    "SciPy": ("scipy.stats.entropy(p, q)", _unclipped),
    "Keras": ("keras.losses.KLDivergence()(p, q)", _keras),
    "PyTorch": ('F.kl_div(q.log(), p, reduction="sum")', _unclipped),
    "PyTorch, default reduction": ("F.kl_div(q.log(), p)", _mean),
}


def entropy(results: Results) -> str:
    """H(P) and the perplexity."""
    value = results.pq.entropy
    if value == 0:
        return "**H(P) = 0**: one outcome is certain, and its surprisal is 0."
    same = f"{results.perplexity:.1f}".removesuffix(".0")
    return (
        f":green[**H(P)**] = {fmt.quantity(value, results.unit)}: the mean surprisal. The "
        f"**perplexity**, the number of equally likely outcomes with the same entropy, is {same}."
    )


def code_lengths_chart(results: Results) -> str:
    """The chart of code lengths, for readers who cannot see it."""
    pairs = list(zip(results.codewords, results.ideal_lengths, results.pair.names, strict=True))
    longest, _, outcome = max(pairs, key=lambda pair: len(pair[0]))
    apart = max(abs(len(code) - ideal) for code, ideal, _ in pairs if math.isfinite(ideal))
    near = (
        "equal the ideal lengths"
        if apart < EXACT
        else f"differ from the ideal lengths by up to {fmt.quantity(apart, 'bits')}"
    )
    return (
        f"Bar chart of the lengths of {len(pairs)} codewords: Huffman’s {near}; the longest, for "
        f"“{outcome}”, has {fmt.quantity(len(longest), 'bits')}."
    )


def code_for_p(results: Results) -> str:
    """How Huffman's code for P compares with the ideal lengths."""
    lengths = results.code_for_p
    gap = lengths.huffman - lengths.ideal
    ideal = fmt.quantity(lengths.ideal, "bits")
    if abs(gap) < EXACT:
        return (
            f"The mean length of the Huffman codewords is {ideal} per outcome: exactly H(P), "
            "because every ideal length is a whole number."
        )
    finite = [length for length in results.ideal_lengths if math.isfinite(length)]
    reasons = []
    if any(abs(length - round(length)) > EXACT for length in finite):
        reasons.append("a codeword has a whole number of bits")
    if len(finite) < len(results.p):
        reasons.append("outcomes with probability 0 get codewords too")
    return (
        f"The mean length of the Huffman codewords is {fmt.quantity(lengths.huffman, 'bits')} per "
        f"outcome, {fmt.quantity(gap, 'bits')} more than H(P) = {ideal}, because "
        f"{' and '.join(reasons)}."
    )


def excess(results: Results) -> str:
    """By how much the mean length of Huffman's code for P exceeds H(P)."""
    lengths = results.code_for_p
    gap = lengths.huffman - lengths.ideal
    return fmt.quantity(gap if gap > EXACT else 0, "bits")


def code_for_q(results: Results) -> str:
    """The extra bits of the code made for Q, with ideal lengths and with Huffman's codewords."""
    divergence = results.pq.bits
    extra = results.code_for_q.huffman - results.code_for_p.huffman
    real = fmt.quantity(extra, "bits")
    if math.isinf(divergence):
        return (
            "With ideal lengths the code for Q needs ∞ extra bits: an outcome with q = 0 has no "
            "codeword of finite length, and it occurs under P. A Huffman code gives every outcome "
            f"a codeword, so with it the extra bits are finite: {real}."
        )
    exact = fmt.quantity(divergence, "bits")
    if abs(extra - divergence) < EXACT:
        return f"In both rows the code for Q needs {exact} more per outcome: exactly KL(P‖Q)."
    return (
        f"With ideal lengths the code for Q needs {exact} more per outcome: exactly KL(P‖Q). "
        f"With Huffman codewords it needs {real} more, because their lengths are whole numbers of "
        "bits in both codes."
    )


def running_mean(draws: Draws, unit: str) -> str:
    """The last running mean, and whether it lies within the band."""
    after = f"After {draws.n:,} draw{'s' * (draws.n > 1)}"
    mean = fmt.quantity(draws.mean[-1], unit)
    if draws.infinite_at:
        at, name = draws.infinite_at
        return (
            f"Draw {at:,} was “{fmt.plain(name)}”, to which Q gives probability 0: from then on "
            "the mean is ∞, like KL(P‖Q)."
        )
    if math.isinf(draws.divergence):
        return (
            f"{after} the mean is {mean}, and KL(P‖Q) is ∞: no outcome with q = 0 has been drawn "
            "yet."
        )
    margin = float(draws.margin[-1])
    text = f"{after} the mean is **{mean}**; KL(P‖Q) is {fmt.quantity(draws.divergence, unit)}."
    if margin == 0:
        return f"{text} Every draw has the same log-ratio, so the mean is exact."
    if draws.n < FEW:
        return f"{text} With so few draws the mean can still be far off."
    within = abs(draws.mean[-1] - draws.divergence) <= margin
    return (
        f"{text} About 95\N{NO-BREAK SPACE}% of such means lie within "
        f"±{fmt.quantity(margin, unit)} of KL(P‖Q) (normal approximation); this one "
        f"{'does' if within else 'does not'}."
    )

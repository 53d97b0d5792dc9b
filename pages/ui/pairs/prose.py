"""What the pages on two distributions say of them, in sentences that depend on their numbers."""

from __future__ import annotations

import math
from collections.abc import Callable

from kl_core.compat import EPSILON
from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.pairs.results import RELATIVES, Direction, Draws, Results, close

ABOUT = 0.05  # two divergences apart by at most this share of the larger are about the same
EXACT = 1e-9  # two numbers of bits apart by less are one
FEW = 30  # draws: with fewer, their mean is not yet distributed like a Gaussian

Columns = dict[str, list[str]]  # of a table of text, by their headings


def weightless(distributions: list[str]) -> str:
    """What to do if a distribution has no weight at all."""
    return (
        f"All weights of {fmt.join(distributions)} are zero, so nothing can be said about "
        f"{'it' if len(distributions) == 1 else 'them'}. "
        "Give at least one outcome a weight above zero."
    )


def price(bits: float) -> str:
    """What a divergence of so many bits means to someone who encodes outcomes."""
    if bits == 0:
        return "nothing is lost"
    if bits < 0.001:
        return "less than one extra bit in a thousand outcomes"
    if bits < 2 / 3 and abs(round(1 / bits) * bits - 1) <= 0.1:
        return f"about one extra bit every {fmt.number_of(1 / bits)} outcomes"
    return (
        f"about {'one extra bit' if 0.95 <= bits < 1.05 else f'{bits:.1f} extra bits'} an outcome"
    )


def reading(way: Direction) -> str:
    """One direction of KL and what it means: its price, or the outcome that makes it infinite."""
    unit, colour = way.results.unit, "blue" if way.truth == "P" else "orange"
    said = f":{colour}[**{way.name}**] = {fmt.quantity(way.kl, unit)}"
    if not way.ruled_out:
        also = "" if unit == "bits" or way.kl == 0 else f", or {fmt.quantity(way.bits, 'bits')}"
        return f"{said}{also}: {price(way.bits)}."
    which = fmt.join([f"“{fmt.plain(way.results.pair.names[i])}”" for i in way.ruled_out])
    it = "it" if len(way.ruled_out) == 1 else "them"
    return (
        f"{said}: {which} can happen under {way.truth}, and {way.model} calls {it} impossible. "
        "The surprise has no bound."
    )


def difference(results: Results) -> str:
    """How the two directions compare."""
    pq, qp = results.pq.kl, results.qp.kl
    if pq == qp == 0:
        return "P and Q are the same distribution: the divergence is 0 in both directions."
    if pq == qp == math.inf:
        return "**Both directions are infinite.**"
    if math.isclose(pq, qp, rel_tol=1e-9, abs_tol=1e-12):
        return "The two directions agree here. Move one bar and they part."
    larger, smaller = ("KL(P‖Q)", "KL(Q‖P)") if pq > qp else ("KL(Q‖P)", "KL(P‖Q)")
    if math.isinf(max(pq, qp)):
        return f"**{larger} is infinite, {smaller} is not.**"
    if math.isclose(pq, qp, rel_tol=ABOUT):
        apart = abs(pq - qp) / max(pq, qp)
        gap = fmt.percent(apart) if apart >= 0.0005 else "less than 0.1\N{NO-BREAK SPACE}%"
        return f"**The two directions are about the same**, {gap} apart."
    return (
        f"**{larger} is larger, by {fmt.quantity(abs(pq - qp), results.unit)}.** Swapping truth "
        "and model changes the question, and so the answer."
    )


def relatives(results: Results) -> Columns:
    """KL in both directions and its relatives."""
    says = dict(point.split(": ", 1) for point in content.points("asymmetry/measures"))
    unit, base = results.unit, results.base or math.e
    return {
        "name": list(RELATIVES),
        "value": [fmt.number(value) for value in results.relatives.values()],
        "unit": [unit if each.has_unit else "none" for each in RELATIVES.values()],
        "range": [
            f"0 to {fmt.quantity(each.most / math.log(base), unit)}"
            if each.has_unit and math.isfinite(each.most)
            else f"0 to {fmt.number(each.most)}"
            for each in RELATIVES.values()
        ],
        "symmetric": ["yes" if each.symmetric else "no" for each in RELATIVES.values()],
        "says": [says[name] for name in RELATIVES],
    }


def elsewhere(results: Results) -> Columns:
    """What kl_core, SciPy, Keras and PyTorch answer when asked for KL(P‖Q), in nats."""
    answers = results.libraries
    return {
        "library": list(answers),
        "call": [f"`{LIBRARIES[library][0]}`" for library in answers],
        "value": [fmt.number(answer) for answer in answers.values()],
        "remark": [LIBRARIES[library][1](answer, results) for library, answer in answers.items()],
    }


def _definition(true: float, results: Results) -> str:
    if math.isinf(true):
        return "Infinite, as the definition has it: Q calls impossible what P expects."
    return "The definition as it stands: nothing is clipped."


def _unclipped(value: float, results: Results) -> str:
    """How a library that clips nothing compares with the definition."""
    if math.isnan(value):
        return "Not a number: where P and Q are both 0, it multiplies 0 by log 0, which is −∞."
    if math.isinf(results.pq.kl):
        return "Infinite too."
    return _compared(value, results, ", by rounding alone.")


def _keras(value: float, results: Results) -> str:
    """How Keras compares, which clips P and Q and computes in float32."""
    if math.isinf(results.pq.kl):
        most = fmt.quantity(-math.log(EPSILON), "nats")
        return (
            "Finite, where the truth is ∞: Keras lifts probabilities below 10⁻⁷ to 10⁻⁷, so that "
            f"no outcome can add more than {most}."
        )
    clipped = "lifts probabilities below 10⁻⁷ to 10⁻⁷"
    why = clipped if results.keras_clips else "rounds to float32"
    below = " A true KL divergence is never below 0." if value < 0 else ""
    return _compared(value, results, f": Keras {why}.{below}")


def _mean(value: float, results: Results) -> str:
    """How PyTorch's default compares, which is a mean over the outcomes."""
    if math.isnan(value):
        return "Not a number either."
    by = f"by the {len(results.p)} outcomes."
    if math.isinf(value):
        return f"Infinite too. A finite sum it would divide {by}"
    return f"Not the KL divergence: the sum is divided {by}"


def _compared(value: float, results: Results, why: str) -> str:
    """To how many digits a value is right, or by how much it is off, and why."""
    true = results.libraries["kl_core"]
    off = abs(value - true)
    if not close(value, true):
        return f"Off by {fmt.quantity(off, 'nats')}{why}"
    if value == true == 0:
        return "0, as it should be."
    return f"Agrees to about {min(15, math.floor(-math.log10(off / true))) if off else 15} digits."


# The call to each library, and the function that comments on its answer.
LIBRARIES: dict[str, tuple[str, Callable[[float, Results], str]]] = {
    "kl_core": ("kl_core.kl_divergence(p, q)", _definition),
    "SciPy": ("scipy.stats.entropy(p, q)", _unclipped),
    "Keras": ("keras.losses.KLDivergence()(p, q)", _keras),
    "PyTorch": ('F.kl_div(q.log(), p, reduction="sum")', _unclipped),
    "PyTorch, as it comes": ("F.kl_div(q.log(), p)", _mean),
}


def entropy(results: Results) -> str:
    """H(P) in words."""
    value = results.pq.entropy
    if value == 0:
        return "**H(P) = 0.** One outcome is certain, so nothing that comes is a surprise."
    same = f"{results.perplexity:.1f}".removesuffix(".0")
    return (
        f":green[**H(P)**] = {fmt.quantity(value, results.unit)}: the mean surprise. A choice "
        f"among {same} equally likely outcomes would be as uncertain."
    )


def lengths_chart(results: Results) -> str:
    """What the chart of the codewords' lengths shows, for readers who cannot see it."""
    pairs = list(zip(results.codewords, results.ideal_lengths, results.pair.names, strict=True))
    longest, _, outcome = max(pairs, key=lambda pair: len(pair[0]))
    apart = max(abs(len(word) - ideal) for word, ideal, _ in pairs if math.isfinite(ideal))
    near = (
        "equal their ideal length"
        if apart < EXACT
        else f"lie up to {fmt.quantity(apart, 'bits')} from their ideal length"
    )
    return (
        f"Bar chart of {len(pairs)} words: Huffman’s {near}; the longest, for "
        f"“{outcome}”, has {fmt.quantity(len(longest), 'bits')}."
    )


def code_for_p(results: Results) -> str:
    """How Huffman's code for P compares with what is ideal."""
    lengths = results.code_for_p
    gap = lengths.huffman - lengths.ideal
    ideal = fmt.quantity(lengths.ideal, "bits")
    if abs(gap) < EXACT:
        return (
            f"Huffman’s words take {ideal} an outcome on average: exactly H(P). That happens only "
            "where every ideal length is a whole number."
        )
    finite = [length for length in results.ideal_lengths if math.isfinite(length)]
    reasons = []
    if any(abs(length - round(length)) > EXACT for length in finite):
        reasons.append("a real word has a whole number of digits")
    if len(finite) < len(results.p):
        reasons.append("what never comes has a word too, in case P is wrong")
    return (
        f"By ideal lengths an outcome takes {ideal} on average: that is H(P) again. Huffman’s "
        f"words take {fmt.quantity(lengths.huffman, 'bits')}, which is "
        f"{fmt.quantity(gap, 'bits')} more, because {', and '.join(reasons)}. No code with one "
        "word for each outcome does better."
    )


def code_for_q(results: Results) -> str:
    """What the code made for Q costs, by ideal lengths and in Huffman's codewords."""
    divergence = results.pq.bits
    extra = results.code_for_q.huffman - results.code_for_p.huffman
    real = fmt.quantity(extra, "bits")
    if math.isinf(divergence):
        return (
            "By ideal lengths the extra is ∞: the code made for Q has no word for an outcome that "
            f"comes. Huffman’s code gives every outcome some word, so its extra, {real}, stays "
            "finite."
        )
    exact = fmt.quantity(divergence, "bits")
    if abs(extra - divergence) < EXACT:
        return f"The extra is {exact} either way, and {exact} is KL(P‖Q)."
    return (
        f"By ideal lengths the extra is {exact}: exactly KL(P‖Q). In Huffman’s words it is {real}, "
        "since both codes round to whole digits, each in its own way."
    )


def running_mean(draws: Draws, unit: str) -> str:
    """The last running mean, and whether it lies where most of them do."""
    after = f"After {draws.n:,} draw{'s' * (draws.n > 1)}"
    mean = fmt.quantity(draws.mean[-1], unit)
    if draws.fatal:
        at, name = draws.fatal
        return (
            f"Draw {at:,} was “{fmt.plain(name)}”, which Q calls impossible: from there on the "
            "mean is ∞, as KL(P‖Q) is."
        )
    if math.isinf(draws.divergence):
        return (
            f"{after} the mean is {mean}, and KL(P‖Q) is ∞: what Q calls impossible has not come "
            "yet. It will."
        )
    margin = float(draws.margin[-1])
    text = f"{after} the mean is **{mean}**; KL(P‖Q) is {fmt.quantity(draws.divergence, unit)}."
    if margin == 0:
        return f"{text} Every draw has the same log-ratio, so there is nothing to wait for."
    if draws.n < FEW:
        return f"{text} So few draws say little: a mean can still lie far off."
    within = abs(draws.mean[-1] - draws.divergence) <= margin
    this = "So does this one." if within else "This one is one of the others."
    return (
        f"{text} With so many draws, about 19 means in 20 come within ±"
        f"{fmt.quantity(margin, unit)} of it. {this}"
    )

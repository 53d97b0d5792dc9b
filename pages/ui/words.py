"""Numbers → text for visitors."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import SupportsFloat

from models.runs.record import Run

EXACT = Context(prec=400, rounding=ROUND_HALF_UP)  # a tie goes up, as it does in the browser


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


def percent(share: float) -> str:
    """A share as a percentage with one decimal: "71.9 %", on one line."""
    return "not a number" if math.isnan(share) else f"{100 * share:.1f}\N{NO-BREAK SPACE}%"


def duration(seconds: float) -> str:
    """A time as one would say it: "40 s", "6 min", "1 h 10 min"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def join(names: list[str]) -> str:
    """Names as a sentence lists them: "a", "a and b", "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def price(bits: float) -> str:
    """What a divergence of so many bits means for someone who encodes outcomes."""
    if bits == 0:
        return "nothing is lost"
    if bits < 0.001:
        return "less than one extra bit in a thousand outcomes"
    if bits < 2 / 3 and abs(round(1 / bits) * bits - 1) <= 0.1:
        return f"about one extra bit every {number_of(1 / bits)} outcomes"
    return (
        f"about {'one extra bit' if 0.95 <= bits < 1.05 else f'{bits:.1f} extra bits'} an outcome"
    )


def number_of(value: float) -> str:
    """A count in a sentence: words up to twelve, else two significant digits."""
    whole = round(value)
    if whole <= len(COUNTS):
        return COUNTS[max(whole, 1) - 1]
    step = 10 ** max(0, math.floor(math.log10(value)) - 1)
    return f"{round(value / step) * step:,.0f}"


ABOUT = 0.05  # two divergences apart by at most this share of the larger are about the same
COUNTS = "one two three four five six seven eight nine ten eleven twelve".split()


def _superscript(exponent: int) -> str:
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|$:~<>^-])")
# Out of plain text, Streamlit makes links of addresses, pictures of names between colons, and
# signs of arrows. In each, a word joiner has to stand behind what is found here.
MORE_MARKUP = re.compile(
    r"[wW]{3}(?=\.)|:(?=//|[a-z0-9_+-]+:|material/)|[-.\w+](?=@[-\w])|[-<>~](?=[-=>])"
)
JOINER = "\N{WORD JOINER}"  # of no width, and no place to break a line


def plain(text: str) -> str:
    """Text as it stands, for places that read Markdown: a name may hold a star or an address."""
    joined = MORE_MARKUP.sub(lambda found: found[0] + JOINER, text)
    return MARKUP.sub(r"\\\1", joined)


def without_markup(text: str) -> str:
    """A sentence as it is heard: without Markdown's stars and backslashes."""
    return re.sub(rf"\\(.)|\*\*|:[a-z]+\[|{JOINER}", lambda found: found[1] or "", text)


def reading(
    value: float,
    unit: str,
    direction: str,
    names: Sequence[str],
    truth: Iterable[float],
    model: Iterable[float],
) -> str:
    """One direction of KL and what it means: its price, or the outcome that makes it infinite."""
    p, q = ("P", "Q") if direction == "KL(P‖Q)" else ("Q", "P")
    said = f":{'blue' if p == 'P' else 'orange'}[**{direction}**] = {quantity(value, unit)}"
    ruled_out = [n for n, t, m in zip(names, truth, model, strict=True) if t > 0 and m == 0]
    if not ruled_out:
        bits = value if unit == "bits" else value / math.log(2)
        also = "" if unit == "bits" or bits == 0 else f", or {quantity(bits, 'bits')}"
        return f"{said}{also}: {price(bits)}."
    which = join([f"“{plain(name)}”" for name in ruled_out])
    it = "it" if len(ruled_out) == 1 else "them"
    return (
        f"{said}: {which} can happen under {p}, and {q} calls {it} impossible. The surprise has "
        "no bound."
    )


def entropy(value: float, unit: str, equally_likely: float) -> str:
    """H(P) in words; `equally_likely`: of how many outcomes it is the entropy, P's perplexity."""
    if value == 0:
        return "**H(P) = 0.** One outcome is certain, so nothing that comes is a surprise."
    same = f"{equally_likely:.1f}".removesuffix(".0")
    return (
        f":green[**H(P)**] = {quantity(value, unit)}: the mean surprise. A choice among {same} "
        "equally likely outcomes would be as uncertain."
    )


def weightless(distributions: list[str]) -> str:
    """What to do where a distribution has no weight at all."""
    return (
        f"All weights of {join(distributions)} are zero, so nothing can be said about "
        f"{'it' if len(distributions) == 1 else 'them'}. "
        "Give at least one outcome a weight above zero."
    )


def difference(pq: float, qp: float, unit: str) -> str:
    """How the two directions compare."""
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
        gap = percent(apart) if apart >= 0.0005 else "less than 0.1\N{NO-BREAK SPACE}%"
        return f"**The two directions are about the same**, {gap} apart."
    return (
        f"**{larger} is larger, by {quantity(abs(pq - qp), unit)}.** Swapping truth and model "
        "changes the question, and so the answer."
    )


def progress(done: int, epochs: int, stage: str, seconds_left: float | None) -> str:
    """Where a run in training stands: "Epoch 3 of 25 · about 5 min left"."""
    if seconds_left is None:
        return f"Preparing: {stage or 'starting the process'} …"
    if done == epochs:
        return "Last: the test images …"
    return f"Epoch {done + 1} of {epochs} · about {duration(seconds_left)} left"


def expected(seconds: float, here: bool, download: bool, ahead: int) -> str:
    """How long training will take, by whose measure, and whether it has to wait for its turn."""
    source = "on this machine" if here else "on the machine of the recorded runs"
    after = " once the photographs are here" if download else ""
    said = f"Training takes about {duration(seconds)}{after} (as measured {source})."
    if not ahead:
        return said
    others = "the run that trains" if ahead == 1 else f"{number_of(ahead)} others"
    return f"{said} A new run would wait for {others}."


def place_in_queue(place: int, seconds: float) -> str:
    """Where a run stands that waits, counted from 1: "Next in the queue: …"."""
    which = "Next" if place == 1 else f"Number {place}"
    return f"{which} in the queue; its turn comes in about {duration(seconds)}."


def curves(measure: str, training: Sequence[float], validation: Sequence[float]) -> str:
    """What the two curves of one run show, for who cannot see them."""
    say = percent if measure == "accuracy" else number
    return (
        f"Line chart of the {measure} after each of {len(training)} epochs: training from "
        f"{say(training[0])} to {say(training[-1])}, validation from {say(validation[0])} to "
        f"{say(validation[-1])}."
    )


def overlay(measure: str, images: str, ends: Mapping[str, float]) -> str:
    """What the curves of several runs show, for who cannot see them; `ends` by run."""
    say = percent if measure == "accuracy" else number
    each = "; ".join(f"{run} ends at {say(value)}" for run, value in ends.items())
    return f"Line chart of the {measure} on the {images} images after each epoch. {each}."


def result(run: Run) -> str:
    """What a finished run came to, with the number of images that each figure rests on."""
    epochs = f"{run.last.epoch} epoch" + "s" * (run.last.epoch > 1)
    return (
        f"After {epochs}: **{percent(run.last.val_accuracy)}** of the "
        f"{run.images['validation']:,} validation images right (best: "
        f"{percent(run.best.val_accuracy)}, epoch {run.best.epoch}), "
        f"{percent(run.test.accuracy)} of {run.test.images:,} test images."
    )


def dead_zone(run: Run) -> str:
    """How often a training image lay where Keras's KL has no gradient."""
    dead = sum(epoch.dead_zone for epoch in run.history)
    seen = f"{len(run.history)} × {run.images['training']:,} images"
    count = "none" if dead == 0 else f"{dead:,}"
    return (
        f"Training images whose true class the net gave less than 10⁻⁷, where Keras’s KL stops "
        f"teaching: {count} in {seen}."
    )


def smoothing_gap(smoothing: float, entropy: float) -> str:
    """Why the loss curves of both losses lie apart where the labels are smoothed."""
    return (
        f"With labels smoothed by {smoothing:g} the truth P is uncertain itself: H(P) = "
        f"{quantity(entropy, 'nats')}. Cross-entropy lies above KL divergence by just that, at "
        "every epoch, and the gradients are the same."
    )


def damaged(folders: int) -> str:
    """How many folders among the runs cannot be read."""
    if folders == 1:
        return "The folder of one run cannot be read"
    return f"The folders of {number_of(folders)} runs cannot be read"

"""What the page on losses says of a sample, in Markdown: computed numbers, and what they mean."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

import kl_core
from pages.ui import formatting as fmt
from pages.ui.content import Question
from pages.ui.loss.cliff import EPSILON, Answers
from pages.ui.loss.deadzone import Count, worst
from pages.ui.loss.limits import LOW
from pages.ui.loss.results import SOFT, Moving, Results, Way, target
from pages.ui.loss.sample import Sample

NOTHING = 1e-12  # nats; what is less is the rounding of 0
GONE = 1e-6  # a slope that teaches nothing: what Keras's own rounding up of the label leaves


def figure(nats: float) -> str:
    """A loss as a big figure."""
    return fmt.quantity(0.0 if abs(nats) < NOTHING else nats, "nats")


def ceiling(counts: Sequence[Count]) -> float:
    """Where the chart of the dead zone ends, in a million images: a round number above all."""
    most = worst(counts)
    power = 10.0 ** math.floor(math.log10(most)) if most else 1.0
    return power * (math.floor(most / power) + 1)


def offset(found: Results) -> str:
    """How the two losses lie to each other."""
    kl, entropy = fmt.number(found.kl), fmt.number(found.entropy)
    if found.entropy < NOTHING:
        return (
            f"The label is certain, so :green[**H(P)**] = 0 and **the two losses are one number**, "
            f"{fmt.quantity(found.kl, 'nats')}: minus the logarithm of the q of the true class."
        )
    return (
        f":orange[**H(P, Q)**] = :green[**H(P)**] + :blue[**KL(P‖Q)**] = {entropy} + {kl} nats. "
        "The offset H(P) holds no logit: no step of the net can change it."
    )


def slopes(sample: Sample, found: Results) -> str:
    """What the slopes ask for."""
    steepest = int(abs(found.gradient).argmax())
    name, slope = fmt.plain(sample.names[steepest]), found.gradient[steepest]
    if abs(slope) < NOTHING:
        return "**Q is P: every slope is 0**, and there is nothing left to learn."
    way = "down" if slope > 0 else "up"
    return (
        f"**Both columns are the same**, $q_i - p_i$: a constant has no slope. The steepest "
        f"is that of {name}, {fmt.number(slope)}: a small step of its logit {way} makes either "
        f"loss smaller by {fmt.number(abs(slope))} times that step."
    )


def descent(sample: Sample, found: Results, ways: tuple[Way, Way]) -> str:
    """Where both ways down end."""
    (kl, cross_entropy), way = ((float(way.loss[-1]) for way in ways), sample.descent)
    steps = "After one step" if way.steps == 1 else f"After {way.steps} steps"
    apart = float(abs(ways[0].q - ways[1].q).max())
    names = ("Keras’s KL", "its cross-entropy") if way.keras else ("KL(P‖Q)", "H(P, Q)")
    ends = (
        f"{steps} of size {way.rate:g}, :blue[**{names[0]}**] is {fmt.quantity(kl, 'nats')} and "
        f":orange[**{names[1]}**] {fmt.quantity(cross_entropy, 'nats')}. "
    )
    if apart < GONE:
        same = "The paths are the same, step for step"
        if found.entropy < NOTHING:
            return f"{ends}**{same}.**"
        return f"{ends}**{same}: only H(P) = {fmt.number(found.entropy)} lies between them.**"
    if not way.keras or found.q[sample.true] >= EPSILON:
        return f"{ends}The paths lie at most {fmt.number(apart)} apart in any q: Keras’s clip."
    true = fmt.plain(sample.names[sample.true])
    one, other = (fmt.number(way.q[-1][sample.true]) for way in ways)
    return (
        f"{ends}**The paths part.** KL began in the dead zone. It leaves the q of {true} at {one}, "
        f"cross-entropy takes it to {other}."
    )


def cliff(sample: Sample, found: Answers, border: float) -> str:
    """Where the sample stands, and what is left of the slopes there."""
    true = fmt.plain(sample.names[sample.true])
    q, slope, left = float(found.q), float(found.compiled_slope), float(found.kl_slope)
    stands = f"The q of {true} is **{fmt.number(q)}**."
    if q < EPSILON:
        return (
            f"{stands} That is below 10⁻⁷, in the **dead zone**: Keras’s KL says "
            f"{fmt.quantity(found.kl, 'nats')} and has **{_left(left)}** to teach with, while "
            f"the slope of its cross-entropy is {fmt.number(slope)}."
        )
    reach = (
        "drag it there."
        if border > LOW
        else "farther than you can drag it. Raise another logit first."
    )
    others = (
        " P is not certain, so other classes can fall below 10⁻⁷ too: each is one more step in the "
        "slope of KL."
        if sum(target(sample) > 0) > 1
        else ""
    )
    return (
        f"{stands} The slopes of the two are {fmt.number(left)} and {fmt.number(slope)}. "
        f"The dead zone begins where the logit of {true} falls below {fmt.number(border)}: "
        f"{reach}{others}"
    )


def _left(slope: float) -> str:
    return "no slope" if abs(slope) <= GONE else f"a slope of {fmt.number(slope)}"


def moved(sample: Sample, found: Moving) -> str:
    """How the slopes in P's logits part, and where each leads."""
    q = kl_core.softmax(sample.logits)
    apart = float(abs(found.cross_entropy - found.kl).max())
    best = fmt.plain(sample.names[int(q.argmax())])
    soft = ""
    if found.softened:
        soft = f"A softmax cannot give 0, so P is smoothed by {SOFT:g} here. "
    if apart < NOTHING:
        part = "Here all are equally likely under P, so H(P) is at its top and has no slope."
    else:
        part = (
            f"**The two part, by as much as {fmt.number(apart)}**: by the slope of H(P), which "
            "is no constant now."
        )
    likeliest = np.flatnonzero(np.isclose(q, q.max(), rtol=1e-9))
    leads = (
        f"all of P to {best}, the class that Q thinks likeliest"
        if len(likeliest) == 1
        else "P to the classes that Q thinks likeliest"
    )
    return (
        f"{soft}{part} Downhill on KL, P becomes Q. Downhill on H(P, Q) it goes elsewhere: {leads}."
    )


WAYS = (
    "Which of the two does your code get? **In a compiled model, or after "
    "`keras.activations.softmax`, Keras finds the logits behind Q** and computes cross-entropy "
    "from them: nothing is clipped. After a plain `tf.nn.softmax` that runs eagerly, as in a "
    "training loop of your own without `tf.function`, it cannot: then its cross-entropy is clipped "
    "as well, and its slope vanishes too."
)
NO_RUNS = "There are no recorded runs here, so there is nothing to count."


def measured(counts: Sequence[Count]) -> str:
    """How often the recorded runs met the dead zone."""
    if not counts:
        return NO_RUNS
    each = [_counted(loss, counts) for loss in dict.fromkeys(count.loss for count in counts)]
    dead = sum(count.dead for count in counts)
    answer = {0: "**Never.**", 1: "**Once.**"}.get(dead, f"**{dead:,} times.**")
    rest = (
        "In these runs no image ever stopped teaching. Of other nets and other pictures that says "
        "nothing: look at their q."
        if dead == 0
        else "Where the loss is KL, such an image teaches the net nothing. Where it is "
        "cross-entropy, it teaches as hard as an image can, since these nets’ logits are known."
    )
    return f"{answer} {' '.join(each)} {rest}"


def _counted(loss: str, counts: Sequence[Count]) -> str:
    mine = [count for count in counts if count.loss == loss]
    images, dead = sum(c.images for c in mine), sum(c.dead for c in mine)
    epochs = sum(c.runs for c in mine)
    runs = max(c.runs for c in mine)
    return (
        f"With {loss[0].lower() if loss[1].islower() else loss[0]}{loss[1:]}: "
        f"{'none' if dead == 0 else f'{dead:,}'} in {images:,} looks at an image, in {epochs:,} "
        f"epochs of {runs:,} run{'s' * (runs != 1)}."
    )


SAYINGS = (
    "Where the target stays, KL and cross-entropy differ by the constant H(P): same slopes, same "
    "path, same net.",
    "Keras clips q at 10⁻⁷. Below it, its KL is flat and teaches nothing; its cross-entropy goes "
    "on, if it can find the logits.",
    "Where the target learns too, H(P) is no constant, and the choice of the loss is a real one.",
)


def question() -> Question:
    """A question whose answer is computed."""
    q = [1e-9, 1 - 1e-9]
    exact = fmt.quantity(kl_core.kl_divergence([1, 0], q), "nats")
    clipped = fmt.quantity(kl_core.keras_kl_divergence([1, 0], q), "nats")
    return Question(
        "The label says cat, and the net gives cat 10⁻⁹. What is Keras’s KL loss of this picture?",
        (exact, clipped, "∞"),
        clipped,
        f"Exactly it would be ln 10⁹, {exact}. Keras raises q to 10⁻⁷ first, and ln 10⁷ is the "
        "most that a plain label can cost. At this ceiling the loss is flat.",
    )

"""Sentences about a sample, in Markdown; what its charts show, in words; and tables of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import SupportsFloat

import numpy as np

import kl_core
from kl_core.compat import EPSILON
from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.content import Question
from pages.ui.loss.results import NOTHING, SOFT, Answers, Bars, Cliff, Count, Results, clean, worst
from pages.ui.loss.state import LOW

GONE = 1e-6  # a slope that teaches nothing: what Keras's own rounding up of the label leaves


def figure(nats: float) -> str:
    """A loss as a big figure."""
    return fmt.quantity(clean(nats), "nats")


def _signed(value: SupportsFloat) -> str:
    value = clean(value)
    return f"+{fmt.number(value)}" if value > 0 else fmt.number(value)


def offset(results: Results) -> str:
    """How the two losses lie to each other."""
    if results.entropy < NOTHING:
        return (
            f"The label is certain, so :green[**H(P)**] = 0 and **the two losses are one number**, "
            f"{fmt.quantity(results.kl, 'nats')}: minus the logarithm of the q of the true class."
        )
    kl, entropy = fmt.number(results.kl), fmt.number(results.entropy)
    return (
        f":orange[**H(P, Q)**] = :green[**H(P)**] + :blue[**KL(P‖Q)**] = {entropy} + {kl} nats. "
        "The offset H(P) holds no logit: no step of the net can change it."
    )


def numbers(results: Results) -> list[dict[str, str]]:
    """A row for each class: P, Q, and both slopes."""
    rows = zip(results.sample.names, results.p, results.q, results.gradient, strict=True)
    return [
        {
            "class": fmt.plain(name),
            "P": fmt.number(p),
            "Q": fmt.number(q),
            "slope of KL(P‖Q)": _signed(slope),
            "slope of H(P, Q)": _signed(slope),
        }
        for name, p, q, slope in rows
    ]


def slopes(results: Results) -> str:
    """What the slopes ask for."""
    steepest = int(abs(results.gradient).argmax())
    name, slope = fmt.plain(results.sample.names[steepest]), results.gradient[steepest]
    if abs(slope) < NOTHING:
        return "**Q is P: every slope is 0**, and there is nothing left to learn."
    way = "down" if slope > 0 else "up"
    return (
        f"**Both columns are the same**, $q_i - p_i$: a constant has no slope. The steepest "
        f"is that of {name}, {fmt.number(slope)}: a small step of its logit {way} makes either "
        f"loss smaller by {fmt.number(abs(slope))} times that step."
    )


def descent(results: Results) -> str:
    """Where both paths end."""
    kl, cross_entropy = results.paths
    sample, settings = results.sample, results.sample.descent
    steps = "After one step" if settings.steps == 1 else f"After {settings.steps} steps"
    names = ("Keras’s KL", "its cross-entropy") if settings.keras else ("KL(P‖Q)", "H(P, Q)")
    ends = (
        f"{steps} of size {settings.rate:g}, :blue[**{names[0]}**] is "
        f"{fmt.quantity(kl.loss[-1], 'nats')} and :orange[**{names[1]}**] "
        f"{fmt.quantity(cross_entropy.loss[-1], 'nats')}. "
    )
    apart = float(abs(kl.q - cross_entropy.q).max())
    if apart < GONE:
        same = "The paths are the same, step for step"
        if results.entropy < NOTHING:
            return f"{ends}**{same}.**"
        return f"{ends}**{same}: only H(P) = {fmt.number(results.entropy)} lies between them.**"
    if not settings.keras or results.q[sample.true] >= EPSILON:
        return f"{ends}The paths lie at most {fmt.number(apart)} apart in any q: Keras’s clip."
    one, other = (fmt.number(path.q[-1][sample.true]) for path in results.paths)
    return (
        f"{ends}**The paths part.** KL began in the dead zone. It leaves the q of "
        f"{fmt.plain(sample.names[sample.true])} at {one}, cross-entropy takes it to {other}."
    )


def cliff(results: Results) -> str:
    """Where the sample stands, and what is left of the slopes there."""
    true, here = fmt.plain(results.sample.names[results.sample.true]), results.here
    slope, left = float(here.compiled_slope), float(here.kl_slope)
    stands = f"The q of {true} is **{fmt.number(here.q)}**."
    if here.q < EPSILON:
        teaches = "no slope" if abs(left) <= GONE else f"a slope of {fmt.number(left)}"
        return (
            f"{stands} That is below 10⁻⁷, in the **dead zone**: Keras’s KL says "
            f"{fmt.quantity(here.kl, 'nats')} and has **{teaches}** to teach with, while "
            f"the slope of its cross-entropy is {fmt.number(slope)}."
        )
    reach = (
        "drag it there."
        if results.border > LOW
        else "farther than you can drag it. Raise another logit first."
    )
    others = (
        " P is not certain, so other classes can fall below 10⁻⁷ too: each is one more step in the "
        "slope of KL."
        if sum(results.p > 0) > 1
        else ""
    )
    return (
        f"{stands} The slopes of the two are {fmt.number(left)} and {fmt.number(slope)}. "
        f"The dead zone begins where the logit of {true} falls below {fmt.number(results.border)}: "
        f"{reach}{others}"
    )


def answers(here: Answers) -> list[dict[str, str]]:
    """What Keras answers where the sample stands: a row for each way to compute it."""
    compiled = "cross-entropy, in a compiled model or after `keras.activations.softmax`"
    return [
        {"Keras’s": loss, "loss, nats": fmt.number(value), "slope": _signed(slope)}
        for loss, value, slope in (
            ("KL divergence, in every way", here.kl, here.kl_slope),
            (compiled, here.compiled, here.compiled_slope),
            ("cross-entropy, after `tf.nn.softmax` run eagerly", here.eager, here.eager_slope),
        )
    ]


def moved(results: Results) -> str:
    """How the slopes in P's logits part, and where each leads."""
    moving, q = results.moving, results.q
    apart = float(abs(moving.cross_entropy - moving.kl).max())
    soft = ""
    if moving.softened:
        soft = f"A softmax cannot give 0, so P is smoothed by {SOFT:g} here. "
    if apart < NOTHING:
        part = "Here all are equally likely under P, so H(P) is at its top and has no slope."
    else:
        part = (
            f"**The two part, by as much as {fmt.number(apart)}**: by the slope of H(P), which "
            "is no constant now."
        )
    leads = "P to the classes that Q thinks likeliest"
    if np.isclose(q, q.max(), rtol=1e-9).sum() == 1:
        best = fmt.plain(results.sample.names[int(q.argmax())])
        leads = f"all of P to {best}, the class that Q thinks likeliest"
    return (
        f"{soft}{part} Downhill on KL, P becomes Q. Downhill on H(P, Q) it goes elsewhere: {leads}."
    )


def measured(counts: Sequence[Count]) -> str:
    """How often the recorded runs met the dead zone."""
    if not counts:
        return content.text("loss/no-runs")
    each = [_counted(loss, counts) for loss in dict.fromkeys(count.loss for count in counts)]
    dead = sum(count.dead for count in counts)
    answer = {0: "**Never.**", 1: "**Once.**"}.get(dead, f"**{dead:,} times.**")
    rest = content.text("loss/never") if dead == 0 else content.text("loss/met")
    return f"{answer} {' '.join(each)} {rest}"


def _counted(loss: str, counts: Sequence[Count]) -> str:
    epochs = [count for count in counts if count.loss == loss]
    images, dead = sum(c.images for c in epochs), sum(c.dead for c in epochs)
    runs = max(c.runs for c in epochs)
    return (
        f"With {loss[0].lower() if loss[1].islower() else loss[0]}{loss[1:]}: "
        f"{'none' if dead == 0 else f'{dead:,}'} in {images:,} looks at an image, in "
        f"{sum(c.runs for c in epochs):,} epochs of {runs:,} run{'s' * (runs != 1)}."
    )


def question() -> Question:
    """The question, answered by both formulas."""
    q = [1e-9, 1 - 1e-9]
    return content.question(
        "loss/check-yourself",
        exact=fmt.quantity(kl_core.kl_divergence([1, 0], q), "nats"),
        clipped=fmt.quantity(kl_core.keras_kl_divergence([1, 0], q), "nats"),
    )


def losses_alt(results: Results) -> str:
    """What the chart of both losses shows."""
    kl, cross_entropy = (path.loss for path in results.paths)
    return (
        f"Line chart of the loss over {results.sample.descent.steps} steps: KL from "
        f"{fmt.number(kl[0])} to {fmt.number(kl[-1])} nats, cross-entropy from "
        f"{fmt.number(cross_entropy[0])} to {fmt.number(cross_entropy[-1])} nats."
    )


def paths_alt(results: Results) -> str:
    """What the chart of q shows."""
    sample = results.sample
    kl, cross_entropy = (path.q[:, sample.true] for path in results.paths)
    return (
        f"Line chart of every q over {sample.descent.steps} steps. That of "
        f"{sample.names[sample.true]} goes from {fmt.number(kl[0])} to {fmt.number(kl[-1])} with "
        f"KL and to {fmt.number(cross_entropy[-1])} with cross-entropy."
    )


def cliff_alt(results: Results, what: Cliff) -> str:
    """What a chart along the true logit shows."""
    sample, here = results.sample, results.here
    name, kl, other = {
        "value": ("losses", here.kl, here.compiled),
        "slope": ("slopes", here.kl_slope, here.compiled_slope),
    }[what]
    return (
        f"Line chart of Keras’s {name} along the logit of {sample.names[sample.true]}. Where it "
        f"stands, at {fmt.number(here.logit)}: KL {fmt.number(kl)}, cross-entropy "
        f"{fmt.number(other)}."
    )


def bars_alt(results: Results, what: Bars) -> str:
    """What a chart of bars shows."""
    first, one, second, other = {
        "distributions": ("P", results.p, "Q", results.q),
        "gradients": ("the slopes of KL", results.gradient, "of cross-entropy", results.gradient),
        "moving": (
            "the slopes of KL(P‖Q)",
            results.moving.kl,
            "of H(P, Q) in P’s logits",
            results.moving.cross_entropy,
        ),
    }[what]
    each = "; ".join(
        f"{name}: {fmt.number(a)} and {fmt.number(b)}"
        for name, a, b in zip(results.sample.names, one, other, strict=True)
    )
    return f"Bars of {first} and {second}, by class. {each}."


def dead_zone_alt(counts: Sequence[Count]) -> str:
    """What the chart of the dead zone shows."""
    epochs = max(count.epoch for count in counts)
    dead = sum(count.dead for count in counts)
    return (
        f"Line chart of the training images in the dead zone in each of {epochs} epochs, in a "
        f"million: {dead:,} in all, the most {fmt.number(worst(counts))}."
    )

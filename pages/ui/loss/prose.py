"""Sentences about a sample, in Markdown, and tables of text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import SupportsFloat

import numpy as np

import kl_core
from kl_core.compat import EPSILON
from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.content import Question
from pages.ui.loss.results import (
    ROUNDING,
    TARGET_SMOOTHING,
    Count,
    KerasValues,
    Results,
    clean,
)
from pages.ui.loss.state import LOW

VANISHED = 1e-6  # at most this is left of the gradient in the dead zone, as Keras clips the label


def figure(nats: float) -> str:
    """A loss as a big figure."""
    return fmt.quantity(clean(nats), "nats")


def _signed(value: SupportsFloat) -> str:
    value = clean(value)
    return f"+{fmt.number(value)}" if value > 0 else fmt.number(value)


def difference(results: Results) -> str:
    """What the difference of the two losses is."""
    if results.entropy < ROUNDING:
        return (
            "The label is one-hot, so :green[**H(P)**] = 0 and **the two losses are equal**: both "
            f"are {fmt.quantity(results.kl, 'nats')}, the **negative log-likelihood (NLL)** "
            "$-\\log q$ of the true class."
        )
    kl, entropy = fmt.number(results.kl), fmt.number(results.entropy)
    return (
        f":orange[**H(P, Q)**] = :blue[**KL(P‖Q)**] + :green[**H(P)**] = {kl} + {entropy} nats. "
        "The label is soft, so H(P) > 0."
    )


def identity() -> str:
    """Why the gradients are equal; with H(P) of a smoothed label of ten classes."""
    ten = kl_core.entropy(kl_core.smooth_labels(np.eye(10)[0], 0.1))
    return content.text("loss/identity", ten=fmt.quantity(ten, "nats"))


def values(results: Results) -> list[dict[str, str]]:
    """A row for each class: P, Q, and both gradients."""
    rows = zip(results.sample.names, results.p, results.q, results.gradient, strict=True)
    return [
        {
            "class": fmt.plain(name),
            "P": fmt.number(p),
            "Q": fmt.number(q),
            "gradient of KL(P‖Q)": _signed(component),
            "gradient of H(P, Q)": _signed(component),
        }
        for name, p, q, component in rows
    ]


def gradient(results: Results) -> str:
    """The largest component of the gradient, and what a step does."""
    largest = int(abs(results.gradient).argmax())
    name, component = fmt.plain(results.sample.names[largest]), results.gradient[largest]
    if abs(component) < ROUNDING:
        return "**Q equals P, so the gradient is 0**: both losses are at their minimum."
    way = "lowering" if component > 0 else "raising"
    rate = fmt.quantity(abs(component), "nats")
    return (
        f"The largest component in absolute value is that of {name}, {fmt.number(component)}: "
        f"{way} its logit reduces each loss, at first by {rate} per unit."
    )


def descent(results: Results) -> str:
    """Where both descents end."""
    kl, cross_entropy = results.paths
    sample, settings = results.sample, results.sample.descent
    steps = "After one step" if settings.steps == 1 else f"After {settings.steps} steps"
    names = ("Keras’s KL", "its cross-entropy") if settings.keras else ("KL(P‖Q)", "H(P, Q)")
    ends = (
        f"{steps} of size {settings.rate:g}, :blue[**{names[0]}**] is "
        f"{fmt.quantity(kl.loss[-1], 'nats')} and :orange[**{names[1]}**] is "
        f"{fmt.quantity(cross_entropy.loss[-1], 'nats')}. "
    )
    difference = float(abs(kl.q - cross_entropy.q).max())
    if difference < VANISHED:
        same = "Both give the same Q at every step"
        if results.entropy < ROUNDING:
            return f"{ends}**{same}.**"
        return f"{ends}**{same}: the losses differ by H(P) = {fmt.number(results.entropy)}.**"
    if not settings.keras or results.q[sample.true] >= EPSILON:
        return (
            f"{ends}Because Keras clips, the two descents’ q of a class differ by up to "
            f"{fmt.number(difference)}."
        )
    one, other = (fmt.number(path.q[-1][sample.true]) for path in results.paths)
    return (
        f"{ends}**The descents differ**, because KL starts in the dead zone: q of "
        f"{fmt.plain(sample.names[sample.true])} ends at {one} with KL and at {other} with "
        "cross-entropy."
    )


def dead_zone(results: Results) -> str:
    """Whether the sample is in the dead zone, and the gradients there."""
    true, current = fmt.plain(results.sample.names[results.sample.true]), results.current
    cross_entropy, kl = float(current.from_logits_gradient), float(current.kl_gradient)
    q = f"For {true}, q is **{fmt.number(current.q)}**"
    if current.q < EPSILON:
        left = "vanishes" if abs(kl) <= VANISHED else f"is {fmt.number(kl)}"
        return (
            f"{q}, which is below 10⁻⁷: in the **dead zone**. Keras’s KL is "
            f"{fmt.quantity(current.kl, 'nats')} and **its gradient {left}**, while the gradient "
            f"of its cross-entropy from logits is {fmt.number(cross_entropy)}."
        )
    reach = (
        "lower it to get there."
        if results.threshold > LOW
        else "the slider ends above that. Raise another logit first."
    )
    others = (
        " P is a soft label, so q of other classes can fall below 10⁻⁷ too; each adds a jump to "
        "the gradient of KL."
        if sum(results.p > 0) > 1
        else ""
    )
    return (
        f"{q}. The gradients in this logit are {fmt.number(kl)} for KL and "
        f"{fmt.number(cross_entropy)} for cross-entropy. The dead zone begins below a logit of "
        f"{fmt.number(results.threshold)}: {reach}{others}"
    )


def keras_values(current: KerasValues) -> list[dict[str, str]]:
    """Keras's losses of the sample: a row for each way to compute them."""
    return [
        {"loss in Keras": loss, "nats": fmt.number(value), "gradient": _signed(component)}
        for loss, value, component in (
            ("KL divergence", current.kl, current.kl_gradient),
            ("cross-entropy, from logits", current.from_logits, current.from_logits_gradient),
            ("cross-entropy, logits not found", current.clipped, current.clipped_gradient),
        )
    ]


def moving_target(results: Results) -> str:
    """How the gradients in P's logits differ, and where descent on each leads."""
    moving = results.moving
    smoothed = ""
    if moving.smoothed:
        smoothed = f"A softmax is never 0, so P is smoothed by {TARGET_SMOOTHING:g} here. "
    if (largest := float(abs(moving.entropy).max())) < ROUNDING:
        differ = "Here P is uniform: H(P) is at its maximum, so its gradient is 0."
    else:
        differ = (
            f"**The two gradients differ by that of H(P)**, here by up to {fmt.number(largest)}."
        )
    return f"{smoothed}{differ} {_kl_leads(results)} {_cross_entropy_leads(results)}"


def _kl_leads(results: Results) -> str:
    if abs(results.moving.kl).max() < ROUNDING:
        return "P equals Q, so the gradient of KL is 0: P stays as it is."
    return "Gradient descent on KL moves P towards Q."


def _cross_entropy_leads(results: Results) -> str:
    q, names = results.q, results.sample.names
    best = np.flatnonzero(np.isclose(q, q.max(), rtol=1e-9))
    if len(best) == len(q):
        return (
            f"Q is uniform, so H(P, Q) = {fmt.quantity(math.log(len(q)), 'nats')} for every P: its "
            "gradient is 0, and gradient descent on it leaves P unchanged."
        )
    if len(best) == 1:
        where = f"{fmt.plain(names[best[0]])}, the most probable class under Q"
    else:
        where = "the classes that are most probable under Q"
    return f"Gradient descent on H(P, Q) concentrates P on {where}."


def measured(counts: Sequence[Count]) -> str:
    """How often the recorded runs met the dead zone."""
    if not counts:
        return content.text("loss/no-runs")
    each = [_counted(loss, counts) for loss in dict.fromkeys(count.loss for count in counts)]
    dead = sum(count.dead for count in counts)
    answer = f"**{dead:,} in all.**" if dead else "**None.**"
    others = (content.text("loss/never"),) if dead == 0 else ()
    return " ".join([answer, *each, *others])


def _counted(loss: str, counts: Sequence[Count]) -> str:
    epochs = [count for count in counts if count.loss == loss]
    images, dead = sum(c.images for c in epochs), sum(c.dead for c in epochs)
    runs = max(c.runs for c in epochs)
    return (
        f"With {loss[0].lower() if loss[1].islower() else loss[0]}{loss[1:]}: "
        f"{'none' if dead == 0 else f'{dead:,}'} of {images:,} predictions, in "
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

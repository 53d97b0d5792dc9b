"""Alternative texts of the page's charts."""

from __future__ import annotations

from collections.abc import Sequence

from pages.ui import formatting as fmt
from pages.ui.loss.results import Bars, Count, Results, Sweep, highest_rate


def losses(results: Results) -> str:
    """What the chart of both losses shows."""
    kl, cross_entropy = (path.loss for path in results.paths)
    return (
        f"Line chart of the loss over {results.sample.descent.steps} steps: KL from "
        f"{fmt.number(kl[0])} to {fmt.number(kl[-1])} nats, cross-entropy from "
        f"{fmt.number(cross_entropy[0])} to {fmt.number(cross_entropy[-1])} nats."
    )


def paths(results: Results) -> str:
    """What the chart of Q at each step shows."""
    sample = results.sample
    kl, cross_entropy = (path.q[:, sample.true] for path in results.paths)
    return (
        f"Line chart of q of every class over {sample.descent.steps} steps. That of "
        f"{sample.names[sample.true]} goes from {fmt.number(kl[0])} to {fmt.number(kl[-1])} with "
        f"KL and to {fmt.number(cross_entropy[-1])} with cross-entropy."
    )


def sweep(results: Results, what: Sweep) -> str:
    """What a chart against the true class's logit shows."""
    sample, current = results.sample, results.current
    name, kl, other = {
        "value": ("losses", current.kl, current.from_logits),
        "gradient": ("gradients", current.kl_gradient, current.from_logits_gradient),
    }[what]
    return (
        f"Line chart of Keras’s {name} against the logit of {sample.names[sample.true]}. At its "
        f"current value, {fmt.number(current.logit)}: KL {fmt.number(kl)}, cross-entropy "
        f"{fmt.number(other)}."
    )


def bars(results: Results, what: Bars) -> str:
    """What a chart of bars shows."""
    first, one, second, other = {
        "distributions": ("P", results.p, "Q", results.q),
        "gradients": (
            "the gradient of KL",
            results.gradient,
            "that of cross-entropy",
            results.gradient,
        ),
        "moving": (
            "the gradient of KL(P‖Q)",
            results.moving.kl,
            "that of H(P, Q), in P’s logits",
            results.moving.cross_entropy,
        ),
    }[what]
    each = "; ".join(
        f"{name}: {fmt.number(a)} and {fmt.number(b)}"
        for name, a, b in zip(results.sample.names, one, other, strict=True)
    )
    return f"Bars of {first} and {second}, by class. {each}."


def by_epoch(counts: Sequence[Count]) -> str:
    """What the chart of the dead zone by epoch shows."""
    epochs = max(count.epoch for count in counts)
    dead = sum(count.dead for count in counts)
    return (
        f"Line chart of the images in the dead zone in each of {epochs} epochs, per million: "
        f"{dead:,} in all, at most {fmt.number(highest_rate(counts))}."
    )

"""The formulas of this book, and how to compute them. Plain data."""

from __future__ import annotations

from dataclasses import dataclass

import kl_core
from pages.ui import formatting as fmt


@dataclass(frozen=True)
class Formula:
    """A formula in LaTeX, its name, and what to know about it."""

    name: str
    remark: str
    latex: str


FORMULAS = (
    Formula("Surprise", "of the outcome $i$", r"\log \frac{1}{p_i}"),
    Formula(
        "Entropy",
        "the surprise expected by whoever knows $P$",
        r"H(P) = \sum_i p_i \log \frac{1}{p_i}",
    ),
    Formula(
        "Cross-entropy",
        "the surprise expected by whoever believes $Q$ while $P$ is true",
        r"H(P, Q) = \sum_i p_i \log \frac{1}{q_i}",
    ),
    Formula(
        "KL divergence",
        "0 only where $P = Q$; infinite where some $q_i = 0 < p_i$; not symmetric",
        r"\mathrm{KL}(P \,\|\, Q) = \sum_i p_i \log \frac{p_i}{q_i} = H(P, Q) - H(P) \;\ge\; 0",
    ),
    Formula(
        "Softmax",
        "turns a net’s logits $z$ into a distribution",
        r"q_i = \frac{e^{z_i}}{\sum_j e^{z_j}}",
    ),
    Formula(
        "Gradient of both losses",
        "for a fixed target $P$ and $Q$ the softmax of $z$",
        r"\frac{\partial}{\partial z_i} H(P, Q) = \frac{\partial}{\partial z_i} "
        r"\mathrm{KL}(P \,\|\, Q) = q_i - p_i",
    ),
    Formula(
        "Label smoothing",
        "mixes a label with a share $s$ of the uniform distribution; $H(P')$ is then positive, and "
        "cross-entropy and KL differ by that constant",
        r"p_i' = (1 - s)\, p_i + \frac{s}{k}",
    ),
    Formula(
        "KL between two Gaussians",
        "on the line, with means $\\mu$ and $m$, standard deviations $\\sigma$ and $s$",
        r"\mathrm{KL}\big(\mathcal N(\mu, \sigma^2) \,\|\, \mathcal N(m, s^2)\big) = "
        r"\log \frac{s}{\sigma} + \frac{\sigma^2 + (\mu - m)^2}{2 s^2} - \frac12",
    ),
    Formula(
        "The KL term of a variational autoencoder",
        "for each dimension of a code; here the first argument is what learns",
        r"\mathrm{KL}\big(\mathcal N(\mu, \sigma^2) \,\|\, \mathcal N(0, 1)\big) = "
        r"-\tfrac12 \big(1 + \log \sigma^2 - \mu^2 - \sigma^2\big)",
    ),
    Formula(
        "Maximum likelihood",
        "for answers $y_i$ drawn from $P$ at $x_i$: as $H(P)$ does not depend on the model $Q$, "
        "the likeliest model is the one with the least KL. Where $Q$ is a Gaussian of fixed width, "
        "the left side is the mean squared error, times one constant and plus another",
        r"-\frac1n \sum_{i=1}^n \log q(y_i \mid x_i) \;\approx\; H(P) + "
        r"\mathrm{KL}(P \,\|\, Q)",
    ),
)


def units() -> str:
    """What the letters stand for, and how the units compare."""
    fair = [0.5, 0.5]
    bits = fmt.quantity(kl_core.entropy(fair, base=2) / kl_core.entropy(fair), "bits")
    return (
        "$P = (p_1, \\dots, p_k)$ and $Q = (q_1, \\dots, q_k)$ are two distributions over the "
        "same $k$ outcomes. With the natural logarithm the unit is the nat, with base 2 the bit; "
        f"one nat is $1/\\ln 2 \\approx$ {bits}. $0 \\log 0$ counts as 0."
    )


def in_python() -> str:
    """The first lines that one would try, with what they answer."""
    p, q = kl_core.normalize([9, 12, 4]), kl_core.normalize([1, 1, 1])
    nats = fmt.quantity(kl_core.kl_divergence(p, q), "nats")
    bits = fmt.quantity(kl_core.kl_divergence(q, p, base=2), "bits")
    return f"""\
import kl_core

p = kl_core.normalize([9, 12, 4])
q = kl_core.normalize([1, 1, 1])
kl_core.kl_divergence(p, q)            # {nats}
kl_core.kl_divergence(q, p, base=2)    # {bits}
kl_core.kl_terms(p, q)                 # each outcome's share; they sum to the first line
"""

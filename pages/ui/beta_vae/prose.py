"""What the page says of its numbers, in Markdown, and its charts' alternative texts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from models.vae.record import ACTIVE, VaeRun
from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.beta_vae.results import DIMENSIONS
from pages.ui.vae.results import solve
from pages.ui.vae.state import Posterior

COMMAND = "python -m models train-vae"
SHIFTED = Posterior(2, 1)  # a q that is the same for every image, and not the prior


def question() -> content.Question:
    """A question whose answer a KL divergence gives."""
    rate = fmt.quantity(solve(SHIFTED).kl, "nats")
    return content.question("beta_vae/check-yourself", mean=f"{SHIFTED.mean:g}", rate=rate)


def damaged(reasons: Mapping[str, str]) -> str:
    """Which recorded VAEs cannot be read, and what to do."""
    sentences = " ".join(fmt.plain(reason) for reason in reasons.values())
    return content.text("beta_vae/damaged", reasons=sentences, command=COMMAND)


def unknown(asked: str, beta: float) -> str:
    """What is shown where the address names a β that is not here."""
    return content.text("beta_vae/unknown-beta", asked=fmt.plain(asked[:20]), beta=f"{beta:g}")


def figures(run: VaeRun) -> str:
    """Rate and distortion of one network."""
    return content.text(
        "beta_vae/figures",
        beta=f"{run.beta:g}",
        rate=fmt.quantity(run.last.test_rate, "nats"),
        distortion=fmt.quantity(run.last.test_distortion, "nats"),
        images=f"{run.images['test']:,}",
    )


def rate_distortion(run: VaeRun) -> str:
    """What rate and distortion are means of, and what a network was trained on."""
    return content.text(
        "beta_vae/rate-distortion",
        images=f"{run.images['test']:,}",
        beta=f"{run.beta:g}",
    )


def over_beta(runs: Mapping[float, VaeRun]) -> str:
    """What β changes, from the least to the greatest."""
    if len(runs) < 2:
        return "A curve needs at least two networks."
    first, *_, last = runs.values()
    rates = [run.last.test_rate for run in runs.values()]
    distortions = [run.last.test_distortion for run in runs.values()]
    ends = (
        f"From β = {first.beta:g} to β = {last.beta:g}, the rate goes from "
        f"{fmt.number(rates[0])} to {fmt.quantity(rates[-1], 'nats')} and the distortion from "
        f"{fmt.number(distortions[0])} to {fmt.quantity(distortions[-1], 'nats')}."
    )
    falls = all(a > b for a, b in pairwise(rates))
    if falls and all(a < b for a, b in pairwise(distortions)):
        ends += (
            " **A higher β lowers the rate and worsens the reconstruction** at every step "
            f"between these {fmt.number_of(len(runs))} networks."
        )
    seeds = {run.seed for run in runs.values()}
    once = "one seed" if len(seeds) == 1 else f"{fmt.number_of(len(seeds))} seeds"
    return f"{ends} (One network per β, {once}: the variation over seeds was not measured.)"


def measures(runs: Mapping[float, VaeRun], run: VaeRun) -> str:
    """How rate and distortion are computed, and how much of a rate can be information."""
    said = content.text(
        "beta_vae/measures", entropy=fmt.quantity(run.pixel_entropy["test"], "nats")
    )
    least, *others = runs.values()
    images = least.images["test"]
    most = math.log(images)
    if least.last.test_rate <= most or not others:
        return said
    second = others[0]
    return f"{said}\n\n" + content.text(
        "beta_vae/aggregate",
        images=f"{images:,}",
        most=fmt.quantity(most, "nats"),
        beta=f"{least.beta:g}",
        rate=fmt.quantity(least.last.test_rate, "nats"),
        rest=fmt.quantity(least.last.test_rate - most, "nats"),
        higher=fmt.quantity(least.last.test_rate - second.last.test_rate, "nats"),
        lower=fmt.quantity(second.last.test_distortion - least.last.test_distortion, "nats"),
        second=f"{second.beta:g}",
    )


def rate_distortion_alt(runs: Mapping[float, VaeRun], beta: float) -> str:
    """The curve over all β."""
    each = "; ".join(
        f"β = {run.beta:g}: rate {fmt.number(run.last.test_rate)}, distortion "
        f"{fmt.number(run.last.test_distortion)}"
        for run in runs.values()
    )
    return f"Rate–distortion curve, in nats per image. {each}. Chosen: β = {beta:g}."


def collapsed(run: VaeRun) -> str:
    """Which of this network's dimensions have collapsed."""
    names = [DIMENSIONS[place] for place in run.collapsed]
    if not names:
        return (
            f"β = {run.beta:g}: **neither dimension has collapsed.** The variances of μ over the "
            f"test images are {_variances(run)}."
        )
    have = "have" if len(names) == len(DIMENSIONS) else "has"
    rates = fmt.join([fmt.quantity(run.rates[place], "nats") for place in run.collapsed])
    return (
        f"β = {run.beta:g}: **{fmt.join(names)} {have} collapsed.** The variances of μ over the "
        f"test images are {_variances(run)}; the rate of {fmt.join(names)} is {rates}."
    )


def collapse_over_beta(runs: Mapping[float, VaeRun]) -> str:
    """Where over β dimensions collapse."""
    betas = [f"{run.beta:g}" for run in runs.values() if run.collapsed]
    count = fmt.number_of(len(runs))
    if not betas:
        spread, beta = min((min(run.spreads), run.beta) for run in runs.values())
        return (
            f"In none of the {count} networks has a dimension collapsed; the smallest variance is "
            f"{fmt.number(spread)}, at β = {beta:g}."
        )
    which, has = ("only the one", "has") if len(betas) == 1 else ("only those", "have")
    return (
        f"Of the {count} networks, {which} with β = {fmt.join(betas)} {has} collapsed dimensions."
    )


def variances_alt(runs: Mapping[float, VaeRun]) -> str:
    """The variance of the means in each dimension."""
    each = "; ".join(f"β = {run.beta:g}: {_variances(run)}" for run in runs.values())
    return (
        f"Variance of the mean μ over the test images in both dimensions. {each}. Below {ACTIVE:g} "
        "a dimension counts as collapsed."
    )


def training(runs: Mapping[float, VaeRun], run: VaeRun) -> str:
    """How a network was trained, from its record, and how long all of them took."""
    seconds = {beta: sum(epoch.seconds for epoch in each.history) for beta, each in runs.items()}
    return content.text(
        "beta_vae/training",
        beta=f"{run.beta:g}",
        seed=str(run.seed),
        epochs=str(run.epochs),
        images=f"{run.images['training']:,}",
        batch=str(run.batch_size),
        duration=fmt.duration(seconds[run.beta]),
        machine=_machine(run),
        count=fmt.number_of(len(runs)),
        total=fmt.duration(sum(seconds.values())),
        median=fmt.duration(float(np.median([*seconds.values()]))),
        least=fmt.duration(min(seconds.values())),
        most=fmt.duration(max(seconds.values())),
        command=COMMAND,
    )


def _machine(run: VaeRun) -> str:
    threads = run.machine.get("threads", "")
    processor = run.machine.get("processor") or "an unnamed processor"
    counted = f", {threads} thread{'s' * (threads != '1')}" if threads else ""
    return fmt.plain(processor + counted)


def training_alt(run: VaeRun, what: str) -> str:
    """A network's curves."""
    training, test = (
        " to ".join(fmt.number(getattr(epoch, name)) for epoch in (run.history[0], run.last))
        for name in (what, f"test_{what}")
    )
    return (
        f"Line chart of the {what} after each of {len(run.history)} epochs, β = {run.beta:g}: "
        f"training from {training}, test from {test} nats per image."
    )


def _variances(run: VaeRun) -> str:
    return fmt.join([fmt.number(spread) for spread in run.spreads])

"""What the page says of its numbers, in Markdown, and its charts' alternative texts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from models.data.fashion_mnist import CLASSES
from models.vae.record import ACTIVE, VaeRun
from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.beta_vae import results
from pages.ui.beta_vae.results import DIMENSIONS, LatentPlane, Near
from pages.ui.beta_vae.state import Point
from pages.ui.vae.results import solve
from pages.ui.vae.state import Posterior

FEW, MOST = 0.5, 0.9  # of the means within the outermost circle
COMMAND = "python -m models train-vae"
SHIFTED = Posterior(2, 1)  # a q that is the same for every image, and not the prior


def question() -> content.Question:
    """A question whose answer a KL divergence gives."""
    rate = fmt.quantity(solve(SHIFTED).kl, "nats")
    return content.question("beta_vae/check-yourself", mean=f"{SHIFTED.mean:g}", rate=rate)


def plane() -> str:
    """What the plane shows, and how much of the prior its circles contain."""
    parts = fmt.join([f"{100 * results.prior_within(radius):.0f}" for radius in results.RINGS])
    percent = f"{parts}\N{NO-BREAK SPACE}%"
    return content.text("beta_vae/plane", radii=_radii(), fractions=percent)


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


def aggregate(run: VaeRun, plane: LatentPlane) -> str:
    """How the means of q lie relative to the prior."""
    start = (
        f"**β = {run.beta:g}.** {fmt.percent(plane.within)} of the {plane.images:,} means lie "
        "within the outermost circle, which contains "
        f"{fmt.percent(results.prior_within(results.RINGS[-1]))} of the prior. The median of the "
        f"{plane.images * len(DIMENSIONS):,} standard deviations σ (one per image and dimension) "
        f"is {_rounded(plane.std)}. "
    )
    if len(run.collapsed) == len(DIMENSIONS):
        return start + (
            "**Posterior collapse: q(z|x) is nearly the prior for every image.** The latent z "
            "carries almost no information about the image, and the decoder returns almost the "
            "same image for every z on show."
        )
    if plane.within < FEW:
        return start + (
            "**Most means lie outside the outermost circle**, where the prior has almost no "
            "probability."
        )
    if plane.within < MOST:
        return start + "**Many means lie outside the region where the prior is concentrated.**"
    return start + "**The means lie where the prior is concentrated.**"


def plane_alt(plane: LatentPlane, pictures: bool) -> str:
    """What the plane shows."""
    wide = f"from −{plane.reach:g} to {plane.reach:g} in both dimensions"
    if pictures:
        return f"The latent space {wide}: {results.TILES**2} images decoded on an even grid."
    medians = "; ".join(
        f"{name} ({fmt.number(round(first, 1))}, {fmt.number(round(second, 1))})"
        for name, (first, second) in zip(CLASSES, plane.medians, strict=True)
    )
    return (
        f"The means μ of {plane.images:,} test images in the latent space {wide}, with circles on "
        f"the prior at radii {_radii()}. Each class’s median: {medians}."
    )


def near(z: Point, near: Near) -> str:
    """The test images nearest to the point."""
    count = f"{near.votes} of the {results.NEIGHBOURS} nearest test images"
    return (
        f"z = ({_place(z)}). {CLASSES[near.label]}: {count}. The nearest mean is at distance "
        f"{fmt.number(near.distance)}."
    )


def picture_alt(z: Point, near: Near) -> str:
    """The decoded image."""
    return (
        f"Image decoded at z = ({_place(z)}); nearest test images: {CLASSES[near.label]} "
        f"({near.votes} of {results.NEIGHBOURS})"
    )


def samples(near: Sequence[Near], spacing: float) -> str:
    """Which test images are nearest to each sample from the prior."""
    names = [CLASSES[label] for label in sorted({each.label for each in near})]
    return content.text(
        "beta_vae/nearest-images",
        neighbours=str(results.NEIGHBOURS),
        samples=str(len(near)),
        some=fmt.number_of(len(names)),
        all=fmt.number_of(len(CLASSES)),
        names=fmt.join(names),
        distance=_rounded(float(np.median([each.distance for each in near]))),
        spacing=_rounded(spacing),
    )


def _radii() -> str:
    return fmt.join([str(radius) for radius in results.RINGS])


def _variances(run: VaeRun) -> str:
    return fmt.join([fmt.number(spread) for spread in run.spreads])


def _place(z: Point) -> str:
    return f"{fmt.number(z.first)}, {fmt.number(z.second)}"


def _rounded(value: float) -> str:
    return fmt.number(round(value, 4))

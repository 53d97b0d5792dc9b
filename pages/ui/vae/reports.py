"""What there is to say of trained VAEs, in Markdown: their records' numbers, and what they mean."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from pages.ui import formatting as fmt
from pages.ui.vae import latent_plane
from pages.ui.vae.latent_plane import Near, Plane
from pages.ui.vae.point import Point
from pages.ui.vae.repository import ACTIVE, CLASSES, COMMAND, Vae, VaeRun

FEW, MOST = 0.5, 0.9  # of the codes within the outermost ring
NO_RUNS = (
    "No trained VAE is here. In the project’s folder, "
    f"`{COMMAND}` trains those that belong here, in about half an hour. All above works without."
)
# In the theme's colours, as the chart has them.
SPREADS = (
    ":blue[○ z₁] · :orange[□ z₂] · dashes: the border of collapse; what stands at the left edge is "
    "smaller still"
)


def damaged(reasons: Mapping[str, str]) -> str:
    """Which recorded VAEs cannot be read, and what to do."""
    said = " ".join(fmt.plain(reason) for reason in reasons.values())
    return f"{said} What else is here stays; `{COMMAND}` trains it anew."


def unknown(asked: str, beta: float) -> str:
    """What is shown where the address names a β that is not here."""
    return f"No net is here with β = {fmt.plain(asked[:20])}. The page shows β = {beta:g}."


def trade(run: VaeRun) -> str:
    """The two parts of the loss, and what was added up."""
    last, entropy = run.last, run.pixel_entropy["test"]
    return (
        f"Over all {run.images['test']:,} test pictures, a code costs "
        f"**{fmt.quantity(last.test_rate, 'nats')}** (the rate), and what the decoder makes of "
        f"it misses the picture by **{fmt.quantity(last.test_distortion, 'nats')}** (the "
        f"distortion). This net was trained on distortion + {run.beta:g} · rate. The distortion is "
        "a KL too: each pixel is a coin, as likely white as the pixel is bright, and it adds "
        "KL(pixel‖decoded pixel). Cross-entropy of the pixels is larger by their own entropy, "
        f"{fmt.quantity(entropy, 'nats')}, which no net can change."
    )


def over_beta(runs: Mapping[float, VaeRun]) -> str:
    """What β does to both, from the least to the greatest."""
    if len(runs) < 2:
        return "One net alone makes no curve."
    first, *_, last = runs.values()
    ends = (
        f"From β = {first.beta:g} to β = {last.beta:g}, the rate goes from "
        f"{fmt.number(first.last.test_rate)} to {fmt.quantity(last.last.test_rate, 'nats')} "
        f"and the distortion from {fmt.number(first.last.test_distortion)} to "
        f"{fmt.quantity(last.last.test_distortion, 'nats')}."
    )
    rates, distortions = (
        [getattr(run.last, f"test_{what}") for run in runs.values()]
        for what in ("rate", "distortion")
    )
    if all(a > b for a, b in pairwise(rates)) and distortions[-1] > distortions[0]:
        ends += " **The dearer a nat of code, the fewer are spent**, and the picture pays."
    if first.beta == 0:
        second = list(runs)[1]
        ends += (
            f" Where KL costs nothing, at β = 0, the rate is "
            f"{fmt.quantity(rates[0] - rates[1], 'nats')} more than at β = {second:g}, for "
            f"{fmt.quantity(max(0.0, distortions[1] - distortions[0]), 'nats')} less distortion."
        )
    most = math.log(first.images["test"])
    if first.beta == 0 and rates[0] > most:
        ends += (
            f" To tell {first.images['test']:,} pictures apart takes at most the logarithm of that "
            f"number, {fmt.quantity(most, 'nats')}: all above it only says how far from the "
            "prior the codes lie."
        )
    return f"{ends} (One net was trained for each β, so tenths of a nat may be chance.)"


def rings() -> str:
    """What the prior's rings are."""
    shares = fmt.join([f"{100 * latent_plane.inside(radius):.0f}" for radius in latent_plane.RINGS])
    radii = fmt.join([str(radius) for radius in latent_plane.RINGS])
    return f"The rings, at {radii}, hold {shares}\N{NO-BREAK SPACE}% of the prior N(0, I)."


def finding(vae: Vae, reach: float, pictures: bool) -> str:
    """What the plane shows, for who cannot see it."""
    wide = f"from −{reach:g} to {reach:g} in both dimensions"
    if pictures:
        count = latent_plane.TILES**2
        return f"The plane of codes {wide}: {count} pictures decoded on an even grid."
    middles = zip(CLASSES, latent_plane.heads(vae.codes, len(CLASSES)), strict=True)
    each = "; ".join(
        f"{name} ({fmt.number(round(first, 1))}, {fmt.number(round(second, 1))})"
        for name, (first, second) in middles
    )
    return (
        f"The codes of {len(vae.codes.labels):,} test pictures in the plane {wide}, with the "
        f"prior’s rings at {fmt.join([str(r) for r in latent_plane.RINGS])}. Each class’s "
        f"median: {each}."
    )


def cloud(vae: Vae) -> str:
    """Where the codes lie, beside the prior."""
    ring = latent_plane.RINGS[-1]
    inside, prior = latent_plane.share_within(vae.codes, ring), latent_plane.inside(ring)
    width = float(np.median(vae.codes.std))
    said = (
        f"**β = {vae.run.beta:g}.** {fmt.percent(inside)} of the {len(vae.codes.labels):,} codes "
        f"lie within the outermost ring, where the prior N(0, I) has {fmt.percent(prior)}. Half "
        f"of the pictures’ own q have a σ below {fmt.number(round(width, 4))}. "
    )
    if len(vae.run.collapsed) == len(vae.run.spreads):
        return said + (
            "**All pictures share one code, the prior itself.** It says nothing of them, so the "
            "decoder has learnt to paint the same picture wherever the point is."
        )
    if inside < FEW:
        return said + (
            "**The codes ignore the prior**: a draw from it can only meet those few that happen to "
            "lie there."
        )
    if inside < MOST:
        return said + "**The codes lean on the prior, and a good part lies outside of it.**"
    return said + "**The codes keep to the prior**, so a draw from it lies where codes are."


def near(z: Point, near: Near) -> str:
    """What lies next to the point."""
    place = f"({fmt.number(z.first)}, {fmt.number(z.second)})"
    name, count = (
        CLASSES[near.label],
        f"{near.votes} of the {latent_plane.NEIGHBOURS} nearest test codes",
    )
    return f"z = {place}. {name}: {count}. The nearest is {fmt.number(near.distance)} away."


def picture_name(z: Point, near: Near) -> str:
    """The decoded picture, for who cannot see it."""
    place = f"{fmt.number(z.first)}, {fmt.number(z.second)}"
    return (
        f"Picture decoded at {place}, among codes of the class {CLASSES[near.label]} "
        f"({near.votes} of {latent_plane.NEIGHBOURS})"
    )


def collapsed(run: VaeRun) -> str:
    """Which of this net's dimensions carry nothing."""
    gone = [f"z{'₁₂'[place]}" for place in run.collapsed]
    spreads = fmt.join([fmt.number(spread) for spread in run.spreads])
    rule = f"Below {ACTIVE:g}, a dimension counts as collapsed."
    if not gone:
        return (
            f"β = {run.beta:g}: **neither dimension has collapsed.** From picture to picture the "
            f"means vary by {spreads} (variances). {rule}"
        )
    both = len(gone) == len(run.spreads)
    return (
        f"β = {run.beta:g}: **{fmt.join(gone)} {'have' if both else 'has'} collapsed.** The "
        f"variances of the means are {spreads}. {rule} Every picture has nearly the same q there, "
        "close to the prior: it costs next to nothing, and tells the decoder nothing."
    )


def collapse_over_beta(runs: Mapping[float, VaeRun]) -> str:
    """Where over β dimensions collapse."""
    gone = [f"{run.beta:g}" for run in runs.values() if run.collapsed]
    count = fmt.number_of(len(runs))
    if not gone:
        least = min((min(run.spreads), run.beta) for run in runs.values())
        return (
            f"In none of the {count} nets has a dimension collapsed; nearest to it comes β = "
            f"{least[1]:g}, with a variance of {fmt.number(least[0])}."
        )
    who, has = ("that", "has") if len(gone) == 1 else ("those", "have")
    return f"Of the {count} nets, {who} with β = {fmt.join(gone)} {has} collapsed dimensions."


def draws(vae: Vae, z: Plane) -> str:
    """Where draws from the prior fall."""
    found = [latent_plane.nearest(vae.codes, Point(*each)) for each in z.tolist()]
    names = [CLASSES[label] for label in sorted({each.label for each in found})]
    away = float(np.median([each.distance for each in found]))
    return (
        f"By the codes around them, the {len(z)} draws fall among {fmt.number_of(len(names))} of "
        f"{fmt.number_of(len(CLASSES))} classes: {fmt.join(names)}. Half of them lie more than "
        f"{fmt.number(round(away, 4))} from the nearest code; from code to code it is "
        f"{fmt.number(round(latent_plane.spacing(vae.codes), 4))}."
    )


def trained(run: VaeRun) -> str:
    """How a net was trained, from its record."""
    took = sum(epoch.seconds for epoch in run.history)
    on = run.machine.get("processor") or "an unnamed processor"
    return (
        f"β = {run.beta:g}, seed {run.seed}: {run.epochs} epochs over {run.images['training']:,} "
        f"pictures in batches of {run.batch_size}, {fmt.duration(took)} on {fmt.plain(on)}. "
        f"`{COMMAND} --beta {run.beta:g} --epochs {run.epochs} --seed {run.seed}` does it again. "
        "Fashion-MNIST (Xiao, Rasul and Vollgraf 2017, MIT licence) is not part of this project: "
        "here are only the nets and the codes, and no picture of it."
    )

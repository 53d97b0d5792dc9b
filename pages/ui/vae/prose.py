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
from pages.ui.vae import results
from pages.ui.vae.results import DIMENSIONS, RATE, STEPS, Gradients, LatentPlane, Near, Results
from pages.ui.vae.state import Encoded, Point

FEW, MOST = 0.5, 0.9  # of the codes within the outermost ring
COMMAND = "python -m models train-vae"


def price(q: Encoded, solved: Results) -> str:
    """KL, its two areas and its two reasons."""
    head = f"**KL(q‖p)** = {fmt.quantity(solved.kl, 'nats')}"
    if solved.kl == 0:
        return f"{head}: **q is the prior**, and nothing is paid."
    return (
        f"{head} = {fmt.number(solved.above)} above 0, less {fmt.number(-solved.below)} below. "
        f"Of it, {fmt.number(solved.distance)} is for the distance, ½ μ², and "
        f"{fmt.number(solved.width)} for the width, ½ (σ² − 1) − ln σ. "
        + ("q is too narrow." if q.std < 1 else "q is too wide." if q.std > 1 else "")
    ).strip()


def descents(q: Encoded, solved: Results) -> str:
    """Where both descents end."""
    kl, cross = solved.descents
    return content.text(
        "vae/descents",
        mean=fmt.number(q.mean),
        std=fmt.number(q.std),
        steps=str(STEPS),
        rate=f"{RATE:g}",
        end=_rounded(kl.mean[-1]),
        kl=_rounded(kl.std[-1]),
        cross=_rounded(cross.std[-1]),
    )


def question() -> content.Question:
    """A question whose answer two descents give."""
    kl, cross = (_rounded(descent.std[-1]) for descent in results.solve(Encoded(0, 1)).descents)
    return content.question(
        "vae/check-yourself", steps=str(STEPS), rate=f"{RATE:g}", kl=kl, cross=cross
    )


def gradients_alt(gradients: Gradients) -> str:
    """The bars of gradients."""
    names = ("KL", "cross-entropy", "entropy")
    bars = "; ".join(
        f"{name}: {fmt.number(mean)} in μ, {fmt.number(log)} in ln σ"
        for name, (mean, log) in zip(names, gradients, strict=True)
    )
    return f"Bar chart of slopes. {bars}."


def descents_alt(q: Encoded, solved: Results) -> str:
    """σ on both descents."""
    kl, cross = (_rounded(descent.std[-1]) for descent in solved.descents)
    return (
        f"Line chart of σ after each of {STEPS} steps, from {fmt.number(q.std)}: down KL it comes "
        f"to {kl}, down cross-entropy to {cross}."
    )


def codes() -> str:
    """What the plane shows, and what the prior's rings are."""
    shares = fmt.join([f"{100 * results.prior_within(radius):.0f}" for radius in results.RINGS])
    return content.text("vae/codes", radii=_radii(), shares=f"{shares}\N{NO-BREAK SPACE}%")


def damaged(reasons: Mapping[str, str]) -> str:
    """Which recorded VAEs cannot be read, and what to do."""
    sentences = " ".join(fmt.plain(reason) for reason in reasons.values())
    return content.text("vae/damaged", reasons=sentences, command=COMMAND)


def unknown(asked: str, beta: float) -> str:
    """What is shown where the address names a β that is not here."""
    return content.text("vae/unknown-beta", asked=fmt.plain(asked[:20]), beta=f"{beta:g}")


def rate_distortion(run: VaeRun) -> str:
    """The two parts of the loss, and what was added up."""
    return content.text(
        "vae/rate-distortion",
        pictures=f"{run.images['test']:,}",
        rate=fmt.quantity(run.last.test_rate, "nats"),
        distortion=fmt.quantity(run.last.test_distortion, "nats"),
        beta=f"{run.beta:g}",
        entropy=fmt.quantity(run.pixel_entropy["test"], "nats"),
    )


def over_beta(runs: Mapping[float, VaeRun]) -> str:
    """What β does to both, from the least to the greatest."""
    if len(runs) < 2:
        return "One net alone makes no curve."
    first, *_, last = runs.values()
    rates = [run.last.test_rate for run in runs.values()]
    distortions = [run.last.test_distortion for run in runs.values()]
    ends = (
        f"From β = {first.beta:g} to β = {last.beta:g}, the rate goes from "
        f"{fmt.number(rates[0])} to {fmt.quantity(rates[-1], 'nats')} and the distortion from "
        f"{fmt.number(distortions[0])} to {fmt.quantity(distortions[-1], 'nats')}."
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


def rate_distortion_alt(runs: Mapping[float, VaeRun], beta: float) -> str:
    """The curve over all β."""
    each = "; ".join(
        f"β = {run.beta:g}: rate {fmt.number(run.last.test_rate)}, distortion "
        f"{fmt.number(run.last.test_distortion)}"
        for run in runs.values()
    )
    return f"Distortion over rate, in nats a picture. {each}. Chosen: β = {beta:g}."


def collapsed(run: VaeRun) -> str:
    """Which of this network's dimensions carry nothing."""
    names = [DIMENSIONS[place] for place in run.collapsed]
    rule = f"Below {ACTIVE:g}, a dimension counts as collapsed."
    if not names:
        return (
            f"β = {run.beta:g}: **neither dimension has collapsed.** From picture to picture the "
            f"means vary by {_spreads(run)} (variances). {rule}"
        )
    have = "have" if len(names) == len(DIMENSIONS) else "has"
    return (
        f"β = {run.beta:g}: **{fmt.join(names)} {have} collapsed.** The variances of the means are "
        f"{_spreads(run)}. {rule} Every picture has nearly the same q there, close to the prior: "
        "it costs next to nothing, and tells the decoder nothing."
    )


def collapse_over_beta(runs: Mapping[float, VaeRun]) -> str:
    """Where over β dimensions collapse."""
    betas = [f"{run.beta:g}" for run in runs.values() if run.collapsed]
    count = fmt.number_of(len(runs))
    if not betas:
        spread, beta = min((min(run.spreads), run.beta) for run in runs.values())
        return (
            f"In none of the {count} nets has a dimension collapsed; nearest to it comes β = "
            f"{beta:g}, with a variance of {fmt.number(spread)}."
        )
    who, has = ("that", "has") if len(betas) == 1 else ("those", "have")
    return f"Of the {count} nets, {who} with β = {fmt.join(betas)} {has} collapsed dimensions."


def spreads_alt(runs: Mapping[float, VaeRun]) -> str:
    """How far the means spread in each dimension."""
    each = "; ".join(f"β = {run.beta:g}: {_spreads(run)}" for run in runs.values())
    return (
        f"Variance of the codes’ means in both dimensions. {each}. The border of collapse is "
        f"{ACTIVE:g}."
    )


def training(run: VaeRun) -> str:
    """How a network was trained, from its record."""
    return content.text(
        "vae/training",
        beta=f"{run.beta:g}",
        seed=str(run.seed),
        epochs=str(run.epochs),
        pictures=f"{run.images['training']:,}",
        batch=str(run.batch_size),
        duration=fmt.duration(sum(epoch.seconds for epoch in run.history)),
        processor=fmt.plain(run.machine.get("processor") or "an unnamed processor"),
        command=COMMAND,
    )


def training_alt(run: VaeRun, what: str) -> str:
    """A network's curves."""
    training, test = (
        " to ".join(fmt.number(getattr(epoch, name)) for epoch in (run.history[0], run.last))
        for name in (what, f"test_{what}")
    )
    return (
        f"Line chart of the {what} after each of {len(run.history)} epochs, β = {run.beta:g}: "
        f"training from {training}, test from {test} nats a picture."
    )


def prior(run: VaeRun, plane: LatentPlane) -> str:
    """Where the codes lie, beside the prior."""
    start = (
        f"**β = {run.beta:g}.** {fmt.percent(plane.within)} of the {plane.codes:,} codes lie "
        "within the outermost ring, where the prior N(0, I) has "
        f"{fmt.percent(results.prior_within(results.RINGS[-1]))}. Half of the pictures’ own q have "
        f"a σ below {_rounded(plane.std)}. "
    )
    if len(run.collapsed) == len(DIMENSIONS):
        return start + (
            "**All pictures share one code, the prior itself.** It says nothing of them, so the "
            "decoder has learnt to paint the same picture wherever the point is."
        )
    if plane.within < FEW:
        return start + (
            "**The codes ignore the prior**: a draw from it can only meet those few that happen to "
            "lie there."
        )
    if plane.within < MOST:
        return start + "**The codes lean on the prior, and a good part lies outside of it.**"
    return start + "**The codes keep to the prior**, so a draw from it lies where codes are."


def plane_alt(plane: LatentPlane, pictures: bool) -> str:
    """What the plane shows."""
    wide = f"from −{plane.reach:g} to {plane.reach:g} in both dimensions"
    if pictures:
        return f"The plane of codes {wide}: {results.TILES**2} pictures decoded on an even grid."
    medians = "; ".join(
        f"{name} ({fmt.number(round(first, 1))}, {fmt.number(round(second, 1))})"
        for name, (first, second) in zip(CLASSES, plane.medians, strict=True)
    )
    return (
        f"The codes of {plane.codes:,} test pictures in the plane {wide}, with the prior’s rings "
        f"at {_radii()}. Each class’s median: {medians}."
    )


def near(z: Point, near: Near) -> str:
    """What lies next to the point."""
    count = f"{near.votes} of the {results.NEIGHBOURS} nearest test codes"
    return (
        f"z = ({_place(z)}). {CLASSES[near.label]}: {count}. The nearest is "
        f"{fmt.number(near.distance)} away."
    )


def picture_alt(z: Point, near: Near) -> str:
    """The decoded picture."""
    return (
        f"Picture decoded at {_place(z)}, among codes of the class {CLASSES[near.label]} "
        f"({near.votes} of {results.NEIGHBOURS})"
    )


def draws(near: Sequence[Near], spacing: float) -> str:
    """Where draws from the prior fall, by what lies next to each."""
    names = [CLASSES[label] for label in sorted({each.label for each in near})]
    return content.text(
        "vae/drawn",
        draws=str(len(near)),
        some=fmt.number_of(len(names)),
        all=fmt.number_of(len(CLASSES)),
        names=fmt.join(names),
        distance=_rounded(float(np.median([each.distance for each in near]))),
        spacing=_rounded(spacing),
    )


def _radii() -> str:
    return fmt.join([str(radius) for radius in results.RINGS])


def _spreads(run: VaeRun) -> str:
    return fmt.join([fmt.number(spread) for spread in run.spreads])


def _place(z: Point) -> str:
    return f"{fmt.number(z.first)}, {fmt.number(z.second)}"


def _rounded(value: float) -> str:
    return fmt.number(round(value, 4))

"""What the page says of the latent space and of samples from the prior, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.data.fashion_mnist import CLASSES
from models.vae.record import VaeRun
from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.beta_vae import results
from pages.ui.beta_vae.results import DIMENSIONS, LatentPlane, Near
from pages.ui.beta_vae.state import Point

FEW, MOST = 0.5, 0.9  # of the means within the outermost circle


def plane() -> str:
    """What the plane shows, and how much of the prior its circles contain."""
    parts = fmt.join([f"{100 * results.prior_within(radius):.0f}" for radius in results.RINGS])
    percent = f"{parts}\N{NO-BREAK SPACE}%"
    return content.text("beta_vae/plane", radii=_radii(), fractions=percent)


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
            "same image for every z in the plane."
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
    count = f"{near.votes} of {results.NEIGHBOURS}"
    return (
        f"z = ({_place(z)}). Nearest test images: {CLASSES[near.label]} ({count}). The nearest "
        f"mean μ is at distance {fmt.number(near.distance)}."
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


def _place(z: Point) -> str:
    return f"{fmt.number(z.first)}, {fmt.number(z.second)}"


def _rounded(value: float) -> str:
    return fmt.number(round(value, 4))

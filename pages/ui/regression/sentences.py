"""What the page says of the points and their lines, in Markdown: numbers, and their sense."""

from __future__ import annotations

import math
from collections.abc import Mapping

from pages.ui import formatting as fmt
from pages.ui.regression import results
from pages.ui.regression.choosing import TRUTHS as TRUE
from pages.ui.regression.cloud import LEFT, RIGHT, Cloud
from pages.ui.regression.noises import NOISES, SHORT
from pages.ui.regression.results import Results

TIE = 0.005  # nats a point; closer than that, two models are called about the same
CHANCE = 0.5  # nats in all that one needless parameter gains on average (Wilks 1938)


def refusals(found: Results) -> str:
    """Why there is no line under a noise; nothing where there is one under each."""
    return " ".join(
        f"**{NOISES[noise].title} has no line here:** {fmt.plain(why)}"
        for noise, why in found.refused.items()
    )


def nearest(found: Results, points: int) -> str:
    """Which of the four is nearest to the points, and by how much."""
    nats = {noise: line.nats for noise, line in found.lines.items()}
    best = found.nearest
    apart = nats["normal"] - nats[best]
    said = (
        f"The least mean −log q is {fmt.quantity(nats[best], 'nats')}, that of "
        f"**{SHORT[best]}**: as far as these points tell, it is the nearest of the four in KL."
    )
    if best == "normal":
        return f"{said} That is least squares itself."
    if apart < TIE:
        return f"{said} Least squares comes within {fmt.quantity(apart, 'nats')} a point of it."
    more = f"Least squares pays {fmt.quantity(apart, 'nats')} a point more."
    if best == "heteroscedastic":
        chance = fmt.number(CHANCE / points)
        return (
            f"{said} {more} But fixed σ is a special case of it: with {points} points of even "
            f"noise, its one number more would gain about {chance} nats by chance alone."
        )
    return f"{said} {more}"


def _by_chance(found: Results, points: int) -> bool:
    """Whether growing σ leads fixed σ by no more than its one number more gains by chance."""
    lead = found.lines["normal"].nats - found.lines[found.nearest].nats
    return found.nearest == "heteroscedastic" and lead < CHANCE / points


def truth(cloud: Cloud, found: Results) -> str:
    """How far each line is from the true one, where that is known."""
    if cloud.true is None:
        return "The true line behind these points is not known, so nobody can say which is right."
    errors = {noise: results.error(line, cloud.true) for noise, line in found.lines.items()}
    least = min(errors, key=errors.__getitem__)
    if least == found.nearest:
        agree = "It is also the one that KL calls the nearest."
    elif _by_chance(found, len(cloud.points)):
        agree = "So few points cannot tell by −log q which is nearer in KL, fixed or growing σ."
    else:
        agree = (
            f"KL calls {SHORT[found.nearest]} the nearest: with so few points the two need not "
            "agree."
        )
    others = "" if least == "normal" else f"; least squares by {fmt.number(errors['normal'])}"
    return (
        f"**{_capital(SHORT[least])} comes closest to the true line**, off by "
        f"{fmt.number(errors[least])}{others}. "
        f"(Root of the mean squared distance in y, over x from {LEFT:g} to {RIGHT:g}.) {agree}"
    )


def one_residual(costs: Mapping[str, tuple[float, float]], r: float) -> str:
    """What one residual costs under each noise."""
    each = fmt.join([f"{SHORT[noise]} {fmt.number(loss)}" for noise, (loss, _) in costs.items()])
    return f"A residual of {fmt.number(r)} costs, in nats: {each}."


def twice(
    costs: Mapping[str, tuple[float, float]], doubled: Mapping[str, tuple[float, float]], r: float
) -> str:
    """What becomes of loss and pull where the residual doubles."""
    if r == 0:
        return "A residual of 0 costs nothing and pulls at nothing. Give it a size."
    parts = []
    for noise, (loss, pull) in costs.items():
        more, harder = doubled[noise][0] / loss, doubled[noise][1] / pull
        parts.append(
            f"- **{_capital(SHORT[noise])}**: the loss times {fmt.number(round(more, 2))}, the "
            f"pull times {fmt.number(round(harder, 2))} ({NOISES[noise].loss})."
        )
    return f"Twice as far off, at {fmt.number(2 * r)}:\n\n" + "\n".join(parts)


def scale(found: Results, noise: str) -> str:
    """A line's scale as the table has it; where it grows, at both ends of the plot."""
    line = found.lines[noise]
    letter = {"laplace": "b", "student_t": "s"}.get(noise, "σ")
    if not line.growth:
        return f"{letter} = {_four_digits(line.scale)}"
    ends = (line.scale * math.exp(line.growth * (x - line.centre)) for x in (LEFT, RIGHT))
    return f"{letter} = {' … '.join(map(_four_digits, ends))}"


def _four_digits(value: float) -> str:
    return fmt.number(float(f"{value:.4g}"))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def true_noise(noise: str, share: float) -> str:
    """The true noise as a sentence names it."""
    name = f"{TRUE[noise]} noise"
    return f"{name} with {100 * share:g}\N{NO-BREAK SPACE}% outliers" if share else name


def divergences(nearest: Mapping[str, float], noise: str, share: float) -> str:
    """Which assumed noise lies nearest to the true one."""
    least = min(nearest, key=nearest.__getitem__)
    within = [SHORT[each] for each, nats in nearest.items() if nats < nearest[least] + EVEN]
    who, truth_is = fmt.join(within), true_noise(noise, share)
    first = (
        f"**From {truth_is}, {who} {'is' if len(within) == 1 else 'are'} nearest**, at "
        f"{fmt.quantity(nearest[least] if nearest[least] > EVEN else 0.0, 'nats')}."
    )
    if "normal" in nearest and nearest["normal"] < EVEN:
        return f"{first} Least squares assumes just this: nothing is nearer than the truth itself."
    gap = nearest["normal"] - nearest[least]
    if gap < EVEN:
        return first
    return f"{first} Least squares lies {fmt.quantity(gap, 'nats')} farther off."


EVEN = 1e-6  # nats; closer than that, two divergences are the same

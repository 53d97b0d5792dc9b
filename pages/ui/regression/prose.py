"""What depends on the points, the residual and the true noise, in Markdown.

Last the alternative texts of the charts. What the recorded study says is beside it, in study.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import SupportsFloat

from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.regression.results import REACH, Cost, Results, What, times_the_pull
from pages.ui.regression.state import DF, LEFT, NOISES, RIGHT, SHORT, TRUTHS

TIE = 0.005  # nats a point; closer than that, two models are called about the same
CHANCE = 0.5  # nats in all that one needless parameter gains on average (Wilks 1938)
EVEN = 1e-6  # nats; closer than that, two divergences are the same


def refusals(results: Results) -> str:
    """Why there is no line under a noise; nothing where there is one under each."""
    return " ".join(
        f"**{NOISES[noise].title} has no line here:** {fmt.plain(why)}"
        for noise, why in results.refused.items()
    )


def table(results: Results) -> list[dict[str, str]]:
    """The lines, a row each."""
    rows = []
    for noise, line in results.lines.items():
        row = {
            "assumed noise": NOISES[noise].title,
            "slope": _short(line.slope),
            "intercept": _short(line.intercept),
            "scale": _scale(results, noise),
            "−log q, nats": fmt.number(line.nats),
        }
        if results.errors:
            row["off the truth"] = _short(results.errors[noise])
        rows.append(row)
    return rows


def _scale(results: Results, noise: str) -> str:
    """A line's scale; where it grows, at both ends of the plot."""
    line = results.lines[noise]
    ends = (LEFT, RIGHT) if line.growth else (line.centre,)
    scales = (line.scale * math.exp(line.growth * (x - line.centre)) for x in ends)
    return f"{NOISES[noise].scale} = " + " … ".join(fmt.number(float(f"{s:.4g}")) for s in scales)


def _short(value: float) -> str:
    return fmt.number(round(value, 3) + 0.0)  # no −0


def nearest(results: Results) -> str:
    """Which of the four is nearest to the points, and by how much."""
    best, points = results.nearest, len(results.cloud.points)
    nats, apart = results.lines[best].nats, _lead(results)
    said = (
        f"The least mean −log q is {fmt.quantity(nats, 'nats')}, that of "
        f"**{SHORT[best]}**: as far as these points tell, it is the nearest of the four in KL."
    )
    if best == "normal":
        return f"{said} That is least squares itself."
    if apart < TIE:
        return f"{said} Least squares comes within {fmt.quantity(apart, 'nats')} a point of it."
    said += f" Least squares pays {fmt.quantity(apart, 'nats')} a point more."
    if best == "heteroscedastic":
        said += (
            f" But fixed σ is a special case of it: with {points} points of even noise, its one "
            f"number more would gain about {fmt.number(CHANCE / points)} nats by chance alone."
        )
    return said


def _lead(results: Results) -> float:
    """By how many nats a point the nearest noise is before least squares."""
    return results.lines["normal"].nats - results.lines[results.nearest].nats


def truth(results: Results) -> str:
    """How far each line is from the true one, where that is known."""
    errors, nearest = results.errors, results.nearest
    if not errors:
        return "The true line behind these points is not known, so nobody can say which is right."
    least = min(errors, key=errors.__getitem__)
    if least == nearest:
        agree = "It is also the one that KL calls the nearest."
    elif nearest == "heteroscedastic" and _lead(results) < CHANCE / len(results.cloud.points):
        agree = "So few points cannot tell by −log q which is nearer in KL, fixed or growing σ."
    else:
        agree = f"KL calls {SHORT[nearest]} the nearest: with so few points the two need not agree."
    others = "" if least == "normal" else f"; least squares by {fmt.number(errors['normal'])}"
    return (
        f"**{SHORT[least].capitalize()} comes closest to the true line**, off by "
        f"{fmt.number(errors[least])}{others}. "
        f"(Root of the mean squared distance in y, over x from {LEFT:g} to {RIGHT:g}.) {agree}"
    )


def residual(here: Mapping[str, Cost], doubled: Mapping[str, Cost], r: float) -> str:
    """What one residual costs under each noise, and what becomes of that where it doubles."""
    losses = fmt.join([f"{SHORT[noise]} {fmt.number(cost.loss)}" for noise, cost in here.items()])
    said = f"A residual of {fmt.number(r)} costs, in nats: {losses}."
    if r == 0:
        return f"{said} A residual of 0 costs nothing and pulls at nothing. Give it a size."
    said += f" Twice as far off, at {fmt.number(2 * r)}:\n"
    for noise, cost in here.items():
        loss, pull = doubled[noise].loss / cost.loss, doubled[noise].pull / cost.pull
        said += (
            f"\n- **{SHORT[noise].capitalize()}**: the loss times {two_decimals(loss)}, the pull "
            f"times {two_decimals(pull)} ({NOISES[noise].loss})."
        )
    return said


def two_decimals(value: SupportsFloat) -> str:
    """As a sentence has it."""
    return fmt.number(round(float(value), 2))


def question() -> content.Question:
    """The page's question, whose answer kl_core finds."""
    near, far = 2.0, 20.0
    times = times_the_pull(near, far)
    return content.question(
        "regression/check-yourself",
        near=f"{near:g}",
        far=f"{far:g}",
        normal=f"{two_decimals(times['normal'])} times",
        student=f"{two_decimals(times['student_t'])} times",
        df=f"{DF:g}",
    )


def true_noise(noise: str, share: float) -> str:
    """The true noise as a sentence names it."""
    name = f"{TRUTHS[noise]} noise"
    return f"{name} with {100 * share:g}\N{NO-BREAK SPACE}% outliers" if share else name


def divergences(nats: Mapping[str, float], noise: str, share: float) -> str:
    """Which assumed noise lies nearest to the true one."""
    least = min(nats.values())
    within = [SHORT[each] for each in nats if nats[each] < least + EVEN]
    said = (
        f"**From {true_noise(noise, share)}, {fmt.join(within)} "
        f"{'is' if len(within) == 1 else 'are'} nearest**, at "
        f"{fmt.quantity(least if least > EVEN else 0.0, 'nats')}."
    )
    if nats["normal"] < EVEN:
        return f"{said} Least squares assumes just this: nothing is nearer than the truth itself."
    gap = nats["normal"] - least
    if gap < EVEN:
        return said
    return f"{said} Least squares lies {fmt.quantity(gap, 'nats')} farther off."


def alt_residual(here: Mapping[str, Cost], r: float, what: What) -> str:
    """Of a chart of losses, or of pulls."""
    unit = {"loss": "nats", "pull": "nats per unit of y"}[what]
    return (
        f"Line chart of the {what} of one residual from −{REACH:g} to {REACH:g} under each noise. "
        f"At {fmt.number(r)}, in {unit}: "
        f"{_each({noise: getattr(cost, what) for noise, cost in here.items()})}."
    )


def alt_divergences(nats: Mapping[str, float], noise: str, share: float) -> str:
    """Of the bars of KL."""
    return (
        f"Bars of KL in nats from {true_noise(noise, share)} to the nearest noise of each assumed "
        f"kind: {_each(nats)}."
    )


def _each(values: Mapping[str, float]) -> str:
    return "; ".join(f"{SHORT[noise]} {fmt.number(value)}" for noise, value in values.items())

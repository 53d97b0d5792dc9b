"""Sentences and tables that depend on the points, the residual and the true noise, in Markdown.

The alternative texts of the charts come last. The recorded simulation has its own, in study.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import SupportsFloat

from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.regression.results import (
    REACH,
    SIMULATED,
    Gain,
    ResidualLoss,
    Results,
    What,
    chance_gain,
    influence_ratios,
)
from pages.ui.regression.state import DF, LEFT, NOISES, RIGHT, SHORT, TRUE_NOISES

TIE = 0.005  # nats per point; closer than that, two models are called about equal
EQUAL = 1e-6  # nats; closer than that, two divergences are the same


def refusals(results: Results) -> str:
    """Which noise models have no line, and why; nothing if all have one."""
    return " ".join(
        f"**{NOISES[noise].title} cannot be fitted:** {fmt.plain(why)}"
        for noise, why in results.refused.items()
    )


def table(results: Results) -> list[dict[str, str]]:
    """The fitted lines, a row each."""
    rows = []
    for noise, line in results.lines.items():
        row = {
            "noise model": NOISES[noise].title,
            "mean NLL, nats": fmt.number(line.nats),
            "slope": _short(line.slope),
            "intercept": _short(line.intercept),
            "scale": _scale(results, noise),
        }
        if results.errors:
            row["RMSE to true line"] = _short(results.errors[noise])
        rows.append(row)
    return rows


def _scale(results: Results, noise: str) -> str:
    """A line's scale; where it depends on x, at both ends of the plot."""
    line = results.lines[noise]
    ends = (LEFT, RIGHT) if line.growth else (line.centre,)
    scales = (line.scale * math.exp(line.growth * (x - line.centre)) for x in ends)
    return f"{NOISES[noise].scale} = " + " … ".join(fmt.number(float(f"{s:.4g}")) for s in scales)


def _short(value: float) -> str:
    return fmt.number(round(value, 3) + 0.0)  # no −0


def likelihood(results: Results) -> str:
    """Which model has the lowest mean NLL, and by how much."""
    best, lead = results.best, results.lead
    said = (
        f"**{_model(best)} has the lowest mean NLL**, "
        f"{fmt.quantity(results.lines[best].nats, 'nats')} per point, and so the lowest estimated "
        "KL."
    )
    if best == "normal":
        return said
    if lead < TIE:
        return f"{said} Least squares is within {fmt.quantity(lead, 'nats')} of it."
    said += f" Least squares is {fmt.quantity(lead, 'nats')} higher."
    if best == "heteroscedastic":
        chance = chance_gain(_x(results)).mean
        said += (
            " It has one parameter fewer: even if the true σ is constant, that raises its mean NLL "
            f"at these x by {chance:.2g} nats on average ({SIMULATED:,} simulated data sets)."
        )
    return said


def _model(noise: str) -> str:
    """A noise model as a sentence begins with it."""
    return "Least squares" if noise == "normal" else f"The {SHORT[noise]} model"


def _x(results: Results) -> tuple[float, ...]:
    return tuple(point.x for point in results.dataset.points)


def methods(results: Results) -> str:
    """How the lines are fitted, and what their NLL does not say."""
    gain: Gain = chance_gain(_x(results))
    return content.text(
        "regression/methods",
        left=f"{LEFT:g}",
        right=f"{RIGHT:g}",
        gain=fmt.number(float(f"{gain.mean:.3g}")),
        low=fmt.number(float(f"{gain.low:.3g}")),
        high=fmt.number(float(f"{gain.high:.3g}")),
        simulated=f"{SIMULATED:,}",
    )


def accuracy(results: Results) -> str:
    """How far each line is from the true one, if that is known."""
    errors, best = results.errors, results.best
    if not errors:
        return "The true line of these points is unknown, so the errors of the lines are too."
    least = min(errors, key=errors.__getitem__)
    name = "least-squares" if least == "normal" else SHORT[least]
    also = " also" if least == best else ""
    said = (
        f"The {name} line is{also} closest to the true line (lowest root mean square error, RMSE)."
    )
    if least == best:
        return said
    if best == "heteroscedastic" and results.lead < chance_gain(_x(results)).mean:
        return f"{said} The NLLs do not distinguish constant from varying σ here."
    n = len(results.dataset.points)
    return f"{said} With {n} points, the lowest NLL and the lowest error need not coincide."


def residual(
    here: Mapping[str, ResidualLoss], doubled: Mapping[str, ResidualLoss], r: float
) -> list[dict[str, str]]:
    """Loss and influence of a residual, and what doubling it multiplies both by; a row a model."""
    rows = []
    for noise, at in here.items():
        loss, influence = (
            two_decimals(twice / once) if r else "—"
            for twice, once in zip(doubled[noise], at, strict=True)
        )
        rows.append(
            {
                "noise model": NOISES[noise].title,
                "loss": NOISES[noise].loss,
                f"loss at r = {fmt.number(r)}, nats": fmt.number(at.loss),
                "loss if r doubles": f"× {loss}",
                "influence if r doubles": f"× {influence}",
            }
        )
    return rows


def two_decimals(value: SupportsFloat) -> str:
    """As a sentence has it."""
    return fmt.number(round(float(value), 2))


def question() -> content.Question:
    """The page's question, whose answer kl_core computes."""
    near, far = 2.0, 20.0
    ratios = influence_ratios(near, far)
    return content.question(
        "regression/check-yourself",
        near=f"{near:g}",
        far=f"{far:g}",
        normal=two_decimals(ratios["normal"]),
        student=two_decimals(ratios["student_t"]),
        df=f"{DF:g}",
    )


def true_noise(noise: str, fraction: float) -> str:
    """The true noise as a sentence names it."""
    name = f"{TRUE_NOISES[noise]} noise"
    return f"{name} with {100 * fraction:g}\N{NO-BREAK SPACE}% outliers" if fraction else name


def divergences(nats: Mapping[str, float], noise: str, fraction: float) -> str:
    """Which noise model has the lowest KL from the true noise."""
    least = min(nats.values())
    within = [SHORT[each] for each in nats if nats[each] < least + EQUAL]
    said = (
        f"**The lowest KL from {true_noise(noise, fraction)} is "
        f"{fmt.quantity(least if least > EQUAL else 0.0, 'nats')}** ({fmt.join(within)})."
    )
    if nats["normal"] < EQUAL:
        return f"{said} Least squares assumes this noise."
    gap = nats["normal"] - least
    return said if gap < EQUAL else f"{said} Least squares is {fmt.quantity(gap, 'nats')} higher."


def alt_residual(here: Mapping[str, ResidualLoss], r: float, what: What) -> str:
    """Of a chart of losses, or of influences."""
    unit = {"loss": "nats", "influence": "nats per unit of y"}[what]
    return (
        f"Line chart of the {what} of a residual from −{REACH:g} to {REACH:g} under each noise "
        f"model. At {fmt.number(r)}, in {unit}: "
        f"{_each({noise: getattr(at, what) for noise, at in here.items()})}."
    )


def alt_divergences(nats: Mapping[str, float], noise: str, fraction: float) -> str:
    """Of the bars of KL."""
    return (
        f"Bar chart of the lowest KL in nats from {true_noise(noise, fraction)} to each noise "
        f"model: {_each(nats)}."
    )


def _each(values: Mapping[str, float]) -> str:
    return "; ".join(f"{SHORT[noise]} {fmt.number(value)}" for noise, value in values.items())

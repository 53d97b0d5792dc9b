"""Sentences about a fit. A Gaussian is written N(mean, standard deviation)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kl_core import Step
from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.content import Question
from pages.ui.fitting.results import NEGLIGIBLE, Results, mass_outside, same_gaussian, solve
from pages.ui.fitting.state import STEP, Component, Fit, Gaussian


def name(q: Step | Gaussian) -> str:
    """A Gaussian as the page writes it: "N(−1.2, 2.1)"."""
    return f"N({fmt.number(round(q.mean, 2))}, {fmt.number(round(q.std, 2))})"


def in_unit(step: Step, unit: str) -> str:
    """A divergence with its unit."""
    return fmt.quantity(step.divergence / (math.log(2) if unit == "bits" else 1.0), unit)


def both_divergences(results: Results, unit: str) -> str:
    """Both divergences of the visitor's Q, and the minimum of each."""
    yours = f"Your Q = {name(results.fit.q)}, written N(mean, standard deviation)"
    minimum = f"global minimum {in_unit(results.forward[-1], unit)}"
    forward = f":blue[**KL(P‖Q)**] = {in_unit(results.forward[0], unit)}; {minimum}."
    if results.reverse is None:
        return f"{yours}. {forward} :orange[**KL(Q‖P)**] = ∞ {unit}."
    lowest = ""
    if results.minima:
        lowest = f"; lowest minimum found {in_unit(results.minima[0], unit)}"
    reverse = f":orange[**KL(Q‖P)**] = {in_unit(results.reverse.path[0], unit)}{lowest}."
    return f"{yours}. {forward} {reverse}"


def forward_kl(results: Results) -> str:
    """Which Q minimises forward KL."""
    best, density = name(results.forward[-1]), results.density_at_forward_mean
    says = (
        f":blue[**Forward KL is mass-covering.**] Its minimum is at Q = {best}, with the mean and "
        "the variance of P"
    )
    if density < 0.5:
        return f"{says}. At that mean, P’s density is only {fmt.percent(density)} of its maximum."
    return f"{says}."


def reverse_kl(results: Results, unit: str) -> str:
    """Which Q minimises reverse KL, and where the search from the visitor's Q ended."""
    if results.reverse is None:
        return (
            ":orange[**Reverse KL is ∞ for every Gaussian.**] P is 0 in some bins, and the support "
            "of a Gaussian is the whole line."
        )
    if not results.minima or not results.reverse.converged:
        return _not_converged(results, unit)
    best, minima = results.minima[0], _local_minima(results, unit)
    if same_gaussian(best, results.forward[-1]) and len(results.minima) == 1:
        return (
            ":orange[**Reverse KL**] has its minimum at the same Q, as P is a Gaussian or nearly "
            "one."
        )
    outside = mass_outside(results.fit, best)
    if outside > NEGLIGIBLE:
        return (
            f":orange[**Reverse KL is mode-seeking.**] The lowest minimum found is {name(best)}; "
            f"{fmt.percent(outside)} of P lies more than three standard deviations from its mean. "
            f"{minima}"
        )
    if len(results.minima) > 1:
        return (
            ":orange[**Reverse KL is mode-seeking only where modes are far apart.**] Here the "
            f"broad {name(best)} has a lower divergence than any Q at a single mode. {minima}"
        )
    return f":orange[**Reverse KL**] has its minimum at Q = {name(best)}. {minima}"


def _local_minima(results: Results, unit: str) -> str:
    """Where the search from the visitor's Q ended, and the other local minima."""
    assert results.reverse is not None
    end = results.reverse.path[-1]
    others = [other for other in results.minima if not same_gaussian(other, end)]
    if not others:
        return "Every search ends there, including the one from your Q."
    listed = fmt.join([f"{name(other)} ({in_unit(other, unit)})" for other in others])
    count = (
        "one other local minimum"
        if len(others) == 1
        else f"{fmt.number_of(len(others))} other local minima"
    )
    lowest = same_gaussian(end, results.minima[0])
    kind = "the lowest minimum found" if lowest else "not the lowest minimum"
    return (
        f"**From your Q the search ends at {name(end)}: {in_unit(end, unit)}, {kind}.** Searches "
        f"from other starts found {count}: {listed}. Drag Q towards one and search again."
    )


def _not_converged(results: Results, unit: str) -> str:
    assert results.reverse is not None
    end = results.reverse.path[-1]
    if end.std < STEP:
        where = f"narrows onto a single bin near {fmt.number(round(end.mean, 2))}"
    else:
        where = "widens or moves away until a bound stops it"
    others = fmt.join([f"{name(end)} ({in_unit(end, unit)})" for end in results.minima])
    found = f"find {others}" if others else "find none either"
    return (
        f":orange[**Reverse KL**]: the search from your Q finds no local minimum. It {where}, at "
        f"{in_unit(end, unit)}. Searches from the modes of P {found}."
    )


def searches(results: Results, unit: str) -> list[dict[str, object]]:
    """A row for every search, the one from the visitor's Q first."""

    def row(start: str, direction: str, path: Sequence[Step], result: str) -> dict[str, object]:
        return {
            "start": start,
            "minimises": direction,
            "end": name(path[-1]),
            "steps": len(path) - 1,
            "divergence": in_unit(path[-1], unit),
            "result": result,
        }

    yours = f"your Q, {name(results.fit.q)}"
    rows = [row(yours, "KL(P‖Q)", results.forward, "global minimum")]
    starts = [(yours, results.reverse)] if results.reverse else []
    starts += [(name(search.path[0]), search) for search in results.from_p]
    for start, search in starts:
        result = "local minimum"
        if not search.converged:
            result = "no minimum: stopped at a bound of the search"
        elif same_gaussian(search.path[-1], results.minima[0]):
            result = "lowest minimum found"
        rows.append(row(start, "KL(Q‖P)", search.path, result))
    return rows


ASKED = Fit((Component(-2, 0.7, 0.7), Component(2, 0.7, 0.3)), (), Gaussian(2.6, 1))


def question() -> Question:
    """The question, answered by the search itself."""
    results = solve(ASKED)
    assert results.reverse is not None
    end, best = results.reverse.path[-1], results.minima[0]
    large, small = ASKED.components
    return content.question(
        "fitting/check-yourself",
        weight=f"{100 * large.weight:.0f}\N{NO-BREAK SPACE}%",
        large=fmt.number(large.mean),
        small=fmt.number(small.mean),
        start=name(ASKED.q),
        here=name(end),
        there=name(best),
        both=name(results.forward[-1]),
        here_kl=in_unit(end, "bits"),
        there_kl=in_unit(best, "bits"),
    )

"""What there is to say of a fit. A Gaussian is written N(mean, standard deviation)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pages.ui import formatting as fmt
from pages.ui.content import Question
from pages.ui.fitting.fit import CENTRES, HIGH, LOW, STEP, Fit, Gaussian, Hill
from pages.ui.fitting.results import Results, Search, Step, same, solve

NOTHING = 0.001  # of P, left out


def name(q: Step | Gaussian) -> str:
    """A Gaussian as the page writes it: "N(−1.2, 2.1)"."""
    return f"N({fmt.number(round(q.mean, 2))}, {fmt.number(round(q.std, 2))})"


def priced(step: Step, unit: str) -> str:
    """A divergence with its unit."""
    return fmt.quantity(step.nats / (math.log(2) if unit == "bits" else 1.0), unit)


def cost(fit: Fit, found: Results, unit: str) -> str:
    """What the Q placed by hand costs in each direction, and what would cost least."""
    least = f"least possible {priced(found.covering[-1], unit)}"
    forward = f":blue[**KL(P‖Q)**] = {priced(found.covering[0], unit)}; {least}."
    if found.seeking is None:
        return f"Your Q = {name(fit.q)}. {forward} :orange[**KL(Q‖P)**] = ∞ {unit}."
    least = f"; least found {priced(found.ends[0], unit)}" if found.ends else ""
    backward = f":orange[**KL(Q‖P)**] = {priced(found.seeking.start, unit)}{least}."
    return f"Your Q = {name(fit.q)}. {forward} {backward}"


def covers(fit: Fit, found: Results) -> str:
    """What the best Q of KL(P‖Q) is like."""
    best = found.covering[-1]
    heights = fit.densities(np.linspace(LOW, HIGH, 641))
    at_its_peak = fit.densities([min(max(best.mean, LOW), HIGH - STEP / 2)])[0] / max(heights)
    said = f":blue[**KL(P‖Q) covers.**] Its best Q, {name(best)}, has P’s own mean and spread"
    if at_its_peak < 0.5:
        return (
            f"{said}. It peaks where P’s density is {fmt.percent(at_its_peak)} of P’s highest: "
            "better to promise too much there than to leave a hill uncovered."
        )
    return f"{said}, so that nothing P can do comes as a great surprise."


def seeks(fit: Fit, found: Results, unit: str) -> str:
    """What the best Q of KL(Q‖P) is like, and where the search from the visitor's Q ended."""
    said = ":orange[**KL(Q‖P)"
    if found.seeking is None:
        return (
            f"{said} is ∞ for every Gaussian.**] Some bins are empty, so P calls them impossible; "
            "a Gaussian reaches everywhere, so Q calls nothing impossible. No Q is the best."
        )
    if not found.ends or not found.seeking.rests:
        return _restless(found, unit)
    best = found.ends[0]
    if same(best, found.covering[-1]) and len(found.ends) == 1:
        agreed = "**] Its best Q is the same: where P is a Gaussian itself, both directions agree."
        return f"{said} seeks.{agreed}"
    out = left_out(fit, best)
    if out > NOTHING:
        beyond = f"{fmt.percent(out)} of P lies more than three standard deviations from its mean"
        return f"{said} seeks.**] Its best Q is {name(best)}; {beyond}. {_ended(found, unit)}"
    if len(found.ends) > 1:
        return (
            f"{said} can seek a hill, and here need not.**] The hills are so close that the "
            f"broad {name(best)} costs less than any one of them. {_ended(found, unit)}"
        )
    return f"{said} seeks.**] Its best Q is {name(best)}: one hill is all there is. " + _ended(
        found, unit
    )


def _ended(found: Results, unit: str) -> str:
    """Where the search from the visitor's Q ended, and where else one may."""
    assert found.seeking is not None
    end = found.seeking.end
    price = priced(end, unit)
    others = [other for other in found.ends if not same(other, end)]
    if not others:
        return "Every start that was tried ends there, yours too."
    listed = fmt.join([f"{name(other)} ({priced(other, unit)})" for other in others])
    count = "another end" if len(others) == 1 else f"{fmt.number_of(len(others))} other ends"
    best = "the best" if same(end, found.ends[0]) else "not the best"
    return (
        f"**From your Q the search ends at {name(end)}, {best}, for {price}.** There "
        f"{'is' if len(others) == 1 else 'are'} {count}: {listed}. Drag Q over to one and start "
        "again."
    )


def _restless(found: Results, unit: str) -> str:
    assert found.seeking is not None
    end = found.seeking.end
    if end.std < STEP:
        where = f"narrows onto a single bin near {fmt.number(round(end.mean, 2))}"
    else:
        where = "widens or wanders off until the ends of the line cut it off"
    others = fmt.join([f"{name(end)} ({priced(end, unit)})" for end in found.ends] or ["nowhere"])
    return (
        f":orange[**KL(Q‖P)**] finds no rest from your Q: the search {where}, for "
        f"{priced(end, unit)}. From P’s own hills it comes to rest at: {others}."
    )


def left_out(fit: Fit, q: Step) -> float:
    """The share of P that lies more than three of Q's standard deviations from its mean."""
    low, high = q.mean - 3 * q.std, q.mean + 3 * q.std
    if fit.bins:
        outside = [h for x, h in zip(CENTRES, fit.bins, strict=True) if not low <= x <= high]
        return sum(outside) / sum(fit.bins)
    total = sum(hill.weight for hill in fit.hills)
    below = [
        hill.weight
        / total
        * (_below(low, hill.mean, hill.std) + _below(-high, -hill.mean, hill.std))
        for hill in fit.hills
    ]
    return sum(below)


def _below(x: float, mean: float, std: float) -> float:
    return math.erfc((mean - x) / (std * math.sqrt(2))) / 2


@dataclass(frozen=True)
class Start:
    """One search, as the table shows it."""

    start: str
    makes_small: str
    end: str
    steps: int
    price: str
    remark: str


def starts(fit: Fit, found: Results, unit: str) -> list[Start]:
    """Every search that was made, the visitor's first."""
    told = Start(
        f"your Q, {name(fit.q)}",
        "KL(P‖Q)",
        name(found.covering[-1]),
        len(found.covering) - 1,
        priced(found.covering[-1], unit),
        "the least there is",
    )
    if found.seeking is None:
        return [told]
    searches = [(f"your Q, {name(fit.q)}", found.seeking)]
    searches += [(name(search.start), search) for search in found.others]
    return [told, *(_told(who, search, found, unit) for who, search in searches)]


def _told(who: str, search: Search, found: Results, unit: str) -> Start:
    best = bool(found.ends) and same(search.end, found.ends[0])
    remark = "the best that was found" if best else "lowest in its neighbourhood"
    return Start(
        who,
        "KL(Q‖P)",
        name(search.end),
        len(search.path) - 1,
        priced(search.end, unit),
        remark if search.rests else "no rest: stopped at a limit of the search",
    )


SAYINGS = (
    "KL(P‖Q) punishes Q where P is and Q is not: its best Gaussian covers, with P’s own mean and "
    "spread.",
    "KL(Q‖P) punishes Q where Q is and P is not: its best Gaussian seeks one hill.",
    "Training on labels takes the first direction; variational inference takes the second.",
)
ASKED = Fit((Hill(-2, 0.7, 0.7), Hill(2, 0.7, 0.3)), (), Gaussian(2.6, 1))


def question() -> Question:
    """A question whose answer kl_core finds."""
    found = solve(ASKED)
    assert found.seeking is not None
    end, covering = found.seeking.end, found.covering[-1]
    heavy = found.ends[0]
    here, there, both = name(end), name(heavy), name(covering)
    large, small = ASKED.hills
    return Question(
        asks=f"P has {100 * large.weight:.0f}\N{NO-BREAK SPACE}% of its weight in a hill around "
        f"{fmt.number(large.mean)} and the rest in one as wide around "
        f"{fmt.number(small.mean)}. A search for the least KL(Q‖P) starts at {name(ASKED.q)}. "
        "Where does it end?",
        answers=(there, both, here),
        right=here,
        because=f"It goes downhill from where it is, and {fmt.number(small.mean)} is the hill "
        f"beside it. {there} would cost {priced(heavy, 'bits')} instead of "
        f"{priced(end, 'bits')}, but a ridge lies between. {both} is what KL(P‖Q) wants.",
    )

"""Sentences about a fit. A Gaussian is written N(mean, standard deviation)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kl_core import Step
from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.content import Question
from pages.ui.fitting.results import NOTHING, Results, left_out, same, solve
from pages.ui.fitting.state import STEP, Fit, Gaussian, Hill


def name(q: Step | Gaussian) -> str:
    """A Gaussian as the page writes it: "N(−1.2, 2.1)"."""
    return f"N({fmt.number(round(q.mean, 2))}, {fmt.number(round(q.std, 2))})"


def in_unit(step: Step, unit: str) -> str:
    """A divergence with its unit."""
    return fmt.quantity(step.divergence / (math.log(2) if unit == "bits" else 1.0), unit)


def cost(results: Results, unit: str) -> str:
    """What the Q placed by hand costs in each direction, and what would cost least."""
    least = f"least possible {in_unit(results.covering[-1], unit)}"
    forward = f":blue[**KL(P‖Q)**] = {in_unit(results.covering[0], unit)}; {least}."
    if results.seeking is None:
        return f"Your Q = {name(results.fit.q)}. {forward} :orange[**KL(Q‖P)**] = ∞ {unit}."
    least = f"; least found {in_unit(results.ends[0], unit)}" if results.ends else ""
    backward = f":orange[**KL(Q‖P)**] = {in_unit(results.seeking.path[0], unit)}{least}."
    return f"Your Q = {name(results.fit.q)}. {forward} {backward}"


def covers(results: Results) -> str:
    """What the best Q of KL(P‖Q) is like."""
    best, peak = name(results.covering[-1]), results.peak
    says = f":blue[**KL(P‖Q) covers.**] Its best Q, {best}, has P’s own mean and spread"
    if peak < 0.5:
        return (
            f"{says}. It peaks where P’s density is {fmt.percent(peak)} of P’s highest: "
            "better to promise too much there than to leave a hill uncovered."
        )
    return f"{says}, so that nothing P can do comes as a great surprise."


def seeks(results: Results, unit: str) -> str:
    """What the best Q of KL(Q‖P) is like, and where the search from the visitor's Q ended."""
    says = ":orange[**KL(Q‖P)"
    if results.seeking is None:
        return (
            f"{says} is ∞ for every Gaussian.**] Some bins are empty, so P calls them impossible; "
            "a Gaussian reaches everywhere, so Q calls nothing impossible. No Q is the best."
        )
    if not results.ends or not results.seeking.converged:
        return _not_converged(results, unit)
    best, ends = results.ends[0], _where_it_ends(results, unit)
    if same(best, results.covering[-1]) and len(results.ends) == 1:
        agree = "Its best Q is the same: where P is a Gaussian itself, both directions agree."
        return f"{says} seeks.**] {agree}"
    out = left_out(results.fit, best)
    if out > NOTHING:
        beyond = f"{fmt.percent(out)} of P lies more than three standard deviations from its mean"
        return f"{says} seeks.**] Its best Q is {name(best)}; {beyond}. {ends}"
    if len(results.ends) > 1:
        return (
            f"{says} can seek a hill, and here need not.**] The hills are so close that the "
            f"broad {name(best)} costs less than any one of them. {ends}"
        )
    return f"{says} seeks.**] Its best Q is {name(best)}: one hill is all there is. {ends}"


def _where_it_ends(results: Results, unit: str) -> str:
    """Where the search from the visitor's Q ended, and where else one may."""
    assert results.seeking is not None
    end = results.seeking.path[-1]
    price = in_unit(end, unit)
    others = [other for other in results.ends if not same(other, end)]
    if not others:
        return "Every start that was tried ends there, yours too."
    listed = fmt.join([f"{name(other)} ({in_unit(other, unit)})" for other in others])
    count = "another end" if len(others) == 1 else f"{fmt.number_of(len(others))} other ends"
    best = "the best" if same(end, results.ends[0]) else "not the best"
    return (
        f"**From your Q the search ends at {name(end)}, {best}, for {price}.** There "
        f"{'is' if len(others) == 1 else 'are'} {count}: {listed}. Drag Q over to one and start "
        "again."
    )


def _not_converged(results: Results, unit: str) -> str:
    assert results.seeking is not None
    end = results.seeking.path[-1]
    if end.std < STEP:
        where = f"narrows onto a single bin near {fmt.number(round(end.mean, 2))}"
    else:
        where = "widens or wanders off until the ends of the line cut it off"
    others = fmt.join(
        [f"{name(end)} ({in_unit(end, unit)})" for end in results.ends] or ["nowhere"]
    )
    return (
        f":orange[**KL(Q‖P)**] finds no rest from your Q: the search {where}, for "
        f"{in_unit(end, unit)}. From P’s own hills it comes to rest at: {others}."
    )


def starts(results: Results, unit: str) -> list[dict[str, object]]:
    """A row for every search that was made, the visitor's first."""

    def row(who: str, direction: str, path: Sequence[Step], remark: str) -> dict[str, object]:
        return {
            "start": who,
            "makes small": direction,
            "end": name(path[-1]),
            "steps": len(path) - 1,
            "price": in_unit(path[-1], unit),
            "remark": remark,
        }

    yours = f"your Q, {name(results.fit.q)}"
    rows = [row(yours, "KL(P‖Q)", results.covering, "the least there is")]
    searches = [(yours, results.seeking)] if results.seeking else []
    searches += [(name(search.path[0]), search) for search in results.others]
    for who, search in searches:
        remark = "lowest in its neighbourhood"
        if not search.converged:
            remark = "no rest: stopped at a limit of the search"
        elif same(search.path[-1], results.ends[0]):
            remark = "the best that was found"
        rows.append(row(who, "KL(Q‖P)", search.path, remark))
    return rows


ASKED = Fit((Hill(-2, 0.7, 0.7), Hill(2, 0.7, 0.3)), (), Gaussian(2.6, 1))


def question() -> Question:
    """The question, answered by the search itself."""
    results = solve(ASKED)
    assert results.seeking is not None
    end, best = results.seeking.path[-1], results.ends[0]
    large, small = ASKED.hills
    return content.question(
        "fitting/check-yourself",
        weight=f"{100 * large.weight:.0f}\N{NO-BREAK SPACE}%",
        large=fmt.number(large.mean),
        small=fmt.number(small.mean),
        start=name(ASKED.q),
        here=name(end),
        there=name(best),
        both=name(results.covering[-1]),
        cost=in_unit(end, "bits"),
        best=in_unit(best, "bits"),
    )

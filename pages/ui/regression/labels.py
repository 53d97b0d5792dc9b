"""Where names stand beside the ends of curves, so that none covers another."""

from __future__ import annotations

from collections.abc import Mapping

GAP = 0.085  # of a chart's height, from one name to the next


def heights(ends: Mapping[str, float], low: float, top: float) -> dict[str, float]:
    """For each curve the height of its name, as near to its end as the others allow."""
    gap = GAP * (top - low)
    order = sorted(ends, key=lambda name: -ends[name])
    found: dict[str, float] = {}
    most = top
    for name in order:
        found[name] = min(ends[name], most)
        most = found[name] - gap
    least = low
    for name in reversed(order):  # what fell below the bottom pushes the others up again
        found[name] = max(found[name], least)
        least = found[name] + gap
    return found

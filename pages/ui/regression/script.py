"""Points → the Python that prints what the page shows."""

from __future__ import annotations

from pages.ui.regression.cloud import Cloud
from pages.ui.regression.found import Found
from pages.ui.regression.noises import DF


def script(cloud: Cloud, found: Found, place: float, residual: float) -> str:
    """The points' lines, and the cost of one residual, by kl_core alone."""
    points = "".join(f"    ({x:g}, {y:g}),\n" for x, y in cloud.points)
    noises = "".join(f'    "{noise}",\n' for noise in found.lines)
    true = (
        ""
        if cloud.true is None
        else f"""
    a, b = line.intercept - {cloud.true.intercept:g}, line.slope - {cloud.true.slope:g}
    print("  off the true line by", np.sqrt((a + 5 * b) ** 2 + (10 * b) ** 2 / 12))"""
    )
    return f"""\
# A straight line through points, under several noises. kl_core comes with this project.
import kl_core
import numpy as np

points = [  # x, y
{points}]
noises = [
{noises}]
x, y = np.array(points).T
place, residual = {place:g}, {residual:g}

print("least squares by numpy: slope", np.polyfit(x, y, 1)[0])
for noise in noises:
    line = kl_core.fit_line(x, y, noise, df={DF:g})
    print(noise)
    print("  slope", line.slope, "intercept", line.intercept)
    print("  scale", line.scale, "growth", line.growth, "around x =", line.centre)
    print("  mean -log q", line.nats, "nats"){true}
    q, middle = line.noise_at(place), line.predict(place)
    print("  cost of the residual", q.log_prob(middle) - q.log_prob(middle + residual), "nats")
"""

"""The question of the page."""

from __future__ import annotations

import kl_core
from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.regression.noises import DF
from pages.ui.regression.residual import NEAR


def question() -> content.Question:
    """A question whose answer kl_core finds."""
    near, far = 2.0, 20.0
    harder = {
        noise: _slope(assumed, far) / _slope(assumed, near)
        for noise, assumed in (
            ("normal", kl_core.Normal(0, 1)),
            ("laplace", kl_core.Laplace(0, 1)),
            ("student_t", kl_core.StudentT(DF, 0, 1)),
        )
    }
    as_hard = {noise: f"{fmt.number(round(times, 2))} times" for noise, times in harder.items()}
    return content.question(
        "regression/check-yourself",
        near=f"{near:g}",
        far=f"{far:g}",
        normal=as_hard["normal"],
        student=as_hard["student_t"],
        df=f"{DF:g}",
    )


def _slope(assumed: kl_core.Family, r: float) -> float:
    low, high = (-float(assumed.log_prob(r + side * NEAR)) for side in (-1, 1))
    return (high - low) / (2 * NEAR)

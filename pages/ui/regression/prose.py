"""What the page says whatever the points are, and its question."""

from __future__ import annotations

import kl_core
from models.noise import simulation
from pages.ui import formatting as fmt
from pages.ui.content import Question
from pages.ui.regression.noises import DF
from pages.ui.regression.residual import NEAR

NATS = (
    "**Mean −log q** is what each line makes as small as it can: q is the density that the model "
    "gave a point, and −log q the surprise at it. Over many points it comes near "
    "$H(\\text{true}) + \\mathrm{KL}(\\text{true} \\| q)$. The first part, the entropy of the "
    "true noise, does not depend on the model. So the likeliest line is the one of the least "
    "estimated KL, and **least squares is this rule for a Gaussian of one σ**: there "
    "$-\\log q = r^2 / 2\\sigma^2 + \\log \\sigma\\sqrt{2\\pi}$, with $r$ the residual."
)
WARNING = (
    "This is KL from the *noise that the points come from*. KL from the points themselves, each "
    "with a weight of its own, to any density is infinite, because a density gives a single point "
    "probability 0. No fit makes that small."
)
PAPER = (
    "O. Kosheleva and V. Kreinovich ask why deep learning uses KL where older methods used least "
    "squares (2018, on the page *Reference*). **What they argue:** robustness is a possible "
    "explanation, and they offer it as one to teach. **What the paper does not show:** that KL "
    "gives better fits. It reports no experiment, on lines or on nets. Nor can KL and least "
    "squares be rivals before the noise is named: for a Gaussian of one σ they are the same rule."
)
TRUTHS = (
    "Now the noise is known, and no line is in the way. Each assumed kind takes the scale that "
    "brings it nearest to the true noise, by KL(true‖assumed): what fitting comes to with points "
    f"without end. All true noises have half of their draws within ±{simulation.MEDIAN:.3g}, as "
    "a Gaussian with σ = 1 does; the growing one has it in the middle of x. Outliers are drawn "
    f"from a Gaussian with σ = {simulation.OUTLIERS:g}."
)
LOSSES = (
    "A **residual** $r$ is how far a point lies above its line. Seen from the line, the assumed "
    "noise is a loss: $-\\log q(r)$, here less its value at 0. Its slope is the **pull** of the "
    "point at the line. The scales are those of the lines above."
)
SAYINGS = (
    "Least squares makes KL to a Gaussian of one σ as small as it can: it is KL, with an "
    "assumption.",
    "Assume Laplace and the same rule asks for the least absolute error, Student-t for a loss that "
    "lets far points go, a growing σ for weights.",
    "KL is as good as the noise you assume: where it is wrong, the line pays.",
)


def question() -> Question:
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
    as_hard["laplace"] = "as hard as before"
    return Question(
        f"A point lies {near:g} above its line, and then {far:g}. The assumed noise is Laplace. "
        "How hard does the point pull at the line now?",
        (as_hard["normal"], as_hard["laplace"], as_hard["student_t"]),
        as_hard["laplace"],
        "Its loss is the absolute value, which rises equally steeply everywhere. With a Gaussian "
        f"it would be {as_hard['normal']} as hard; with Student-t and {DF:g} degrees of freedom, "
        f"{as_hard['student_t']}: there a far point lets go.",
    )


def _slope(assumed: kl_core.Family, r: float) -> float:
    low, high = (-float(assumed.log_prob(r + side * NEAR)) for side in (-1, 1))
    return (high - low) / (2 * NEAR)

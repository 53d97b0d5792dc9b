"""Where KL divergence goes wrong in libraries that kl_core does not mimic."""

from __future__ import annotations

from pages.ui.reference import sources
from pages.ui.reference.pitfalls.pitfall import Pitfall

PITFALLS = (
    Pitfall(
        "infomeasure 0.6.3 (tried): where Q rules out what P expects, its divergence comes out "
        "below 0 in place of ∞.",
        (sources.INFOMEASURE,),
    ),
    Pitfall(
        "dit 2.3 (tried): it accepts probabilities below 0, and one that is not a number counts "
        "as if it were not there.",
        (sources.DIT,),
    ),
    Pitfall(
        "POT 0.9.7 (tried): an outcome that P and Q both rule out makes its divergence not a "
        "number.",
        (sources.POT,),
    ),
    Pitfall(
        "TensorFlow Probability (read): it checks its parameters only if you ask, by "
        "`validate_args=True`.",
        (sources.TFP,),
    ),
    Pitfall(
        "Optax (read): a target with a probability of 0 has a loss, but the gradient in that "
        "target is not a number.",
        (sources.OPTAX_1786,),
    ),
)

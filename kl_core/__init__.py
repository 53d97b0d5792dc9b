"""KL divergence and its relatives, exact at the edges, on numpy alone.

The conventions, which hold for every function here:

- P is the truth, Q the model, always in that order.
- Results are in nats, or in units of log(base) where `base=` is given.
- Outcomes lie along the last axis, or along `axis=`, counted in each argument as it is passed.
  The other axes are a batch, and batches broadcast.
- 0·log 0 = 0. q = 0 < p gives inf.
- Nothing is clipped, and nothing normalised silently: a distribution is finite, not negative and
  sums to 1 within 1e-9 (float32: 1e-5). Anything else raises ValueError; see `normalize`.
- float32 stays float32. Everything else is computed in float64, as are the parametric families.
- One row gives a number, a batch an array.
- A base or an axis that is not one, and shapes that do not broadcast, raise ValueError.

What mimics another library (`keras_…`, `scipy_…`, `torch_…`) follows that library instead.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kl_core.coding import huffman_code, ideal_code_lengths
from kl_core.conventions import (
    keras_categorical_crossentropy,
    keras_kl_divergence,
    scipy_entropy,
    torch_kl_div,
)
from kl_core.discrete import (
    cross_entropy,
    entropy,
    kl_divergence,
    kl_terms,
    normalize,
    perplexity,
)
from kl_core.divergences import (
    chi2_divergence,
    hellinger_distance,
    jeffreys_divergence,
    js_divergence,
    mutual_information,
    renyi_divergence,
    total_variation,
)
from kl_core.gradients import (
    cross_entropy_target_gradient,
    keras_cross_entropy_logit_gradient,
    keras_kl_logit_gradient,
    kl_target_gradient,
    logit_gradient,
)
from kl_core.softmax import kl_divergence_from_logits, log_softmax, smooth_labels, softmax

if TYPE_CHECKING:
    from kl_core.closed_form import kl
    from kl_core.estimation import (
        CountsEstimate,
        Estimate,
        kl_from_counts,
        kl_from_samples,
        monte_carlo_kl,
    )
    from kl_core.examples import EXAMPLES, Example
    from kl_core.families import (
        Bernoulli,
        Categorical,
        Contaminated,
        Exponential,
        Family,
        Geometric,
        Laplace,
        MultivariateNormal,
        Normal,
        NormalMixture,
        Poisson,
        StudentT,
        Uniform,
    )
    from kl_core.noise import NOISES, NearestNoise, nearest_noise
    from kl_core.projection import (
        GridDensity,
        Projection,
        Step,
        information_projection,
        moment_projection,
    )
    from kl_core.regression import LineFit, fit_line

# Modules of dataclasses, which take longer to define than all the rest: loaded when first asked.
_LATER = {
    "closed_form": ["kl"],
    "estimation": [
        "CountsEstimate",
        "Estimate",
        "kl_from_counts",
        "kl_from_samples",
        "monte_carlo_kl",
    ],
    "examples": ["EXAMPLES", "Example"],
    "families": [
        "Bernoulli",
        "Categorical",
        "Contaminated",
        "Exponential",
        "Family",
        "Geometric",
        "Laplace",
        "MultivariateNormal",
        "Normal",
        "NormalMixture",
        "Poisson",
        "StudentT",
        "Uniform",
    ],
    "noise": ["NOISES", "NearestNoise", "nearest_noise"],
    "projection": [
        "GridDensity",
        "Projection",
        "Step",
        "information_projection",
        "moment_projection",
    ],
    "regression": ["LineFit", "fit_line"],
}

__all__ = [
    "EXAMPLES",
    "NOISES",
    "Bernoulli",
    "Categorical",
    "Contaminated",
    "CountsEstimate",
    "Estimate",
    "Example",
    "Exponential",
    "Family",
    "Geometric",
    "GridDensity",
    "Laplace",
    "LineFit",
    "MultivariateNormal",
    "NearestNoise",
    "Normal",
    "NormalMixture",
    "Poisson",
    "Projection",
    "Step",
    "StudentT",
    "Uniform",
    "chi2_divergence",
    "cross_entropy",
    "cross_entropy_target_gradient",
    "entropy",
    "fit_line",
    "hellinger_distance",
    "huffman_code",
    "ideal_code_lengths",
    "information_projection",
    "jeffreys_divergence",
    "js_divergence",
    "keras_categorical_crossentropy",
    "keras_cross_entropy_logit_gradient",
    "keras_kl_divergence",
    "keras_kl_logit_gradient",
    "kl",
    "kl_divergence",
    "kl_divergence_from_logits",
    "kl_from_counts",
    "kl_from_samples",
    "kl_target_gradient",
    "kl_terms",
    "log_softmax",
    "logit_gradient",
    "moment_projection",
    "monte_carlo_kl",
    "mutual_information",
    "nearest_noise",
    "normalize",
    "perplexity",
    "renyi_divergence",
    "scipy_entropy",
    "smooth_labels",
    "softmax",
    "torch_kl_div",
    "total_variation",
]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


if not TYPE_CHECKING:  # a type checker would take it to have every name

    def __getattr__(name: str) -> Any:
        for module, names in _LATER.items():
            if name in names:
                found = getattr(import_module(f"kl_core.{module}"), name)
                return globals().setdefault(name, found)
        raise AttributeError(f"module 'kl_core' has no attribute {name!r}", name=name)

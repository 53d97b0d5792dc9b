"""KL divergence and related measures, exact at the edges, on numpy alone.

The conventions, which hold for every function here:

- P is the true distribution, Q the model, always in that order.
- Numbers are what numpy reads as real numbers, and Decimal, Fraction and integers of any size,
  rounded to float64. A masked array is refused, also inside a list.
- Logits, as in `p_logits=` and `q_logits=`, mean their softmax; a logit of −inf is a probability
  of 0.
- Results are in nats, or in units of log(base) where `base=` is given.
- Outcomes lie along the last axis, or along `axis=`, counted in each argument as it is passed:
  one axis, several, or None for all of them, as in a joint table. The other axes are a batch, and
  batches broadcast. With `keepdims=True` the axes of outcomes stay, with a size of 1.
- 0·log 0 = 0. q = 0 < p gives inf.
- Nothing is clipped, and nothing normalised silently: a distribution is finite, not negative and
  sums to 1 within 1e-9 (float32: 1e-5; float16 and bfloat16: four times their eps, and half their
  least number for each outcome). Anything else raises ValueError; see `normalize`.
- Results are float32 if all arguments are float32, float16 or bfloat16. Everything else is
  computed in float64, as are the parametric families.
- One row gives a number, a batch an array; a batch may be empty.
- Arguments with labels, as from pandas, must have the same labels in the same order: nothing is
  aligned silently, and differently named values are not compared by position. Results are plain
  numpy, without labels.
- A base or an axis that is not one, and shapes that do not broadcast, raise ValueError.
- An argument of a wrong type raises TypeError: text, None, complex numbers or objects
  as an array, a tensor that numpy cannot read, an axis or n that is not an integer.

Functions that reproduce another library (`keras_…`, `scipy_…`, `torch_…`) follow that library
instead.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

# Where each public name is defined; a module is loaded when one of its names is first asked for.
_PUBLIC = {
    "discrete": "cross_entropy entropy kl_divergence kl_terms normalize perplexity",
    "divergences": "chi2_divergence hellinger_distance jeffreys_divergence js_divergence "
    "psi renyi_divergence total_variation",
    "f_divergences": "f_divergence",
    "logits": "kl_divergence_from_logits log_softmax smooth_labels softmax",
    "gradients": "cross_entropy_gradient cross_entropy_target_gradient kl_divergence_gradient "
    "kl_target_gradient logit_gradient",
    "coding": "huffman_code ideal_code_lengths",
    "compat": "keras_categorical_crossentropy keras_cross_entropy_logit_gradient "
    "keras_kl_divergence keras_kl_logit_gradient scipy_entropy torch_kl_div",
    "distributions": "Bernoulli Beta Binomial Categorical Contaminated Dirichlet Exponential "
    "Family Gamma Geometric Integral Laplace LogNormal MultivariateNormal Normal NormalMixture "
    "Poisson StudentT Uniform kl kl_by_quadrature register_kl",
    "estimate": "Estimate",
    "means": "batch_mean",
    "monte_carlo": "monte_carlo_kl",
    "estimation": "kl_from_counts kl_from_samples",
    "information": "entropy_from_samples mutual_information mutual_information_from_samples",
    "comparison": "compare_counts compare_samples",
    "histograms": "HistogramPair histogram_pair",
    "transport": "wasserstein_distance",
    "projection": "GridDensity Projection Step information_projection moment_projection",
    "regression": "NOISES LineFit NearestNoise fit_line nearest_noise",
}

if TYPE_CHECKING:
    from kl_core.coding import *
    from kl_core.comparison import *
    from kl_core.compat import *
    from kl_core.discrete import *
    from kl_core.distributions import *
    from kl_core.divergences import *
    from kl_core.estimate import *
    from kl_core.estimation import *
    from kl_core.f_divergences import *
    from kl_core.gradients import *
    from kl_core.histograms import *
    from kl_core.information import *
    from kl_core.logits import *
    from kl_core.means import *
    from kl_core.monte_carlo import *
    from kl_core.projection import *
    from kl_core.regression import *
    from kl_core.transport import *
else:  # a type checker would take the module to have every name
    _MODULES = {name: module for module, names in _PUBLIC.items() for name in names.split()}
    __all__ = sorted(_MODULES)

    def __dir__() -> list[str]:
        return sorted([*__all__, *(name for name in globals() if name.startswith("__"))])

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module 'kl_core' has no attribute {name!r}", name=name)
        found = getattr(import_module(f"kl_core.{_MODULES[name]}"), name)
        return globals().setdefault(name, found)

"""What the page Reference shows of kl_core: example lines, and each public name's docstring."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any, NamedTuple

import kl_core
from pages.ui import formatting as fmt

GROUPS = {
    "One distribution": "normalize entropy perplexity ideal_code_lengths huffman_code",
    "KL divergence": "kl_divergence kl_terms cross_entropy kl_divergence_from_logits",
    "Other divergences": "jeffreys_divergence js_divergence renyi_divergence chi2_divergence "
    "total_variation hellinger_distance psi f_divergence mutual_information",
    "Networks": "softmax log_softmax smooth_labels kl_divergence_gradient cross_entropy_gradient "
    "logit_gradient kl_target_gradient cross_entropy_target_gradient",
    "Parametric distributions": "kl Normal MultivariateNormal Laplace LogNormal Exponential Gamma "
    "Uniform Beta Dirichlet Bernoulli Binomial Categorical Poisson Geometric NormalMixture "
    "Family register_kl kl_by_quadrature Integral",
    "From samples and counts": "monte_carlo_kl kl_from_samples kl_from_counts "
    "entropy_from_samples mutual_information_from_samples batch_mean Estimate",
    "Two samples": "compare_samples compare_counts histogram_pair HistogramPair "
    "wasserstein_distance",
    "Projection onto a Normal": "moment_projection information_projection GridDensity "
    "Projection Step",
    "As other libraries compute it": "keras_kl_divergence keras_categorical_crossentropy "
    "keras_kl_logit_gradient keras_cross_entropy_logit_gradient scipy_entropy torch_kl_div",
    "Regression": "fit_line LineFit nearest_noise NearestNoise NOISES StudentT Contaminated",
}


class Entry(NamedTuple):
    """One public name: its signature, the summary and the rest of its docstring."""

    name: str
    signature: str
    summary: str
    details: str


def in_python() -> str:
    """Example lines with their results."""
    p, q = kl_core.normalize([9, 12, 4]), kl_core.normalize([1, 1, 1])
    nats = fmt.quantity(kl_core.kl_divergence(p, q), "nats")
    bits = fmt.quantity(kl_core.kl_divergence(q, p, base=2), "bits")
    return f"""\
import kl_core

p = kl_core.normalize([9, 12, 4])
q = kl_core.normalize([1, 1, 1])
kl_core.kl_divergence(p, q)            # {nats}
kl_core.kl_divergence(q, p, base=2)    # {bits}
kl_core.kl_terms(p, q)                 # each outcome's term; their sum is the first result
"""


@cache
def groups() -> dict[str, tuple[Entry, ...]]:
    """Every public name by topic, in reading order."""
    return {title: tuple(map(_entry, names.split())) for title, names in GROUPS.items()}


def _entry(name: str) -> Entry:
    thing = getattr(kl_core, name)
    if name == "NOISES":
        return Entry(
            name,
            name,
            "The names of the noise models that fit_line and nearest_noise accept.",
            repr(thing),
        )
    summary, _, details = (inspect.getdoc(thing) or "").partition("\n")
    parts = [details.strip(), *(_methods(thing) if inspect.isclass(thing) else ())]
    summary = summary.replace("`", "")  # the page shows it in one typeface
    return Entry(name, name + _arguments(thing), summary, "\n\n".join(parts).strip())


def _methods(family: type) -> list[str]:
    methods = {k: v for base in reversed(family.__mro__) for k, v in vars(base).items()}
    return [
        f"{name}{_arguments(method)}: {inspect.getdoc(method)}"
        for name, method in methods.items()
        if inspect.isfunction(method) and method.__doc__ and not name.startswith("_")
    ]


def _arguments(thing: Any) -> str:
    """The arguments with their defaults; their types are in the docstring, in words."""
    if not callable(thing) or inspect.isabstract(thing):
        return ""
    given = inspect.signature(thing)
    bare = [
        each.replace(annotation=inspect.Parameter.empty)
        for name, each in given.parameters.items()
        if name != "self"
    ]
    return str(given.replace(parameters=bare, return_annotation=inspect.Signature.empty))

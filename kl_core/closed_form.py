"""KL divergence between parametric families, by one short formula a pair."""

from collections.abc import Callable
from typing import Any

import numpy as np

from kl_core import _checks
from kl_core._excess import Floats
from kl_core._ieee import quotient
from kl_core.families import (
    Bernoulli,
    Categorical,
    Exponential,
    Geometric,
    Laplace,
    MultivariateNormal,
    Normal,
    Poisson,
    Uniform,
)
from kl_core.families.family import Family, broadcast, no_formula
from kl_core.formulas import counts, line, mixed

Formula = Callable[[Any, Any], Floats | float]

COUNTS = (Bernoulli, Categorical, Poisson, Geometric)
LINE = (Normal, Laplace, Exponential, Uniform)

FORMULAS: dict[tuple[type, type], Formula] = {
    (Normal, Normal): line.normal_normal,
    (Normal, Laplace): mixed.normal_laplace,
    (Normal, Exponential): mixed.nowhere,
    (Normal, Uniform): mixed.nowhere,
    (Laplace, Normal): mixed.laplace_normal,
    (Laplace, Laplace): line.laplace_laplace,
    (Laplace, Exponential): mixed.nowhere,
    (Laplace, Uniform): mixed.nowhere,
    (Exponential, Normal): mixed.exponential_normal,
    (Exponential, Laplace): mixed.exponential_laplace,
    (Exponential, Exponential): line.exponential_exponential,
    (Exponential, Uniform): mixed.nowhere,
    (Uniform, Normal): mixed.uniform_normal,
    (Uniform, Laplace): mixed.uniform_laplace,
    (Uniform, Exponential): mixed.uniform_exponential,
    (Uniform, Uniform): line.uniform_uniform,
    (MultivariateNormal, MultivariateNormal): line.multivariate_normal,
    (Bernoulli, Bernoulli): counts.bernoulli_bernoulli,
    (Bernoulli, Categorical): counts.bernoulli_categorical,
    (Bernoulli, Poisson): counts.bernoulli_poisson,
    (Bernoulli, Geometric): counts.bernoulli_geometric,
    (Categorical, Bernoulli): counts.categorical_bernoulli,
    (Categorical, Categorical): counts.categorical_categorical,
    (Categorical, Poisson): counts.categorical_poisson,
    (Categorical, Geometric): counts.categorical_geometric,
    (Poisson, Bernoulli): mixed.nowhere,
    (Poisson, Categorical): mixed.nowhere,
    (Poisson, Poisson): counts.poisson_poisson,
    (Poisson, Geometric): mixed.nowhere,
    (Geometric, Bernoulli): counts.geometric_bernoulli,
    (Geometric, Categorical): counts.geometric_categorical,
    (Geometric, Poisson): counts.geometric_poisson,
    (Geometric, Geometric): counts.geometric_geometric,
    # What has mass on counts alone and what has none on any single point share nothing.
    **{(p, q): mixed.nowhere for p in COUNTS for q in LINE},
    **{(p, q): mixed.nowhere for p in LINE for q in COUNTS},
}


def kl(p: Family, q: Family, *, base: float | None = None) -> np.float64 | Floats:
    """Extra code length paid for describing P with Q's code, for P and Q of known families.

    KL(P‖Q) = E log(p(x) / q(x)) for x ~ P, by a formula for each pair of families, in nats, or in
    units of log(base); inf where P has mass that Q has not.
    p, q: families whose batches broadcast → (...), the shape of the batch.
    Raises ValueError for what is no family, for batches that do not broadcast, and for numbers of
    dimensions or outcomes that differ; NotImplementedError, which points to monte_carlo_kl, for
    pairs without a formula.
    Source: Kullback & Leibler (1951), eq. 2.4.
    """
    unit = _checks.unit(base)
    for name, given in (("p", p), ("q", q)):
        if not hasattr(given, "log_prob"):
            came = type(given).__name__
            raise ValueError(
                f"{name} must be a family such as Normal; {came} came: "
                "probabilities go to kl_divergence."
            )
    formula = FORMULAS.get((type(p), type(q)))
    if formula is None:
        raise no_formula(p, q)
    shape = broadcast("the batch of p", "that of q", shapes=[p.batch_shape, q.batch_shape])
    found = np.broadcast_to(formula(p, q), shape)
    return quotient(found, np.asarray(unit))[()] + 0.0  # −0.0 becomes 0.0

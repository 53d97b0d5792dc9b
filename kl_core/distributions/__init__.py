"""Parametric families of distributions, and KL divergence between them."""

from kl_core.distributions import kl_continuous, kl_discrete  # which register their formulas
from kl_core.distributions.base import Family
from kl_core.distributions.continuous import (
    Contaminated,
    Exponential,
    Laplace,
    Normal,
    NormalMixture,
    StudentT,
    Uniform,
)
from kl_core.distributions.discrete import Bernoulli, Categorical, Geometric, Poisson
from kl_core.distributions.kl_registry import kl, register_kl
from kl_core.distributions.multivariate import MultivariateNormal
from kl_core.distributions.quadrature import Integral, kl_by_quadrature

__all__ = [
    "Bernoulli",
    "Categorical",
    "Contaminated",
    "Exponential",
    "Family",
    "Geometric",
    "Integral",
    "Laplace",
    "MultivariateNormal",
    "Normal",
    "NormalMixture",
    "Poisson",
    "StudentT",
    "Uniform",
    "kl",
    "kl_by_quadrature",
    "kl_continuous",
    "kl_discrete",
    "register_kl",
]

"""Parametric families of distributions, each with its log-probability and its samples."""

from kl_core.families.counts import Bernoulli, Categorical, Geometric, Poisson
from kl_core.families.family import Family
from kl_core.families.heavy import Contaminated, StudentT
from kl_core.families.line import Exponential, Laplace, Normal, NormalMixture, Uniform
from kl_core.families.vectors import MultivariateNormal

__all__ = [
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
]

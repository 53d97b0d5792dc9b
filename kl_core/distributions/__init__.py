"""Parametric families of distributions, and KL divergence between them."""

from kl_core.distributions import (  # which register their formulas
    kl_binomial,
    kl_continuous,
    kl_discrete,
    kl_gamma,
    kl_shares,
)
from kl_core.distributions.base import Family
from kl_core.distributions.binomial import Binomial
from kl_core.distributions.continuous import (
    Exponential,
    Laplace,
    Normal,
    StudentT,
    Uniform,
)
from kl_core.distributions.discrete import Bernoulli, Categorical, Geometric, Poisson
from kl_core.distributions.kl_registry import kl, register_kl
from kl_core.distributions.mixtures import Contaminated, NormalMixture
from kl_core.distributions.multivariate import MultivariateNormal
from kl_core.distributions.positive import Gamma, LogNormal
from kl_core.distributions.quadrature import Integral, kl_by_quadrature
from kl_core.distributions.shares import Beta, Dirichlet

__all__ = [
    "Bernoulli",
    "Beta",
    "Binomial",
    "Categorical",
    "Contaminated",
    "Dirichlet",
    "Exponential",
    "Family",
    "Gamma",
    "Geometric",
    "Integral",
    "Laplace",
    "LogNormal",
    "MultivariateNormal",
    "Normal",
    "NormalMixture",
    "Poisson",
    "StudentT",
    "Uniform",
    "kl",
    "kl_binomial",
    "kl_by_quadrature",
    "kl_continuous",
    "kl_discrete",
    "kl_gamma",
    "kl_shares",
    "register_kl",
]

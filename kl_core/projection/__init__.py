"""The Normal nearest to a distribution on the line, in either direction of KL divergence."""

from kl_core.projection.search import (
    Projection,
    Step,
    information_projection,
    moment_projection,
)
from kl_core.projection.targets import GridDensity

__all__ = ["GridDensity", "Projection", "Step", "information_projection", "moment_projection"]

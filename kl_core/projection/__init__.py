"""The Normal nearest to a distribution on the line, by forward or reverse KL."""

from kl_core.projection.search import (
    Projection,
    Step,
    information_projection,
    moment_projection,
)
from kl_core.projection.targets import GridDensity

__all__ = ["GridDensity", "Projection", "Step", "information_projection", "moment_projection"]

"""A component: the plane of codes, with a point to drag."""

from pages.ui.vae.plane.plane import plane

__all__ = ["plane"]

"""A component: the plane of codes, with a point to take hold of."""

from pages.ui.vaes.plane.plane import edited, plane, send

__all__ = ["edited", "plane", "send"]

"""A component: the plane of codes, with a point to take hold of."""

from pages.ui.vae.plane.plane import checked, plane, send

__all__ = ["checked", "plane", "send"]

"""Points to drag, and the four lines fitted to them."""

from pages.ui.regression.points.points import checked, points

__all__ = ["checked", "points"]

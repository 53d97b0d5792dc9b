"""Points to drag, and the four lines through them."""

from pages.ui.regression.points.points import edited, points

__all__ = ["edited", "points"]

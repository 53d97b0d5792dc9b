"""P and Q on the line, and both divergences as maps over every Gaussian."""

from pages.ui.fitting.fitmap.fitmap import checked, fitmap

__all__ = ["checked", "fitmap"]

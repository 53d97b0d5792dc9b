"""Where KL divergence goes wrong, each time with an example that is computed."""

from pages.ui.reference.pitfalls.table import PITFALLS, Shown, shown

__all__ = ["PITFALLS", "Shown", "shown"]

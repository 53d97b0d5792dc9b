"""Pitfalls of KL divergence in libraries and explanations, with computed examples."""

from pages.ui.reference.pitfalls.table import PITFALLS, Shown, shown

__all__ = ["PITFALLS", "Shown", "shown"]

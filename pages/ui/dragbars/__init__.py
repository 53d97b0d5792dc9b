"""The bars of two distributions, to take hold of."""

from pages.ui.dragbars.dragbars import dragbars, edited

__all__ = ["dragbars", "edited"]

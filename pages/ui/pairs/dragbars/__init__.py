"""The bars of two distributions, to take hold of."""

from pages.ui.pairs.dragbars.dragbars import Form, dragbars, edited

__all__ = ["Form", "dragbars", "edited"]

"""The bars of two distributions, to take hold of."""

from pages.ui.dragbars.dragbars import Form, dragbars, edited

__all__ = ["Form", "dragbars", "edited"]

"""The bars of two distributions, to drag."""

from pages.ui.pairs.dragbars.dragbars import Form, checked, dragbars

__all__ = ["Form", "checked", "dragbars"]

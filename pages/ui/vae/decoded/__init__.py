"""A component: the decoder's picture of a point, which follows the hand."""

from pages.ui.vae.decoded.decoded import decoded

__all__ = ["decoded"]

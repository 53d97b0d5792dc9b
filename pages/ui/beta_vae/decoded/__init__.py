"""A component: the image decoded at a point, which follows the drag."""

from pages.ui.beta_vae.decoded.decoded import decoded

__all__ = ["decoded"]

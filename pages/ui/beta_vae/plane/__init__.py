"""A component: the latent space, with a point to drag."""

from pages.ui.beta_vae.plane.plane import plane

__all__ = ["plane"]

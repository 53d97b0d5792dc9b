"""A component: q and the prior p as curves, and KL(q‖p) as the area under q·log(q/p)."""

from pages.ui.vae.gaussian.gaussian import gaussian

__all__ = ["gaussian"]

"""Trained β-VAEs: their latent space, rate and distortion, posterior collapse, samples."""

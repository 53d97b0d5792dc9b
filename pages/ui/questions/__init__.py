"""Questions that people ask, and which divergence a line of code computes."""

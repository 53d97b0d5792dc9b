"""A Gaussian Q fitted to a distribution P on the line, by hand and by search."""

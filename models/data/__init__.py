"""The data sets, and their downloads."""

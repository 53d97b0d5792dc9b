"""What one looks up: formulas, pitfalls, names and sources, and a search in them all."""

"""Runs side by side: which ones, what they say together, and how that is drawn."""

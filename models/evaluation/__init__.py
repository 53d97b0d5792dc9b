"""The quality of predictions, and statistics of repeated runs."""

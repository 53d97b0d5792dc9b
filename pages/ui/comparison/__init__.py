"""Comparison of runs over seeds: which runs, their statistics, and the charts."""

"""Training runs: their settings, the queue they go through, the one or two on show."""

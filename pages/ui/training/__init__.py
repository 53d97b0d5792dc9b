"""Training runs: their settings, the queue, and the one or two that are shown."""

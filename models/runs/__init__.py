"""Training runs: what they are, the queue that starts them, and what they leave on disk."""

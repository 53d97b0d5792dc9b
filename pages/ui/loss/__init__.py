"""One sample of a classifier: its logits, its target, and both losses with their gradients."""

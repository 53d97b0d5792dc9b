"""The page KL divergence in Keras."""

"""What predictions are worth, and what repeated runs say together."""

"""Two distributions over the same outcomes: edited, compared, encoded, sampled from."""

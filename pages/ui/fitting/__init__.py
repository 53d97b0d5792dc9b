"""One Gaussian beside a distribution on the line: placed, measured and searched for."""

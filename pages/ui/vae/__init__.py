"""A variational autoencoder's KL term: a code's Gaussian by hand, and what trained nets make."""

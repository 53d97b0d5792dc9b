"""The KL term of a variational autoencoder, for one Gaussian by hand."""

"""The variational autoencoders: their network, their training, and their decoder in numpy."""

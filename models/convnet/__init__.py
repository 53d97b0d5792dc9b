"""The ConvNet: its network, its training, and its forward pass in numpy."""

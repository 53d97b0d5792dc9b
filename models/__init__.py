"""The ConvNet, its data, its training, and its recorded runs."""

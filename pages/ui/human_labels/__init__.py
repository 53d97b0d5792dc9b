"""People’s votes on the test images as soft labels, beside two networks."""

"""A trained VAE decodes a point. models comes with this project: run this in its folder."""

import numpy as np

from models.vae import decoder, record

# What was on the page
beta = 1
z = (0.5, -1.25)

folder = record.SAVED / record.name(beta)
run, weights = record.load(folder), record.load_weights(folder)
print("rate:", run.last.test_rate, "nats")
print("distortion:", run.last.test_distortion, "nats")

image = decoder.decode(weights, np.array([z]))[0]
print("mean brightness:", image.mean())
for row in image[::2]:  # characters are about twice as high as wide
    print("".join(" .:-=+*#%@"[int(9.99 * bright)] for bright in row))

"""The Gaussian, or the net and the point on show → the Python that prints what the page shows."""

from __future__ import annotations

from pages.ui.vaes import found
from pages.ui.vaes.encoded import Encoded
from pages.ui.vaes.point import Point


def by_hand(q: Encoded) -> str:
    """The KL term of a Gaussian, by kl_core."""
    return f'''\
# The KL term of a VAE, for one picture's code. kl_core comes with this project.
import kl_core
import numpy as np

mean, std = {q.mean:g}, {q.std:g}
q, prior = kl_core.Normal(mean, std), kl_core.Normal(0, 1)
print("KL(q‖p) =", kl_core.kl(q, prior), "nats")
print("closed form:", -0.5 * (1 + np.log(std**2) - mean**2 - std**2), "nats")

x = mean + std * np.linspace(-{found.REACH:g}, {found.REACH:g}, {found.POINTS})
adds = np.exp(q.log_prob(x)) * (q.log_prob(x) - prior.log_prob(x))
print("area above 0:", adds[adds > 0].sum() * (x[1] - x[0]))
print("area below 0:", adds[adds < 0].sum() * (x[1] - x[0]))


def descend(slope_in_log_std):
    """The std after {found.STEPS} steps downhill."""
    now = std
    for _ in range({found.STEPS}):
        now = now * np.exp(-{found.RATE:g} * slope_in_log_std(now))
    return now


print("std down KL:", descend(lambda std: std**2 - 1))
print("std down cross-entropy:", descend(lambda std: std**2))
'''


def decoding(beta: float, z: Point) -> str:
    """The picture of a point, by numpy."""
    return f"""\
# A trained VAE decodes a point. models comes with this project: run this in its folder.
import numpy as np

from models.vae import decoder, record

folder = record.SAVED / record.name({beta:g})
run, weights = record.load(folder), record.load_weights(folder)
print("rate:", run.last.test_rate, "nats")
print("distortion:", run.last.test_distortion, "nats")

picture = decoder.decode(weights, np.array([[{z.first:g}, {z.second:g}]]))[0]
print("mean brightness:", picture.mean())
for row in picture[::2]:  # letters are twice as high as wide
    print("".join(" .:-=+*#%@"[int(9.99 * bright)] for bright in row))
"""

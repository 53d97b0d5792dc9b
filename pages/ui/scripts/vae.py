"""The KL term of a VAE, for one picture's code. kl_core comes with this project."""

import numpy as np

import kl_core

# What was on the page
mean = 1.5
std = 0.4

q, prior = kl_core.Normal(mean, std), kl_core.Normal(0, 1)
print("KL(q‖p) =", kl_core.kl(q, prior), "nats")
print("closed form:", -0.5 * (1 + np.log(std**2) - mean**2 - std**2), "nats")

x = mean + std * np.linspace(-9, 9, 4001)
adds = np.exp(q.log_prob(x)) * (q.log_prob(x) - prior.log_prob(x))
print("area above 0:", adds[adds > 0].sum() * (x[1] - x[0]))
print("area below 0:", adds[adds < 0].sum() * (x[1] - x[0]))


def descend(slope_in_log_std):
    """The std after 100 steps downhill."""
    now = std
    for _ in range(100):
        now = now * np.exp(-0.1 * slope_in_log_std(now))
    return now


print("std down KL:", descend(lambda std: std**2 - 1))
print("std down cross-entropy:", descend(lambda std: std**2))

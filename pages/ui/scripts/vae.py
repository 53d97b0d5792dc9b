"""The KL term of a VAE, for one Gaussian q. kl_core comes with this project."""

import numpy as np

import kl_core

# What was on the page
mean = 1.5
std = 0.4

q, prior = kl_core.Normal(mean, std), kl_core.Normal(0, 1)
print("KL(q‖p) =", kl_core.kl(q, prior), "nats")
print("closed form:", 0.5 * (mean**2 + std**2 - 1 - np.log(std**2)), "nats")

z = mean + std * np.linspace(-9, 9, 4001)
integrand = np.exp(q.log_prob(z)) * (q.log_prob(z) - prior.log_prob(z))
print("area above 0:", integrand[integrand > 0].sum() * (z[1] - z[0]))
print("area below 0:", integrand[integrand < 0].sum() * (z[1] - z[0]))


def descend(gradient_in_log_std):
    """The std after 100 steps of gradient descent with learning rate 0.1."""
    now = std
    for _ in range(100):
        now = now * np.exp(-0.1 * gradient_in_log_std(now))
    return now


print("std after descent on KL:", descend(lambda std: std**2 - 1))
print("std after descent on cross-entropy:", descend(lambda std: std**2))

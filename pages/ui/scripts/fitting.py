"""A Gaussian Q fitted to P by forward and by reverse KL. kl_core is part of this project."""

import numpy as np

import kl_core

# What was on the page
unit = "nats"  # "bits" or "nats"
# Mean, standard deviation and weight of each component of P
components = (
    (-3, 0.8, 0.55),
    (2.5, 1, 0.45),
)
# Without components: the heights of bins of equal width from -8 to 8
heights = ()
mean = 0.4  # of Q, as is std
std = 0.6

in_unit = 1 / np.log(2) if unit == "bits" else 1
q = kl_core.Normal(mean, std)


def true_distribution():
    """P, a distribution of kl_core."""
    if heights:
        x = -8 + 16 / len(heights) * (np.arange(len(heights)) + 0.5)  # the centres of the bins
        return kl_core.GridDensity(x, kl_core.normalize(heights))
    means, stds, weights = np.array(components, float).T
    return kl_core.NormalMixture(kl_core.normalize(weights), means, stds)


def print_path(direction, path):
    """Every step of a search."""
    for number, (mean, std, nats) in enumerate(path):
        print(f"{direction}, step {number}: N({mean}, {std}), {nats * in_unit} {unit}")


p = true_distribution()
print_path("KL(P‖Q)", kl_core.moment_projection(p, start=q).path)
if heights and not all(heights):
    print("KL(Q‖P) = inf for every Gaussian: P has empty bins")
else:
    print_path("KL(Q‖P)", kl_core.information_projection(p, starts=[q])[0].path)
    print("Reverse KL from P's own components or modes, the lowest divergence first:")
    for search in kl_core.information_projection(p):
        print(
            search.fit,
            search.divergence * in_unit,
            unit,
            "" if search.converged else "(no minimum)",
        )

"""P, a Gaussian Q, and the searches for a closer one. kl_core comes with this project."""

import numpy as np

import kl_core

# What was on the page
unit = "nats"  # "bits" or "nats"
# The mean, the standard deviation and the weight of each hill of P
hills = (
    (-3, 0.8, 0.55),
    (2.5, 1, 0.45),
)
# Or, where there are no hills, the heights of bins of equal width from -8 to 8
heights = ()
mean = 0.4  # of Q, as is std
std = 0.6

in_unit = 1 / np.log(2) if unit == "bits" else 1
q = kl_core.Normal(mean, std)


def truth():
    """P as kl_core has it."""
    if heights:
        x = -8 + 16 / len(heights) * (np.arange(len(heights)) + 0.5)  # the middles of the bins
        return kl_core.GridDensity(x, kl_core.normalize(heights))
    means, stds, weights = np.array(hills, float).T
    return kl_core.NormalMixture(kl_core.normalize(weights), means, stds)


def show(direction, path):
    """Every step of a search."""
    for number, (mean, std, nats) in enumerate(path):
        print(f"{direction}, step {number}: N({mean}, {std}), {nats * in_unit} {unit}")


p = truth()
show("KL(P‖Q)", kl_core.moment_projection(p, start=q).path)
if heights and not all(heights):
    print("KL(Q‖P) = inf for every Gaussian: P has empty bins")
else:
    show("KL(Q‖P)", kl_core.information_projection(p, starts=[q])[0].path)
    print("where KL(Q‖P) ends from P's own hills, the best first:")
    for end in kl_core.information_projection(p):
        print(end.fit, end.divergence * in_unit, unit, "" if end.converged else "(no rest)")

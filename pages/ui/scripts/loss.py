"""One sample of a classifier under two losses. kl_core comes with this project."""

import numpy as np

import kl_core

# What was on the page
# The logit of each class
logits = {
    "cat": 2,
    "dog": 1,
    "frog": 0,
    "ship": 0,
    "truck": -1,
}
# The weight of each class in P, before it is smoothed
target = (1, 0, 0, 0, 0)
smoothing = 0.1
step_size = 1  # of gradient descent
steps = 50
as_keras = False  # descend with Keras's gradient instead of the exact one

z = np.array(list(logits.values()), float)
p = kl_core.smooth_labels(kl_core.normalize(target), smoothing)
q = kl_core.softmax(z)
true = p.argmax()

print("KL(P‖Q) =", kl_core.kl_divergence(p, q), "nats")
print("H(P, Q) =", kl_core.cross_entropy(p, q), "nats")
print("H(P) =", kl_core.entropy(p), "nats")
for name, component in zip(logits, kl_core.logit_gradient(p, z), strict=True):
    print(f"gradient of both losses in the logit of {name}: {component}")


def descend(gradient):
    """Q after all steps of gradient descent."""
    logits = z
    for _ in range(steps):
        logits = logits - step_size * gradient(p, logits)
    return kl_core.softmax(logits)


if as_keras:
    by_kl = descend(kl_core.keras_kl_logit_gradient)
    by_cross_entropy = descend(kl_core.keras_cross_entropy_logit_gradient)
else:
    by_kl = by_cross_entropy = descend(kl_core.logit_gradient)
print("Q after descent on KL:", by_kl)
print("Q after descent on H(P, Q):", by_cross_entropy)

print("Keras's KL =", kl_core.keras_kl_divergence(p, q), "nats")
print("its gradient in the true class's logit:", kl_core.keras_kl_logit_gradient(p, z)[true])
for found, given in ((True, z), (False, q)):
    value = kl_core.keras_categorical_crossentropy(p, given, from_logits=found)
    gradient = kl_core.keras_cross_entropy_logit_gradient(p, z, recovers_logits=found)[true]
    way = "from logits" if found else "logits not found"
    print(f"Keras's cross-entropy, {way}: {value} nats, gradient {gradient}")

# A moving target: P as a softmax of its own logits (smoothed, if it has zeros).
p = p if p.all() else kl_core.smooth_labels(p, 0.1)
print("gradient of KL(P‖Q) in P's logits:", kl_core.kl_target_gradient(np.log(p), q))
print("gradient of H(P, Q) in P's logits:", kl_core.cross_entropy_target_gradient(np.log(p), q))

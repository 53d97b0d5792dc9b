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
step_size = 1  # of the descent
steps = 50
as_keras = False  # whether it goes down the slopes as Keras computes them

z = np.array(list(logits.values()), float)
p = kl_core.smooth_labels(kl_core.normalize(target), smoothing)
q = kl_core.softmax(z)
true = p.argmax()

print("KL(P‖Q) =", kl_core.kl_divergence(p, q), "nats")
print("H(P, Q) =", kl_core.cross_entropy(p, q), "nats")
print("H(P) =", kl_core.entropy(p), "nats")
for name, slope in zip(logits, kl_core.logit_gradient(p, z), strict=True):
    print(f"slope of both losses in the logit of {name}: {slope}")


def descend(gradient):
    """Q after all steps."""
    now = z
    for _ in range(steps):
        now = now - step_size * gradient(p, now)
    return kl_core.softmax(now)


if as_keras:
    by_kl = descend(kl_core.keras_kl_logit_gradient)
    by_cross_entropy = descend(kl_core.keras_cross_entropy_logit_gradient)
else:
    by_kl = by_cross_entropy = descend(kl_core.logit_gradient)
print("taught by KL, Q is in the end", by_kl)
print("taught by H(P, Q), it is", by_cross_entropy)

print("Keras's KL =", kl_core.keras_kl_divergence(p, q), "nats")
print("its slope in the true logit:", kl_core.keras_kl_logit_gradient(p, z)[true])
for compiled in (True, False):
    given = z if compiled else q
    value = kl_core.keras_categorical_crossentropy(p, given, from_logits=compiled)
    slope = kl_core.keras_cross_entropy_logit_gradient(p, z, recovers_logits=compiled)[true]
    print("compiled:" if compiled else "eager tf.nn.softmax:", value, "nats, slope", slope)

# Where the target moves: P as a softmax of its own logits (smoothed, if it has zeros).
p = p if p.all() else kl_core.smooth_labels(p, 0.1)
print("slopes of KL(P‖Q) in P's logits:", kl_core.kl_target_gradient(np.log(p), q))
print("slopes of H(P, Q) in P's logits:", kl_core.cross_entropy_target_gradient(np.log(p), q))

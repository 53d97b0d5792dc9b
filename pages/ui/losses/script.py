"""A sample → the Python that prints what the page shows."""

from __future__ import annotations

from pages.ui.losses.sample import Sample


def script(sample: Sample) -> str:
    """The sample's numbers by kl_core alone."""
    slopes = ("keras_kl_logit_gradient", "keras_cross_entropy_logit_gradient")
    kl, cross_entropy = slopes if sample.descent.keras else ("logit_gradient",) * 2
    way = "as Keras computes the slopes" if sample.descent.keras else "exactly"
    return f'''\
# One sample of a classifier under two losses. kl_core comes with this project.
import kl_core
import numpy as np

logits = {{  # class: logit
{_rows(sample)}}}
z, true = np.array(list(logits.values())), {sample.true}
{_target(sample)}
q = kl_core.softmax(z)

print("KL(P‖Q) =", kl_core.kl_divergence(p, q), "nats")
print("H(P, Q) =", kl_core.cross_entropy(p, q), "nats")
print("H(P) =", kl_core.entropy(p), "nats")
for name, slope in zip(logits, kl_core.logit_gradient(p, z)):
    print(f"slope of both losses in the logit of {{name}}: {{slope}}")


def descend(gradient):
    """Every q after {sample.descent.steps} steps, {way}."""
    now = z
    for _ in range({sample.descent.steps}):
        now = now - {sample.descent.rate:g} * gradient(p, now)
    return kl_core.softmax(now)


print("taught by KL, Q is in the end", descend(kl_core.{kl}))
print("taught by H(P, Q), it is", descend(kl_core.{cross_entropy}))

print("Keras's KL =", kl_core.keras_kl_divergence(p, q), "nats")
print("its slope in the true logit:", kl_core.keras_kl_logit_gradient(p, z)[true])
for compiled in (True, False):
    given = (z if compiled else q)
    value = kl_core.keras_categorical_crossentropy(p, given, from_logits=compiled)
    slope = kl_core.keras_cross_entropy_logit_gradient(p, z, recovers_logits=compiled)[true]
    print("compiled:" if compiled else "eager tf.nn.softmax:", value, "nats, slope", slope)

# Where the target moves: P as a softmax of its own logits (smoothed, if it has zeros).
p = p if p.all() else kl_core.smooth_labels(p, 0.1)
print("slopes of KL(P‖Q) in P's logits:", kl_core.kl_target_gradient(np.log(p), q))
print("slopes of H(P, Q) in P's logits:", kl_core.cross_entropy_target_gradient(np.log(p), q))
'''


def _rows(sample: Sample) -> str:
    rows = zip(sample.names, sample.logits, strict=True)
    return "".join(f"    {name!r}: {logit:g},\n" for name, logit in rows)


def _target(sample: Sample) -> str:
    if sample.weights:
        return f"p = kl_core.normalize([{', '.join(f'{w:g}' for w in sample.weights)}])"
    label = "np.eye(len(z))[true]"
    return (
        f"p = {label}"
        if sample.smoothing is None
        else f"p = kl_core.smooth_labels({label}, {sample.smoothing:g})"
    )

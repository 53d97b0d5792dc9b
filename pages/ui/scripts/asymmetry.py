"""Forward and reverse KL of P and Q, their entropies and terms. kl_core comes with this project."""

import kl_core

# What was on the page
unit = "bits"  # "bits" or "nats"
# The weight of each outcome in P and in Q
weights = {
    "heads": (1, 9),
    "tails": (1, 1),
}

base = 2 if unit == "bits" else None
p, q = (kl_core.normalize(column) for column in zip(*weights.values(), strict=True))

print("KL(P‖Q) =", kl_core.kl_divergence(p, q, base=base), unit)
print("KL(Q‖P) =", kl_core.kl_divergence(q, p, base=base), unit)
print("H(P) =", kl_core.entropy(p, base=base), unit)
print("H(Q) =", kl_core.entropy(q, base=base), unit)
print("H(P, Q) =", kl_core.cross_entropy(p, q, base=base), unit)
print("H(Q, P) =", kl_core.cross_entropy(q, p, base=base), unit)

print(f"terms of KL(P‖Q) and of KL(Q‖P), in {unit}:")
to_pq, to_qp = kl_core.kl_terms(p, q, base=base), kl_core.kl_terms(q, p, base=base)
for name, pq, qp in zip(weights, to_pq, to_qp, strict=True):
    print(f"{name}: {pq}, {qp}")

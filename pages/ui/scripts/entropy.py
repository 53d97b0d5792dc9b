"""Entropy, cross-entropy, Huffman codes and a Monte Carlo estimate of KL divergence.

kl_core comes with this project.
"""

import numpy as np

import kl_core

# What was on the page
unit = "bits"  # "bits" or "nats"
# The weight of each outcome in P and in Q
weights = {
    "sun": (6, 1),
    "rain": (1, 1),
    "snow": (1, 2),
}
draws = 100
seed = 1

p, q = (kl_core.normalize(column) for column in zip(*weights.values(), strict=True))

lengths = kl_core.ideal_code_lengths(p, base=2)
for name, length, codeword in zip(weights, lengths, kl_core.huffman_code(p), strict=True):
    print(f"{name}: ideal length {length} bits; Huffman codeword {codeword!r}")
print("H(P) =", kl_core.entropy(p, base=2), "bits")
print("H(P, Q) =", kl_core.cross_entropy(p, q, base=2), "bits")
print("KL(P‖Q) =", kl_core.kl_divergence(p, q, base=2), "bits")
for made_for, code in (("P", kl_core.huffman_code(p)), ("Q", kl_core.huffman_code(q))):
    mean_length = p @ [len(codeword) for codeword in code]
    print(f"Huffman code for {made_for}, mean length under P: {mean_length} bits")

true, model = kl_core.Categorical(p), kl_core.Categorical(q)
drawn = true.sample(np.random.default_rng(seed), draws)
mean = (true.log_prob(drawn) - model.log_prob(drawn)).mean()
if unit == "bits":
    mean = mean / np.log(2)
print(f"mean of log(p/q) over {draws} draws:", mean, unit)

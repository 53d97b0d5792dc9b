"""P in two codes, and a mean that approaches KL. kl_core comes with this project."""

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
for name, length, word in zip(weights, lengths, kl_core.huffman_code(p), strict=True):
    print(f"{name}: ideally {length} bits; in Huffman's code {word!r}")
print("H(P) =", kl_core.entropy(p, base=2), "bits")
print("H(P, Q) =", kl_core.cross_entropy(p, q, base=2), "bits")
print("KL(P‖Q) =", kl_core.kl_divergence(p, q, base=2), "bits")
for made_for, code in (("P", kl_core.huffman_code(p)), ("Q", kl_core.huffman_code(q))):
    mean_length = p @ [len(word) for word in code]
    print(f"Huffman's code made for {made_for}: {mean_length} bits an outcome of P")

truth, model = kl_core.Categorical(p), kl_core.Categorical(q)
drawn = truth.sample(np.random.default_rng(seed), draws)
mean = (truth.log_prob(drawn) - model.log_prob(drawn)).mean()
if unit == "bits":
    mean = mean / np.log(2)
print(f"mean of log(p/q) over {draws} draws:", mean, unit)

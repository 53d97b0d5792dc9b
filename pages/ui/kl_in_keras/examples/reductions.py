"""How Keras reduces a batch, and what sample weights do."""

import keras

p = [[0.5, 0.5], [1.0, 0.0]]
q = [[0.9, 0.1], [0.5, 0.5]]
weights = [1.0, 3.0]

none = keras.losses.KLDivergence(reduction=None)(p, q)  # [0.5108, 0.6931]
mean = keras.losses.KLDivergence()(p, q)  # 0.6020
total = keras.losses.KLDivergence(reduction="sum")(p, q)  # 1.204
# (0.5108 + 3 · 0.6931) / 2: divided by the samples, not by the weights
weighted = keras.losses.KLDivergence()(p, q, sample_weight=weights)  # 1.295
by_weights = keras.losses.KLDivergence(reduction="mean_with_sample_weight")
average = by_weights(p, q, sample_weight=weights)  # 0.6476
metric = keras.metrics.KLDivergence()(p, q, sample_weight=weights)  # 0.6476

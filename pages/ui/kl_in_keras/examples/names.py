"""Every way to ask Keras 3 for KL(P‖Q)."""

import keras

p = [[0.5, 0.5], [1.0, 0.0]]  # y_true, a row per sample
q = [[0.9, 0.1], [0.5, 0.5]]  # y_pred

loss = keras.losses.KLDivergence()(p, q)  # 0.6020
each = keras.losses.kl_divergence(p, q)  # [0.5108, 0.6931]
by_name = keras.losses.get("kl_divergence")(p, q)  # [0.5108, 0.6931]
by_short_name = keras.losses.get("kld")(p, q)  # [0.5108, 0.6931]
metric = keras.metrics.KLDivergence()(p, q)  # 0.6020

"""Every way to ask tf.keras, as TensorFlow 2.21 has it, for KL(P‖Q)."""

import tensorflow as tf

p = [[0.5, 0.5], [1.0, 0.0]]  # y_true, a row per sample
q = [[0.9, 0.1], [0.5, 0.5]]  # y_pred

loss = tf.keras.losses.KLDivergence()(p, q)  # 0.6020
each = tf.keras.losses.kld(p, q)  # [0.5108, 0.6931]
capitals = tf.keras.losses.KLD(p, q)  # [0.5108, 0.6931]
old_name = tf.keras.losses.kullback_leibler_divergence(p, q)  # [0.5108, 0.6931]
by_name = tf.keras.losses.get("kl_divergence")(p, q)  # [0.5108, 0.6931]
metric = tf.keras.metrics.KLDivergence()(p, q)  # 0.6020

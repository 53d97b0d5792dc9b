"""Logits: KL divergence takes none and does not say so; cross-entropy takes them."""

import keras
import numpy as np

p = np.array([[1.0, 0.0, 0.0]])
z = np.array([[2.0, 1.0, 0.0]])  # logits: the output of a last layer without softmax

right = keras.losses.kl_divergence(p, keras.ops.softmax(z))  # [0.4076]
wrong = keras.losses.kl_divergence(p, z)  # [0]
cross_entropy = keras.losses.categorical_crossentropy(p, z, from_logits=True)  # [0.4076]
# Integer labels are no distributions: KL divergence needs them one-hot.
one_hot = keras.ops.one_hot([0], 3)
from_integers = keras.losses.kl_divergence(one_hot, keras.ops.softmax(z))  # [0.4076]

"""Time steps that a Masking layer leaves out count for nothing in the loss."""

import keras
import numpy as np

x = np.ones((1, 3, 2), "float32")
x[0, 1] = 0  # the step to leave out
model = keras.Sequential(
    [keras.layers.Input((3, 2)), keras.layers.Masking(), keras.layers.Dense(2, "softmax")]
)
p = np.array([[[1.0, 0.0], [0.3, 0.7], [1.0, 0.0]]])
each = keras.losses.kl_divergence(p, keras.ops.convert_to_numpy(model(x)))
loss = keras.losses.KLDivergence()(p, model(x))
difference = loss - (each[0, 0] + each[0, 2]) / 2  # 0

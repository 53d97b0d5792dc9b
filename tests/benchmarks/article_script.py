"""The source article's ConvNet script, with only the loss's name and the data loading replaced.

The yardstick for memory and time: float32 arrays and one `model.fit`. Run it through
`bench_training.py`, or by hand: python -m tests.benchmarks.article_script EPOCHS
"""

import sys

from models.data import datasets

data = datasets.load("cifar10")

import keras  # noqa: E402
from keras import layers  # noqa: E402

input_train = data.train_images.astype("float32") / 255
input_test = data.test_images.astype("float32") / 255
target_train = keras.utils.to_categorical(data.train_labels, 10)
target_test = keras.utils.to_categorical(data.test_labels, 10)
del data

model = keras.Sequential(
    [
        layers.Input((32, 32, 3)),
        layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
        layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Dropout(0.50),
        layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
        layers.MaxPooling2D(pool_size=(2, 2)),
        layers.Dropout(0.50),
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile(loss="kl_divergence", optimizer=keras.optimizers.Adam(), metrics=["accuracy"])
model.fit(
    input_train,
    target_train,
    batch_size=250,
    epochs=int(sys.argv[1]),
    verbose=2,
    validation_split=0.2,
)
model.evaluate(input_test, target_test, verbose=0)

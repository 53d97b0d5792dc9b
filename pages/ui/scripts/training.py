"""Training in Keras, with the same initial weights and order of images as in the project."""

import keras
import numpy as np
from keras import layers

# What was on the page
data = "shapes"  # "shapes": drawings; "cifar10": photographs, which Keras downloads
loss = "kl_divergence"  # "kl_divergence" or "categorical_crossentropy"
seed = 1
epochs = 1
images = None  # how many to train and validate with; None: all
batch_size = 250
validation_split = 0.2  # fraction of the images held out for validation: the last ones
label_smoothing = 0
precision = "float32"  # "float32" or "mixed_bfloat16"

keras.utils.set_random_seed(seed)
keras.config.set_dtype_policy(precision)

if data == "cifar10":
    (x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()
else:
    from models.data import datasets  # part of this project: run the script in its folder

    drawings = datasets.load("shapes")
    x_train, y_train = drawings.train_images, drawings.train_labels
    x_test, y_test = drawings.test_images, drawings.test_labels


def labels(classes):
    """One-hot labels, smoothed."""
    one_hot = keras.utils.to_categorical(classes, 10)
    return (1 - label_smoothing) * one_hot + label_smoothing / 10


x_train, y_train = x_train[:images], labels(y_train[:images])
x_test, y_test = x_test / np.float32(255), labels(y_test)
split = int(len(x_train) * (1 - validation_split))
x_val, y_val = x_train[split:] / np.float32(255), y_train[split:]

model = keras.Sequential(
    [
        layers.Input((32, 32, 3)),
        layers.Conv2D(32, (3, 3), activation="relu"),
        layers.MaxPooling2D((2, 2)),
        layers.Dropout(0.5),
        layers.Conv2D(64, (3, 3), activation="relu"),
        layers.MaxPooling2D((2, 2)),
        layers.Dropout(0.5),
        layers.Flatten(),
        layers.Dense(256, activation="relu"),
        layers.Dense(10, activation="softmax", dtype="float32"),
    ]
)
model.compile(loss=loss, optimizer="adam", metrics=["accuracy"])


def batches():
    """The batches of all epochs; the order of an epoch depends on the seed and the epoch."""
    for epoch in range(1, epochs + 1):
        order = np.random.default_rng([seed, epoch]).permutation(split)
        for start in range(0, split, batch_size):
            chosen = order[start : start + batch_size]
            yield x_train[chosen] / np.float32(255), y_train[chosen]


history = model.fit(
    batches(),
    steps_per_epoch=-(-split // batch_size),
    epochs=epochs,
    validation_data=(x_val, y_val),
    validation_batch_size=batch_size,
)
test_loss, accuracy = model.evaluate(x_test, y_test, batch_size=batch_size, verbose=0)
print(f"test loss {test_loss:.4f}, test accuracy {accuracy:.1%} on {len(x_test):,} images")

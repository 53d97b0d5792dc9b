"""The training engine: a spec and a data set in, epochs and a run out; no user interface."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

import kl_core
from models.convnet.checkpoint import Checkpoint, check_spec
from models.convnet.losses import KERAS_LOSSES, count_dead
from models.convnet.network import build
from models.data.datasets import Dataset
from models.evaluation.predictions import Predictions
from models.runs import environment
from models.runs.record import EpochResult, Run, TestResult
from models.runs.spec import RunSpec
from models.runs.store import Finished

Weights = dict[str, NDArray[np.float32]]
OnEpoch = Callable[[Checkpoint], None]
OnBatch = Callable[[int, int, int], None]  # epoch from 1, batches done in it, batches in all


def train(
    spec: RunSpec,
    data: Dataset,
    on_epoch: OnEpoch,
    on_batch: OnBatch = lambda epoch, done, batches: None,
    start: Checkpoint | None = None,
) -> Finished:
    """Train the ConvNet as `spec` says.

    `on_epoch` gets a checkpoint as each epoch ends, `on_batch` is called for each batch; an
    exception in either stops the training and is passed on. From the checkpoint `start`, training
    resumes with identical results: the run and its weights are the same, bit for bit.
    Raises ValueError if the spec has more images than there are, or `start` has another spec or
    was made under other conditions.
    """
    images, labels = data.train_images[: spec.images], data.train_labels[: spec.images]
    if spec.images is not None and len(images) < spec.images:
        raise ValueError(f"images must be at most {len(images):,}; got {spec.images:,}.")
    # The last images are held out, unshuffled, as in Keras's validation_split.
    split = spec.trained_on(len(images))
    training = Batches(images[:split], labels[:split], spec.batch_size)
    validation = Batches(images[split:], labels[split:], spec.batch_size)

    network = Network(spec)
    history: list[EpochResult] = []
    if start:
        _check_start(start, spec)
        network.restore(start.arrays)
        history += start.history
    for epoch in range(len(history) + 1, spec.epochs + 1):
        began = time.monotonic()
        order = np.random.default_rng([spec.seed, epoch]).permutation(split)
        learned = network.learn(training, order, partial(on_batch, epoch))
        loss, accuracy = network.evaluate(validation)
        seconds = round(time.monotonic() - began, 3)
        history.append(EpochResult(epoch, *learned[:2], loss, accuracy, learned[2], seconds))
        on_epoch(Checkpoint(spec, tuple(history), conditions(), network.arrays()))
    test_set = Batches(data.test_images, data.test_labels, spec.batch_size)
    test = network.evaluate(test_set)
    run = Run(
        id=spec.id,
        spec=spec,
        history=tuple(history),
        test=TestResult(*test, len(data.test_labels)),
        images={"training": split, "validation": len(images) - split},
        files=data.files,
        versions=environment.versions(),
        machine=environment.describe(),
    )
    predicted = {"validation": network.predict(validation), "test": network.predict(test_set)}
    return Finished(run, network.weights(), predicted)


class Batches:
    """Batches of pixels and labels, gathered one at a time, so that the whole set stays uint8."""

    def __init__(self, images: NDArray[np.uint8], labels: NDArray[np.uint8], size: int) -> None:
        self.images, self.labels, self.size = images, labels, size

    def __len__(self) -> int:
        return math.ceil(len(self.images) / self.size)

    def gather(
        self, order: NDArray[np.int64] | None = None
    ) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
        """Every sample once, in this order; by default in that of the data set."""
        for start in range(0, len(self.images), self.size):
            here = slice(start, start + self.size)
            chosen = here if order is None else order[here]
            yield self.images[chosen], self.labels[chosen]


class Network:
    """The ConvNet with its optimizer, and one compiled step to learn and one to evaluate.

    A custom loop instead of `model.fit`: it can stop between any two batches, it keeps no float
    copy of the images, and its steps also count the dead zone. Its figures are those of `fit`, up
    to rounding in the mean over an epoch.
    """

    def __init__(self, spec: RunSpec) -> None:
        keras.utils.set_random_seed(spec.seed)
        self.model = build(spec.precision)
        self.optimizer = keras.optimizers.Adam()
        self.optimizer.build(self.model.trainable_variables)
        self.loss = KERAS_LOSSES[spec.loss]()
        one_hot = np.eye(10, dtype=np.float32)
        self.targets = tf.constant(kl_core.smooth_labels(one_hot, spec.label_smoothing))
        # Not compiled by XLA, which trains this network about ten times slower on a CPU.
        self._learn = tf.function(self._learn_batch, jit_compile=False)
        self._evaluate = tf.function(self._evaluate_batch, jit_compile=False)
        self._predict = tf.function(self._predict_batch, jit_compile=False)
        # An argument of the steps: for a constant, TensorFlow multiplies by its rounded inverse.
        self._white = tf.constant(255.0)

    def learn(
        self, batches: Batches, order: NDArray[np.int64], on_batch: Callable[[int, int], None]
    ) -> tuple[float, float, int]:
        """One epoch: mean loss, accuracy, and the number of samples in the dead zone."""
        loss, right, dead = 0.0, 0, 0
        for done, (pixels, labels) in enumerate(batches.gather(order), 1):
            values = self._learn(pixels, labels, self._white)
            loss += float(values[0]) * len(labels)
            right += int(values[1])
            dead += int(values[2])
            on_batch(done, len(batches))
        return loss / len(order), right / len(order), dead

    def evaluate(self, batches: Batches) -> tuple[float, float]:
        """Mean loss and accuracy, dropout off."""
        loss, right = 0.0, 0
        for pixels, labels in batches.gather():
            values = self._evaluate(pixels, labels, self._white)
            loss += float(values[0]) * len(labels)
            right += int(values[1])
        return loss / len(batches.labels), right / len(batches.labels)

    def predict(self, batches: Batches) -> Predictions:
        """The predictions, dropout off."""
        q = [np.asarray(self._predict(pixels, self._white)) for pixels, _ in batches.gather()]
        return Predictions.of(np.concatenate(q), batches.labels)

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """The weights by name."""
        names = (weight.path.removeprefix("convnet/") for weight in self.model.weights)
        return dict(zip(names, map(np.asarray, self.model.weights), strict=True))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All that the next step depends on: weights, dropout's seeds, the optimizer's state."""
        return {name: np.asarray(variable) for name, variable in self._state().items()}

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Restore `arrays`. Raises ValueError if they are not of this network."""
        state = self._state()
        if arrays.keys() != state.keys():
            raise ValueError("The checkpoint belongs to another network.")
        for name, variable in state.items():
            variable.assign(arrays[name])  # raises ValueError for another shape

    def _state(self) -> dict[str, keras.Variable]:
        # By number: Keras numbers unnamed layers across all networks of a process.
        parts = {"model": self.model.variables, "optimizer": self.optimizer.variables}
        return {
            f"{part}_{number}": variable
            for part, variables in parts.items()
            for number, variable in enumerate(variables)
        }

    def _learn_batch(self, pixels: Any, labels: Any, white: Any) -> tuple[Any, Any, Any]:
        with tf.GradientTape() as tape:
            q, loss = self._forward(pixels, labels, white, training=True)
        variables = self.model.trainable_variables
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        return loss, _count_right(q, labels), count_dead(q, labels)

    def _evaluate_batch(self, pixels: Any, labels: Any, white: Any) -> tuple[Any, Any]:
        q, loss = self._forward(pixels, labels, white, training=False)
        return loss, _count_right(q, labels)

    def _predict_batch(self, pixels: Any, white: Any) -> Any:
        return self.model(tf.cast(pixels, tf.float32) / white, training=False)

    def _forward(self, pixels: Any, labels: Any, white: Any, training: bool) -> tuple[Any, Any]:
        q = self.model(tf.cast(pixels, tf.float32) / white, training=training)
        return q, self.loss(tf.gather(self.targets, tf.cast(labels, tf.int32)), q)


def _count_right(q: Any, labels: Any) -> Any:
    return tf.math.count_nonzero(tf.argmax(q, axis=1) == tf.cast(labels, tf.int64))


def conditions() -> dict[str, str]:
    """The conditions that decide a run's last digits besides its spec."""
    return {**environment.describe(), **environment.versions()}


def _check_start(start: Checkpoint, spec: RunSpec) -> None:
    check_spec(start, spec)
    now = conditions()
    changed = [name for name in now if start.conditions.get(name) != now[name]]
    if changed:
        then_and_now = "; ".join(
            f"{name} {start.conditions.get(name)}, now {now[name]}" for name in changed
        )
        raise ValueError(
            f"This run began under other conditions ({then_and_now}), so it cannot resume with "
            "identical results. Train it again."
        )

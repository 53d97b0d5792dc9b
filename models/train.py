"""The training engine: a spec and a data set in, epochs and a run out. It knows no screen."""

from __future__ import annotations

import math
import platform
import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

import kl_core
from models import convnet
from models.datasets import Dataset
from models.losses import KERAS_LOSSES
from models.spec import EpochResult, Run, RunSpec, TestResult

Weights = dict[str, NDArray[np.float32]]
OnEpoch = Callable[[EpochResult], None]
OnBatch = Callable[[int, int, int], None]  # epoch from 1, batches done in it, batches in all


def train(
    spec: RunSpec,
    data: Dataset,
    on_epoch: OnEpoch,
    on_batch: OnBatch = lambda epoch, done, batches: None,
    verbose: int = 0,
) -> tuple[Run, Weights]:
    """Train the ConvNet as `spec` says; the run, and its weights by name.

    `on_epoch` gets each epoch as it ends, `on_batch` each batch; what either raises stops the
    training and comes out here. `verbose` is Keras's.
    Raises ValueError where the spec asks for more images than there are.
    """
    images, labels = data.train_images[: spec.images], data.train_labels[: spec.images]
    if spec.images is not None and len(images) < spec.images:
        raise ValueError(f"images must be at most {len(images):,}; got {spec.images:,}.")
    # The last share is held out, unshuffled, as in Keras's validation_split.
    split = math.floor(len(images) * (1 - spec.validation_split))
    train_batches = Batches(images[:split], labels[:split], spec, shuffled=True)
    reporter = _Reporter(on_epoch, on_batch, len(train_batches))

    keras.utils.set_random_seed(spec.seed)
    model = convnet.build(spec.precision)
    model.compile(optimizer="adam", loss=KERAS_LOSSES[spec.loss](), metrics=["accuracy"])
    model.fit(
        train_batches,
        epochs=spec.epochs,
        validation_data=Batches(images[split:], labels[split:], spec),
        callbacks=[reporter],
        verbose=verbose,
        shuffle=False,  # Batches shuffles, so that the order depends on seed and epoch alone.
    )
    loss, accuracy = model.evaluate(Batches(data.test_images, data.test_labels, spec), verbose=0)
    run = Run(
        id=spec.id,
        spec=spec,
        history=tuple(reporter.history),
        test=TestResult(float(loss), float(accuracy), len(data.test_labels)),
        images={"training": split, "validation": len(images) - split},
        files=data.files,
        versions=_versions(),
    )
    return run, {w.path.removeprefix("convnet/"): np.asarray(w) for w in model.weights}


class Batches(keras.utils.PyDataset):
    """Batches of pixels / 255 and targets, converted one batch at a time.

    The whole set stays uint8: a quarter of the memory of float32.
    """

    def __init__(
        self,
        images: NDArray[np.uint8],
        labels: NDArray[np.uint8],
        spec: RunSpec,
        shuffled: bool = False,
    ) -> None:
        super().__init__()
        self.images, self.labels, self.spec, self.shuffled = images, labels, spec, shuffled
        one_hot = np.eye(10, dtype=np.float32)
        self.targets = kl_core.smooth_labels(one_hot, spec.label_smoothing)
        self.order = np.arange(len(images))
        self.epoch = 0

    def __len__(self) -> int:
        return math.ceil(len(self.images) / self.spec.batch_size)

    def on_epoch_begin(self) -> None:
        """Order the samples anew: a function of seed and epoch, whatever happened before."""
        self.epoch += 1
        if self.shuffled:
            self.order = np.random.default_rng([self.spec.seed, self.epoch]).permutation(
                len(self.images)
            )

    def __getitem__(self, index: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        size = self.spec.batch_size
        chosen = self.order[index * size : (index + 1) * size]
        pixels = self.images[chosen].astype(np.float32)
        pixels /= 255
        return pixels, self.targets[self.labels[chosen]]


class _Reporter(keras.callbacks.Callback):
    """Turns Keras's callbacks into ours."""

    def __init__(self, on_epoch: OnEpoch, on_batch: OnBatch, batches: int) -> None:
        super().__init__()
        self.report_epoch, self.report_batch, self.batches = on_epoch, on_batch, batches
        self.epoch, self.started = 0, 0.0
        self.history: list[EpochResult] = []

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self.epoch, self.started = epoch + 1, time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self.report_batch(self.epoch, batch + 1, self.batches)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        figures = {name: float(value) for name, value in (logs or {}).items()}
        seconds = round(time.monotonic() - self.started, 3)
        result = EpochResult(epoch=epoch + 1, seconds=seconds, **figures)
        self.history.append(result)
        self.report_epoch(result)


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    packages = ("keras", "tensorflow", "numpy")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}

"""The training of a variational autoencoder."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

import kl_core
from models.data.fashion_mnist import FashionMnist
from models.runs import environment
from models.vae import record
from models.vae.network import build_decoder, build_encoder
from models.vae.record import Codes, VaeEpoch, VaeRun

BATCH = 128
SHOWN = 2_000  # test pictures whose q(z given x) is recorded
AT_ONCE = 1_000  # pictures in a batch of evaluation

OnEpoch = Callable[[VaeEpoch], None]


def train(
    beta: float,
    data: FashionMnist,
    on_epoch: OnEpoch,
    epochs: int,
    seed: int,
) -> tuple[VaeRun, dict[str, NDArray[np.float32]], Codes]:
    """Train one VAE on cross-entropy of the pixels + β·KL(N(mean, var)‖N(0, 1)).

    → the run, the weights by name, and q(z given x) of the first 2,000 test pictures. The order of
    the pictures and the noise in the latents are functions of seed and epoch.
    Raises ValueError if training diverges.
    Source: Kingma & Welling (2014); for β, Higgins et al. (2017).
    """
    network = Network(beta, seed)
    entropy = {"training": _entropy(data.train_images), "test": _entropy(data.test_images)}
    history: list[VaeEpoch] = []
    for epoch in range(1, epochs + 1):
        began = time.monotonic()
        order = np.random.default_rng([seed, epoch]).permutation(len(data.train_images))
        learned = network.learn(data.train_images, order, epoch)
        evaluated = network.evaluate(data.test_images)
        if not np.isfinite([learned, evaluated]).all():
            raise ValueError(f"Training with β = {beta:g} diverged in epoch {epoch}.")
        history.append(
            VaeEpoch(
                epoch,
                float(learned[0]) - entropy["training"],
                float(learned[1]),
                float(evaluated[0]) - entropy["test"],
                float(evaluated[1]),
                round(time.monotonic() - began, 3),
            )
        )
        on_epoch(history[-1])
    codes = network.encode(data.test_images, data.test_labels)
    run = VaeRun(
        beta=beta,
        seed=seed,
        epochs=epochs,
        batch_size=BATCH,
        images={"training": len(data.train_images), "test": len(data.test_images)},
        pixel_entropy=entropy,
        history=tuple(history),
        rates=tuple(record.rates(codes).mean(axis=0).tolist()),
        spreads=tuple(codes.mean.astype(np.float64).var(axis=0).tolist()),
        files=data.files,
        versions=environment.versions(),
        machine=environment.describe(),
    )
    shown = Codes(codes.mean[:SHOWN], codes.std[:SHOWN], codes.labels[:SHOWN])
    return run, network.weights(), shown


class Network:
    """Encoder and decoder with their optimizer, and compiled steps of training and evaluation."""

    def __init__(self, beta: float, seed: int) -> None:
        keras.utils.set_random_seed(seed)
        self.beta, self.seed = beta, seed
        self.encoder, self.decoder = build_encoder(), build_decoder()
        self.variables = self.encoder.trainable_variables + self.decoder.trainable_variables
        self.optimizer = keras.optimizers.Adam()
        self.optimizer.build(self.variables)
        self._learn = tf.function(self._learn_batch, jit_compile=False)
        self._evaluate = tf.function(self._forward, jit_compile=False)

    def learn(
        self, images: NDArray[np.uint8], order: NDArray[np.int64], epoch: int
    ) -> NDArray[np.float64]:
        """One epoch: mean cross-entropy of the pixels and mean KL, in nats a picture."""
        sums = np.zeros(2)
        for batch, start in enumerate(range(0, len(order), BATCH)):
            chosen = images[order[start : start + BATCH]]
            noise = tf.constant([self.seed, (epoch << 16) + batch])
            sums += len(chosen) * np.asarray(self._learn(chosen, noise))
        return sums / len(order)

    def evaluate(self, images: NDArray[np.uint8]) -> NDArray[np.float64]:
        """The same without training, with one draw of z from q(z given x) of each picture."""
        sums = np.zeros(2)
        for start in range(0, len(images), AT_ONCE):
            chosen = images[start : start + AT_ONCE]
            sums += len(chosen) * np.asarray(
                self._evaluate(chosen, tf.constant([self.seed, start]))
            )
        return sums / len(images)

    def encode(self, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Codes:
        """q(z given x) of pictures."""
        parts = [
            self.encoder(_pixels(images[start : start + AT_ONCE]), training=False)
            for start in range(0, len(images), AT_ONCE)
        ]
        mean, log_var = (np.concatenate([np.asarray(p[i]) for p in parts]) for i in (0, 1))
        return Codes(mean, np.exp(log_var / 2), labels)

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """The weights by name."""
        return {
            f"{part.name}/{'/'.join(weight.path.split('/')[-2:])}": np.asarray(weight)
            for part in (self.encoder, self.decoder)
            for weight in part.weights
        }

    def _learn_batch(self, images: Any, seed: Any) -> Any:
        with tf.GradientTape() as tape:
            cross_entropy, kl = tf.unstack(self._forward(images, seed))
            loss = cross_entropy + self.beta * kl
        self.optimizer.apply(tape.gradient(loss, self.variables), self.variables)
        return tf.stack([cross_entropy, kl])

    def _forward(self, images: Any, seed: Any) -> Any:
        pixels = _pixels(images)
        mean, log_var = self.encoder(pixels)
        noise = tf.random.stateless_normal(tf.shape(mean), seed)
        logits = self.decoder(mean + tf.exp(log_var / 2) * noise)
        cross_entropy = tf.nn.sigmoid_cross_entropy_with_logits(labels=pixels, logits=logits)
        kl = -0.5 * (1 + log_var - mean**2 - tf.exp(log_var))
        count = tf.cast(tf.shape(images)[0], tf.float32)
        return tf.stack([tf.reduce_sum(part) / count for part in (cross_entropy, kl)])


def _pixels(images: Any) -> Any:
    return tf.cast(images, tf.float32)[..., None] / 255.0


def _entropy(images: NDArray[np.uint8]) -> float:
    """The mean entropy of the pictures, each pixel a Bernoulli variable, in nats a picture."""
    counts = np.bincount(images.ravel(), minlength=256)
    white = np.arange(256) / 255
    each = kl_core.entropy(np.stack([white, 1 - white], axis=1))
    return float(counts @ np.asarray(each) / len(images))

"""Two networks that nobody trained on six images, and pairs of such: counted by hand."""

import math

import numpy as np

from models.data.cifar10 import CLASSES
from models.evaluation.agreement import Agreement
from models.evaluation.metrics import Mean, Share
from models.evaluation.predictions import Predictions
from pages.ui.evaluation.results import Comparison, Evaluation, LossOrSeed, PairedEvaluation
from tests.made_up import CE, KL

BIRD, CAT, DOG = (CLASSES.index(name) for name in ("bird", "cat", "dog"))


def predicted(labels, classes, confidence=0.8, k=10):
    """It gives `confidence` to its class, and as much to each other one."""
    q = np.full((len(labels), k), (1 - confidence) / (k - 1))
    q[np.arange(len(labels)), classes] = confidence
    return Predictions.of(q, np.array(labels, np.uint8))


def network(*those):
    """Such a network, evaluated."""
    return Evaluation.of(predicted(*those))


def with_losses(*nats):
    """That of a network whose KL from each label is given."""
    log_q = np.array([[-c, math.log(-math.expm1(-c)) if c else -math.inf] for c in nats])
    return Evaluation.of(Predictions(log_q, np.zeros(len(nats), np.uint8)))


# Three cats, two dogs and a bird. KL's network: one cat and the bird wrong; the other: both dogs.
LABELS = [CAT, CAT, CAT, DOG, DOG, BIRD]
BOTH = PairedEvaluation(
    network(LABELS, [CAT, CAT, DOG, DOG, DOG, CAT]),
    network(LABELS, [CAT, CAT, CAT, CAT, BIRD, BIRD], 0.45),
)


def alike(seeds, same, js, kl, loss=""):
    mean, there, back = (Mean(value, 0.01, 1000) for value in (js, kl - 0.01, kl + 0.01))
    return Comparison(seeds, Agreement(Share(same, 1000), there, back, mean), loss)


PAIRS = LossOrSeed(
    (alike((1, 1), 860, 0.02, 0.1), alike((2, 2), 880, 0.03, 0.2)),
    (alike((1, 2), 800, 0.05, 0.4, KL),),
    (alike((1, 2), 790, 0.06, 0.5, CE),),
    (),
    (alike((1, 1), 850, 0.03, 0.2, KL), alike((1, 1), 870, 0.02, 0.1, CE)),
)

"""Two networks that nobody trained on six images, and pairs of such: counted by hand."""

import math

import numpy as np

from models.data.cifar10 import CLASSES
from models.evaluation.agreement import Agreement
from models.evaluation.metrics import Mean, Share
from models.evaluation.predictions import Predictions
from pages.ui.predictions.quality.results import Comparison, LossOrSeed, PairedEvaluation, Quality

BIRD, CAT, DOG = (CLASSES.index(name) for name in ("bird", "cat", "dog"))


def predicted(labels, guesses, sure=0.8, classes=10):
    """It gives `sure` to its guess, and the other classes equal shares of the rest."""
    q = np.full((len(labels), classes), (1 - sure) / (classes - 1))
    q[np.arange(len(labels)), guesses] = sure
    return Predictions.of(q, np.array(labels, np.uint8))


def net(*said):
    """The quality of such a network."""
    return Quality.of(predicted(*said))


def with_losses(*nats):
    """That of a network whose KL from each label is given."""
    log_q = np.array([[-c, math.log(-math.expm1(-c)) if c else -math.inf] for c in nats])
    return Quality.of(Predictions(log_q, np.zeros(len(nats), np.uint8)))


# Three cats, two dogs and a bird. KL's net: one cat and the bird wrong; the other: both dogs.
LABELS = [CAT, CAT, CAT, DOG, DOG, BIRD]
BOTH = PairedEvaluation(
    net(LABELS, [CAT, CAT, DOG, DOG, DOG, CAT]), net(LABELS, [CAT, CAT, CAT, CAT, BIRD, BIRD], 0.45)
)


def alike(seeds, same, js, kl):
    mean, there, back = (Mean(value, 0.01, 1000) for value in (js, kl - 0.01, kl + 0.01))
    return Comparison(seeds, Agreement(Share(same, 1000), there, back, mean))


PAIRS = LossOrSeed(
    (alike((1, 1), 860, 0.02, 0.1), alike((2, 2), 880, 0.03, 0.2)),
    (alike((1, 2), 800, 0.05, 0.4),),
    (alike((1, 2), 790, 0.06, 0.5),),
    (),
)

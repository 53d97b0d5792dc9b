"""Two networks that nobody trained on six images, and pairs of such: counted by hand."""

import numpy as np

from models.data.cifar10 import CLASSES
from models.evaluation.agreement import Agreement
from models.evaluation.metrics import Mean, Share
from models.evaluation.predictions import Predictions
from pages.ui.predictions.quality.results import Comparison, LossOrSeed, PairedEvaluation, Quality

BIRD, CAT, DOG = (CLASSES.index(name) for name in ("bird", "cat", "dog"))


def net(labels, guesses, sure=0.8):
    q = np.full((len(labels), 10), (1 - sure) / 9)
    q[np.arange(len(labels)), guesses] = sure
    return Quality.of(Predictions.of(q, np.array(labels, np.uint8)))


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

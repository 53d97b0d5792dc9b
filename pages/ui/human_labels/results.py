"""People's votes beside two networks: computed once for each pair, image by image."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

import kl_core
from models.data import cifar10h
from models.data.cifar10h import Votes
from models.evaluation.metrics import Mean
from models.evaluation.predictions import Predictions
from models.evaluation.statistics import RankCorrelation
from pages.ui.predictions.state import Floats

Where = Literal["people", "nets", "part"]


@dataclass(frozen=True)
class Network:
    """One network beside people's votes: its predicted class, the q of that, and nats, all (n,).

    entropy: H(Q); kl: KL(P‖Q); cross_entropy: H(P, Q), with P the votes.
    """

    predicted: NDArray[np.intp]
    confidence: Floats
    entropy: Floats
    kl: Floats
    cross_entropy: Floats

    @classmethod
    def of(cls, votes: Votes, predictions: Predictions) -> Network:
        """Raises ValueError if there are more images than votes, or training diverged."""
        kl = cifar10h.kl(votes, predictions)
        cross_entropy = cifar10h.cross_entropy(votes, predictions)
        q = predictions.q
        entropy = np.asarray(kl_core.entropy(q))
        return cls(q.argmax(axis=1), q.max(axis=1), entropy, kl, cross_entropy)


@dataclass(frozen=True)
class Parts:
    """The means over the images of H(P, Q) and its two parts, in nats; both as corrected, too."""

    entropy: Mean
    kl: Mean
    cross_entropy: Mean
    corrected_entropy: Mean
    corrected_kl: Mean


@dataclass(frozen=True, eq=False)  # the same only as itself, so that tables can be kept for it
class Results:
    """People's votes on n images, and both networks beside them.

    entropy: H(P) of the votes, and corrected: `Votes.corrected_entropy`, in nats, (n,).
    """

    votes: Votes
    labels: NDArray[np.uint8]
    entropy: Floats
    corrected: Floats
    kl: Network
    ce: Network

    @classmethod
    def of(cls, votes: Votes, kl: Predictions, ce: Predictions) -> Results:
        """The votes may be on more images. Raises ValueError as `Network.of`."""
        those = votes.first(len(kl.labels))
        entropies = those.entropy, those.corrected_entropy
        return cls(those, kl.labels, *entropies, Network.of(those, kl), Network.of(those, ce))

    @property
    def n(self) -> int:
        """How many images."""
        return len(self.labels)

    @property
    def networks(self) -> tuple[Network, Network]:
        """Both, KL's first."""
        return self.kl, self.ce

    @property
    def correction(self) -> Floats:
        """By how much the correction raises H(P), and so lowers KL: (m − 1) / 2n votes, (n,)."""
        return self.corrected - self.entropy

    @cached_property
    def parts(self) -> tuple[Parts, Parts]:
        """Of both networks."""
        kl, ce = (
            Parts(
                Mean.of(self.entropy),
                Mean.of(network.kl),
                Mean.of(network.cross_entropy),
                Mean.of(self.corrected),
                Mean.of(network.kl - self.correction),
            )
            for network in self.networks
        )
        return kl, ce

    @cached_property
    def difference(self) -> Mean:
        """KL(P‖Q) of KL's network minus that of cross-entropy's, image by image.

        NaN where one of them is ∞ for some image.
        """
        if not (np.isfinite(self.kl.kl).all() and np.isfinite(self.ce.kl).all()):
            return Mean(math.nan, math.nan, self.n)
        return Mean.of(self.kl.kl - self.ce.kl)

    @cached_property
    def rank_correlation(self) -> RankCorrelation:
        """Spearman's, of H(Q) of KL's network and H(P)."""
        return RankCorrelation.of(self.entropy, self.kl.entropy)

    @cached_property
    def groups(self) -> list[tuple[float, Mean]]:
        """Mean H(P), and mean H(Q) of KL's network, of images with about the same H(P).

        On the images on which all people agree, and on thirds of the others by H(P).
        """
        uncertain = self.entropy[self.entropy > 0]
        edges = (
            np.unique(np.quantile(uncertain, [0, 1 / 3, 2 / 3])) if uncertain.size else uncertain
        )
        place = np.searchsorted(edges, self.entropy, side="right")
        return [
            (float(self.entropy[those].mean()), Mean.of(self.kl.entropy[those]))
            for those in (place == group for group in np.unique(place))
        ]


@dataclass(frozen=True)
class Disagreement:
    """How far so many networks are apart on each image, in nats: (n,)."""

    values: Floats
    networks: int


def order(where: Where, results: Results, between: Disagreement | None) -> NDArray[np.intp]:
    """The images' numbers, by the falling value of the ranking; of equals, the first.

    between: that of all networks, where "nets" asks for it.
    """
    values = results.entropy if where == "people" else results.kl.kl
    if between is not None:
        values = between.values
    return np.argsort(-values, kind="stable")

"""Everything computed from a pair: each number once, and only when something asks for it.

Many of them stand in tabs that few visitors open. P and Q are normalised here and nowhere else.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, SupportsFloat

import numpy as np
from numpy.typing import NDArray

import kl_core
from kl_core.compat import EPSILON
from pages.ui.pairs.state import Pair

Vector = NDArray[np.floating[Any]]

CLOSE = 1e-6  # relative; float32 holds about seven digits
POINTS = 400  # of a curve at most: more than a screen can tell apart
ROUNDING = 1e-12  # a smaller relative difference is rounding
SIGMAS = 1.96  # either side of the mean, of which 19 in 20 draws stay within


@dataclass(frozen=True, eq=False)
class Results:
    """A pair's probabilities, (k,) each, and its measures in `unit`, with logarithms to `base`.

    If P or Q has no weight at all, whatever needs that distribution raises ValueError.
    """

    pair: Pair
    unit: str
    base: float | None

    @cached_property
    def p(self) -> Vector:
        """P, normalised."""
        return kl_core.normalize(self.pair.p)

    @cached_property
    def q(self) -> Vector:
        """Q, normalised."""
        return kl_core.normalize(self.pair.q)

    @cached_property
    def pq(self) -> Direction:
        """P as the truth and Q as its model."""
        return Direction(self, "P", "Q")

    @cached_property
    def qp(self) -> Direction:
        """The reverse."""
        return Direction(self, "Q", "P")

    @cached_property
    def perplexity(self) -> float:
        """The number of equally likely outcomes that has the entropy H(P)."""
        return float(kl_core.perplexity(self.p))

    @cached_property
    def relatives(self) -> dict[str, float]:
        """The measures of RELATIVES, KL among them, by name."""
        return {name: float(each.compute(self)) for name, each in RELATIVES.items()}

    @cached_property
    def libraries(self) -> dict[str, float]:
        """KL(P‖Q) in nats as each library computes it; Keras casts to float32 first."""
        p, q = self.p, self.q
        log_q = np.full(q.shape, -np.inf)  # as torch.log has it for 0
        np.log(q, out=log_q, where=q > 0)
        answers = {
            "kl_core": kl_core.kl_divergence(p, q),
            "SciPy": kl_core.scipy_entropy(p, q),
            "Keras": kl_core.keras_kl_divergence(p.astype(np.float32), q.astype(np.float32)),
            "PyTorch": kl_core.torch_kl_div(log_q, p, reduction="sum"),
            "PyTorch, as it comes": kl_core.torch_kl_div(log_q, p),
        }
        return {library: float(answer) for library, answer in answers.items()}

    @property
    def keras_clips(self) -> bool:
        """Whether Keras's result is off because it lifts probabilities near 0, not by rounding."""
        lifted = (self.p < EPSILON) | (self.q < EPSILON)
        in_double = float(kl_core.keras_kl_divergence(self.p, self.q))
        return bool(lifted.any()) and not close(in_double, self.libraries["kl_core"])

    @cached_property
    def ideal_lengths(self) -> Vector:
        """(k,): log₂(1/p) in bits, ∞ for an outcome of probability 0."""
        return kl_core.ideal_code_lengths(self.p, base=2)

    @cached_property
    def codewords(self) -> tuple[str, ...]:
        """(k,): each outcome's codeword in Huffman's code for P."""
        return kl_core.huffman_code(self.p)

    @cached_property
    def code_for_p(self) -> CodeLengths:
        """Mean lengths of P's outcomes in the codes made for P."""
        ideal = float(kl_core.entropy(self.p, base=2))
        return CodeLengths(ideal, self._mean_length(self.codewords))

    @cached_property
    def code_for_q(self) -> CodeLengths:
        """Mean lengths of P's outcomes in the codes made for Q."""
        ideal = float(kl_core.cross_entropy(self.p, self.q, base=2))
        return CodeLengths(ideal, self._mean_length(kl_core.huffman_code(self.q)))

    def _mean_length(self, codewords: tuple[str, ...]) -> float:
        return float(self.p @ np.array([len(word) for word in codewords], np.float64))


def close(answer: float, true: float) -> bool:
    """Whether a library's answer differs from the true one by no more than float32's rounding."""
    return math.isclose(answer, true, rel_tol=CLOSE)


def solve(pair: Pair, unit: str) -> Results:
    """The results of a pair, in "bits" or "nats"."""
    return Results(pair, unit, 2.0 if unit == "bits" else None)


@dataclass(frozen=True, eq=False)
class Direction:
    """One direction of KL: `truth` and `model` are "P" and "Q", or the reverse."""

    results: Results
    truth: str
    model: str

    @property
    def name(self) -> str:
        """Its formula, as in "KL(P‖Q)"."""
        return f"KL({self.truth}‖{self.model})"

    @property
    def p(self) -> Vector:
        """(k,): the probabilities of the truth."""
        return self.results.p if self.truth == "P" else self.results.q

    @property
    def q(self) -> Vector:
        """(k,): the probabilities of the model."""
        return self.results.q if self.model == "Q" else self.results.p

    @cached_property
    def terms(self) -> Vector:
        """(k,): what each outcome adds to the divergence."""
        return kl_core.kl_terms(self.p, self.q, base=self.results.base)

    @cached_property
    def kl(self) -> float:
        """The divergence."""
        return float(kl_core.kl_divergence(self.p, self.q, base=self.results.base))

    @property
    def bits(self) -> float:
        """The divergence in bits, whatever the unit is."""
        return self.kl if self.results.base == 2 else self.kl / math.log(2)

    @cached_property
    def entropy(self) -> float:
        """The entropy of the truth; the model may be without weight."""
        return float(kl_core.entropy(self.p, base=self.results.base))

    @cached_property
    def cross_entropy(self) -> float:
        """The sum of the entropy and the divergence."""
        return float(kl_core.cross_entropy(self.p, self.q, base=self.results.base))

    @property
    def ruled_out(self) -> list[int]:
        """Indices of the outcomes with probability 0 in the model and not in the truth."""
        return np.flatnonzero((self.p > 0) & (self.q == 0)).tolist()

    @property
    def decisive(self) -> list[int]:
        """Indices of the outcomes with the largest term, of all of them if it is infinite."""
        most = max(self.terms)
        return [i for i, term in enumerate(self.terms) if math.isclose(term, most, rel_tol=1e-9)]


class CodeLengths(NamedTuple):
    """Mean bits per outcome of P: by ideal lengths, and in Huffman's codewords."""

    ideal: float
    huffman: float


class Relative(NamedTuple):
    """A measure of how far P and Q lie apart; `most` is in nats if it has a unit."""

    compute: Callable[[Results], SupportsFloat]
    symmetric: bool = False
    has_unit: bool = True
    most: float = math.inf


RELATIVES = {
    "KL(P‖Q)": Relative(lambda r: r.pq.kl),
    "KL(Q‖P)": Relative(lambda r: r.qp.kl),
    "Jeffreys": Relative(
        lambda r: kl_core.jeffreys_divergence(r.p, r.q, base=r.base), symmetric=True
    ),
    "Jensen–Shannon": Relative(
        lambda r: kl_core.js_divergence(r.p, r.q, base=r.base), symmetric=True, most=math.log(2)
    ),
    "Rényi, order ½": Relative(
        lambda r: kl_core.renyi_divergence(r.p, r.q, 0.5, base=r.base), symmetric=True
    ),
    "Rényi, order 2": Relative(lambda r: kl_core.renyi_divergence(r.p, r.q, 2, base=r.base)),
    "Rényi, order ∞": Relative(lambda r: kl_core.renyi_divergence(r.p, r.q, math.inf, base=r.base)),
    "χ² (Pearson)": Relative(lambda r: kl_core.chi2_divergence(r.p, r.q), has_unit=False),
    "Total variation": Relative(
        lambda r: kl_core.total_variation(r.p, r.q), symmetric=True, has_unit=False, most=1
    ),
    "Hellinger distance": Relative(
        lambda r: kl_core.hellinger_distance(r.p, r.q), symmetric=True, has_unit=False, most=1
    ),
}


@dataclass(frozen=True)
class Draws:
    """The running mean of log(p/q) over n draws from P, at some of the numbers from 1 to n.

    number, mean: (m,); divergence: what the mean approaches; spread: the standard deviation of one
    log-ratio; fatal: the first draw that Q calls impossible, from which on the mean is inf.
    """

    number: NDArray[np.int64]
    mean: Vector
    divergence: float
    spread: float
    fatal: tuple[int, str] | None

    @property
    def n(self) -> int:
        """How many were drawn."""
        return int(self.number[-1])

    @property
    def margin(self) -> Vector:
        """How far 19 in 20 running means lie from the divergence at most, about."""
        return SIGMAS * self.spread / np.sqrt(self.number)


def draw(results: Results, n: int, seed: int) -> Draws:
    """n outcomes from P, the same for the same seed, and log(p/q) of each."""
    truth, model = kl_core.Categorical(results.p), kl_core.Categorical(results.q)
    outcomes = truth.sample(np.random.default_rng(seed), n)
    ratios = np.asarray(truth.log_prob(outcomes)) - np.asarray(model.log_prob(outcomes))
    ratios = ratios / math.log(results.base or math.e)
    number = np.unique(np.geomspace(1, n, POINTS).round().astype(np.int64))
    mean = (np.cumsum(ratios)[number - 1] / number).round(12)  # beyond lies what sums round off
    impossible = np.flatnonzero(np.isinf(ratios))
    fatal = None
    if impossible.size:
        fatal = int(impossible[0]) + 1, results.pair.names[int(outcomes[impossible[0]])]
    return Draws(number, mean, results.pq.kl, _spread(results), fatal)


def _spread(results: Results) -> float:
    """The standard deviation of log(p/q) under P; nan where the divergence is inf."""
    if math.isinf(results.pq.kl):
        return math.nan
    can = results.p > 0
    p, q = results.p[can], results.q[can]
    ratios = np.log(p / q) / math.log(results.base or math.e)
    spread = math.sqrt(float(p @ (ratios - results.pq.kl) ** 2))
    return spread if spread > ROUNDING else 0.0

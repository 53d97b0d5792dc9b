"""Everything computed from a pair: each number once, and only when something asks for it.

Many of them are in tabs that few visitors open. P and Q are normalised here and nowhere else.
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
SIGMAS = 1.96  # either side of the mean of a Gaussian: 95 % of its draws lie within


@dataclass(frozen=True, eq=False)
class Results:
    """A pair's probabilities, (k,) each, and its measures in `unit`, with logarithms to `base`.

    If all weights of P or of Q are 0, whatever needs that distribution raises ValueError.
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
        """P as the true distribution and Q as the model."""
        return Direction(self, "P", "Q")

    @cached_property
    def qp(self) -> Direction:
        """The reverse."""
        return Direction(self, "Q", "P")

    @cached_property
    def perplexity(self) -> float:
        """The number of equally likely outcomes whose entropy is H(P)."""
        return float(kl_core.perplexity(self.p))

    @cached_property
    def divergences(self) -> dict[str, float]:
        """The values of DIVERGENCES, KL among them, by name."""
        return {name: float(each.compute(self)) for name, each in DIVERGENCES.items()}

    @cached_property
    def libraries(self) -> dict[str, float]:
        """KL(P‖Q) in nats as each library computes it; Keras casts to float32 first."""
        p, q = self.p, self.q
        log_q = np.full(q.shape, -np.inf)  # as torch.log has it for 0
        np.log(q, out=log_q, where=q > 0)
        values = {
            "kl_core": kl_core.kl_divergence(p, q),
            "SciPy": kl_core.scipy_entropy(p, q),
            "Keras": kl_core.keras_kl_divergence(p.astype(np.float32), q.astype(np.float32)),
            "PyTorch": kl_core.torch_kl_div(log_q, p, reduction="sum"),
            "PyTorch, default reduction": kl_core.torch_kl_div(log_q, p),
        }
        return {library: float(value) for library, value in values.items()}

    @property
    def keras_clips(self) -> bool:
        """Whether Keras's result is off because it clips probabilities near 0, not by rounding."""
        clipped = (self.p < EPSILON) | (self.q < EPSILON)
        in_double = float(kl_core.keras_kl_divergence(self.p, self.q))
        return bool(clipped.any()) and not close(in_double, self.libraries["kl_core"])

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
        """Mean codeword lengths under P in the codes made for P."""
        ideal = float(kl_core.entropy(self.p, base=2))
        return CodeLengths(ideal, self._mean_length(self.codewords))

    @cached_property
    def code_for_q(self) -> CodeLengths:
        """Mean codeword lengths under P in the codes made for Q."""
        ideal = float(kl_core.cross_entropy(self.p, self.q, base=2))
        return CodeLengths(ideal, self._mean_length(kl_core.huffman_code(self.q)))

    def _mean_length(self, codewords: tuple[str, ...]) -> float:
        return float(self.p @ np.array([len(codeword) for codeword in codewords], np.float64))


def close(value: float, true: float) -> bool:
    """Whether a library's value differs from the true one by no more than float32's rounding."""
    return math.isclose(value, true, rel_tol=CLOSE)


def solve(pair: Pair, unit: str) -> Results:
    """The results of a pair, in "bits" or "nats"."""
    return Results(pair, unit, 2.0 if unit == "bits" else None)


@dataclass(frozen=True, eq=False)
class Direction:
    """Forward or reverse KL: the names of the true distribution and of its model, "P" and "Q"."""

    results: Results
    truth: str
    model: str

    @property
    def name(self) -> str:
        """Its formula, as in "KL(P‖Q)"."""
        return f"KL({self.truth}‖{self.model})"

    @property
    def p(self) -> Vector:
        """(k,): the probabilities under the true distribution."""
        return self.results.p if self.truth == "P" else self.results.q

    @property
    def q(self) -> Vector:
        """(k,): the probabilities under the model."""
        return self.results.q if self.model == "Q" else self.results.p

    @cached_property
    def terms(self) -> Vector:
        """(k,): the term of each outcome in the sum."""
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
        """The entropy of the true distribution; all weights of the model may be 0."""
        return float(kl_core.entropy(self.p, base=self.results.base))

    @cached_property
    def cross_entropy(self) -> float:
        """The sum of the entropy and the divergence."""
        return float(kl_core.cross_entropy(self.p, self.q, base=self.results.base))

    @property
    def ruled_out(self) -> list[int]:
        """Indices of the outcomes in the support of the true distribution, not in the model's."""
        return np.flatnonzero((self.p > 0) & (self.q == 0)).tolist()

    @property
    def largest_terms(self) -> list[int]:
        """Indices of the outcomes with the largest term; several if it is infinite or a tie."""
        largest = max(self.terms)
        return [i for i, term in enumerate(self.terms) if math.isclose(term, largest, rel_tol=1e-9)]


class CodeLengths(NamedTuple):
    """Mean bits per outcome of P: with ideal lengths, and with Huffman's codewords."""

    ideal: float
    huffman: float


class Divergence(NamedTuple):
    """A divergence or distance of P and Q; `most`, its maximum, is in nats if it has a unit."""

    compute: Callable[[Results], SupportsFloat]
    symmetric: bool = False
    has_unit: bool = True
    most: float = math.inf


DIVERGENCES = {
    "KL(P‖Q)": Divergence(lambda r: r.pq.kl),
    "KL(Q‖P)": Divergence(lambda r: r.qp.kl),
    "Jeffreys": Divergence(
        lambda r: kl_core.jeffreys_divergence(r.p, r.q, base=r.base), symmetric=True
    ),
    "Jensen–Shannon": Divergence(
        lambda r: kl_core.js_divergence(r.p, r.q, base=r.base), symmetric=True, most=math.log(2)
    ),
    "Rényi, order ½": Divergence(
        lambda r: kl_core.renyi_divergence(r.p, r.q, 0.5, base=r.base), symmetric=True
    ),
    "Rényi, order 2": Divergence(lambda r: kl_core.renyi_divergence(r.p, r.q, 2, base=r.base)),
    "Rényi, order ∞": Divergence(
        lambda r: kl_core.renyi_divergence(r.p, r.q, math.inf, base=r.base)
    ),
    "χ² (Pearson)": Divergence(lambda r: kl_core.chi2_divergence(r.p, r.q), has_unit=False),
    "Total variation": Divergence(
        lambda r: kl_core.total_variation(r.p, r.q), symmetric=True, has_unit=False, most=1
    ),
    "Hellinger distance": Divergence(
        lambda r: kl_core.hellinger_distance(r.p, r.q), symmetric=True, has_unit=False, most=1
    ),
}


@dataclass(frozen=True)
class Draws:
    """The running mean of log(p/q) over n draws from P, at some of the numbers from 1 to n.

    number, mean: (m,); divergence: what the mean approaches; std: the standard deviation of one
    log-ratio; infinite_at: the first draw with q = 0, and its outcome: from it on the mean is inf.
    """

    number: NDArray[np.int64]
    mean: Vector
    divergence: float
    std: float
    infinite_at: tuple[int, str] | None

    @property
    def n(self) -> int:
        """How many were drawn."""
        return int(self.number[-1])

    @property
    def margin(self) -> Vector:
        """Half the width of the band with about 95 % of such means (normal approximation)."""
        return SIGMAS * self.std / np.sqrt(self.number)


def draw(results: Results, n: int, seed: int) -> Draws:
    """n outcomes from P, the same for the same seed, and log(p/q) of each."""
    truth, model = kl_core.Categorical(results.p), kl_core.Categorical(results.q)
    outcomes = truth.sample(np.random.default_rng(seed), n)
    ratios = np.asarray(truth.log_prob(outcomes)) - np.asarray(model.log_prob(outcomes))
    ratios = ratios / math.log(results.base or math.e)
    number = np.unique(np.geomspace(1, n, POINTS).round().astype(np.int64))
    mean = (np.cumsum(ratios)[number - 1] / number).round(12)  # further digits are rounding
    infinite = np.flatnonzero(np.isinf(ratios))
    infinite_at = None
    if infinite.size:
        infinite_at = int(infinite[0]) + 1, results.pair.names[int(outcomes[infinite[0]])]
    return Draws(number, mean, results.pq.kl, _log_ratio_std(results), infinite_at)


def _log_ratio_std(results: Results) -> float:
    """The standard deviation of log(p/q) under P; nan where the divergence is inf."""
    if math.isinf(results.pq.kl):
        return math.nan
    support = results.p > 0
    p, q = results.p[support], results.q[support]
    ratios = np.log(p / q) / math.log(results.base or math.e)
    std = math.sqrt(float(p @ (ratios - results.pq.kl) ** 2))
    return std if std > ROUNDING else 0.0

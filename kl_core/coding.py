"""Codes: ideal code lengths, and the Huffman code."""

from __future__ import annotations

import heapq
from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _rowwise, _validation
from kl_core._rowwise import Floats, Rows
from kl_core.discrete import Array


def ideal_code_lengths(
    p: ArrayLike, *, axis: SupportsIndex = -1, base: float | None = None
) -> Array:
    """Surprisal of each outcome: its codeword's length in an ideal code for P.

    −log pᵢ, in nats, or in units of log(base): base=2 gives bits; pᵢ = 0 gives inf.
    p: (..., k) → (..., k).
    Raises ValueError unless p is a distribution along `axis`.
    Source: Shannon (1948), section 9.

    >>> ideal_code_lengths([0.5, 0.25, 0.25, 0], base=2).tolist()
    [1.0, 2.0, 2.0, inf]
    """
    given = _validation.argument("p", p, axis)
    return given.restore(_rowwise.map_rows(_lengths, given, base=base, per_outcome=True))


def _lengths(p: Rows) -> Floats:
    log_p = np.full_like(p.values, -np.inf)  # p = 0 gives inf
    np.log(p.values, out=log_p, where=p.values > 0)
    lengths = 0.0 - log_p  # minus 0.0 itself would be −0.0
    return np.maximum(lengths, 0.0)  # a p above 1, within the tolerance, has a negative length


def huffman_code(p: ArrayLike) -> tuple[str, ...]:
    """The prefix code with the shortest mean codeword length under P, as strings of 0s and 1s.

    Σ pᵢ lengthᵢ is at least H(P) bits, and less than H(P) + 1 unless one of several outcomes is
    certain: then its codeword has one bit.
    Of equally probable outcomes the earlier never gets the longer codeword, the longest codeword is
    as short as possible, and codewords of one length count upwards in the order of their outcomes.
    Probabilities, and their sums, that agree in their first 12 digits count as equal.
    An outcome with p = 0 gets a codeword too, no shorter than any other: it can still occur if P is
    wrong. A single outcome gets the empty codeword.
    p: (k,) → k codewords.
    Raises ValueError unless p is one distribution.
    Source: Huffman (1952); Schwartz (1964) for the ties.

    >>> huffman_code([0.5, 0.25, 0.125, 0.125])
    ('0', '10', '110', '111')
    """
    given = _validation.distribution("p", p)
    if given.values.ndim != 1:
        raise ValueError(f"p must be one distribution; its shape is {given.values.shape}.")
    lengths = _word_lengths(given.values.tolist())
    words = [""] * len(lengths)
    number = length = 0
    for outcome in sorted(range(len(words)), key=lengths.__getitem__):
        number <<= lengths[outcome] - length
        length = lengths[outcome]
        words[outcome] = f"{number:0{length}b}" if length else ""
        number += 1
    return tuple(words)


def _word_lengths(p: list[float]) -> list[int]:
    """The depth of each outcome in Huffman's tree."""
    ranks = [_rank(weight) for weight in p]
    # Nodes are numbered as they come to the heap, which settles ties: of equal weights, the later
    # outcome is merged before the earlier, and all outcomes before nodes that are merged already.
    outcomes = sorted(range(len(p) - 1, -1, -1), key=ranks.__getitem__)
    heap = [(ranks[outcome], node, p[outcome]) for node, outcome in enumerate(outcomes)]
    parents = [0] * (2 * len(p) - 1)
    for node in range(len(p), len(parents)):
        (_, first, lesser), (_, second, greater) = heapq.heappop(heap), heapq.heappop(heap)
        parents[first] = parents[second] = node
        heapq.heappush(heap, (_rank(lesser + greater), node, lesser + greater))
    depths = [0] * len(parents)
    for node in reversed(range(len(parents) - 1)):
        depths[node] = depths[parents[node]] + 1
    lengths = [0] * len(p)
    for node, outcome in enumerate(outcomes):
        lengths[outcome] = depths[node]
    return lengths


def _rank(weight: float) -> float:
    """The weight in 12 digits, as a sum like 0.05 + 0.29 rounds to just below 0.34."""
    return float(f"{weight:.12g}")

"""The outcomes of P in words of 0s and 1s: in a code made for P, and in one made for Q."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import kl_core
from pages.ui import formatting as fmt

Vector = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Word:
    """An outcome's word in Huffman's code, beside the length that would be ideal, in bits."""

    outcome: str
    probability: float
    ideal: float
    word: str


@dataclass(frozen=True)
class Costs:
    """What an outcome of P takes on average, in bits: by ideal lengths and in Huffman's words."""

    ideal_own: float
    ideal_other: float
    real_own: float
    real_other: float

    @property
    def ideal_extra(self) -> float:
        """What the code made for Q takes beyond that made for P, by ideal lengths."""
        return self.ideal_other - self.ideal_own

    @property
    def real_extra(self) -> float:
        """The same in Huffman's words; below 0 where both codes happen to suit P as badly."""
        return self.real_other - self.real_own


def code(names: Sequence[str], p: Vector) -> list[Word]:
    """Huffman's code for P, outcome by outcome."""
    ideal = kl_core.ideal_code_lengths(p, base=2)
    code_words = kl_core.huffman_code(p)
    return [
        Word(name, float(share), float(length), word)
        for name, share, length, word in zip(names, p, ideal, code_words, strict=True)
    ]


def finding(words_of_p: Sequence[Word]) -> str:
    """What a chart of the lengths shows, for who cannot see it."""
    longest = max(words_of_p, key=lambda word: len(word.word))
    gaps = [len(word.word) - word.ideal for word in words_of_p if np.isfinite(word.ideal)]
    apart = max(abs(gap) for gap in gaps)
    near = (
        "equal their ideal length"
        if apart < 1e-9
        else (f"lie up to {fmt.quantity(apart, 'bits')} from their ideal length")
    )
    return (
        f"Bar chart of {len(words_of_p)} words: Huffman’s {near}; the longest, for "
        f"“{longest.outcome}”, has {fmt.quantity(len(longest.word), 'bits')}."
    )


def costs(p: Vector, q: Vector) -> Costs:
    """The mean lengths under P of four codes: ideal or Huffman's, made for P or for Q."""
    return Costs(
        ideal_own=float(kl_core.entropy(p, base=2)),
        ideal_other=float(kl_core.cross_entropy(p, q, base=2)),
        real_own=_mean_length(p, p),
        real_other=_mean_length(p, q),
    )


def rows(words_of_p: Sequence[Word]) -> dict[str, list[str]]:
    """The columns of a table of words."""
    return {
        "outcome": [fmt.plain(word.outcome) for word in words_of_p],
        "probability": [fmt.number(word.probability) for word in words_of_p],
        "ideal length, bits": [fmt.number(word.ideal) for word in words_of_p],
        "Huffman’s word": [f"`{word.word}`" for word in words_of_p],
        "its length, bits": [str(len(word.word)) for word in words_of_p],
    }


def comparison(found: Costs) -> dict[str, list[str]]:
    """The columns of a table: ideal lengths beside Huffman's words."""
    kinds = (
        ("ideal lengths", found.ideal_own, found.ideal_other, found.ideal_extra),
        ("Huffman’s words", found.real_own, found.real_other, found.real_extra),
    )
    return {
        "bits an outcome, on average": [kind for kind, *_ in kinds],
        "code made for P": [fmt.number(own) for _, own, _, _ in kinds],
        "code made for Q": [fmt.number(other) for _, _, other, _ in kinds],
        "extra": [fmt.number(extra) for *_, extra in kinds],
    }


def about_own(code: Sequence[Word], found: Costs) -> str:
    """How Huffman's code for P compares with what is ideal."""
    gap = found.real_own - found.ideal_own
    ideal = fmt.quantity(found.ideal_own, "bits")
    if abs(gap) < 1e-9:
        return (
            f"Huffman’s words take {ideal} an outcome on average: exactly H(P). That happens only "
            "where every ideal length is a whole number."
        )
    return (
        f"By ideal lengths an outcome takes {ideal} on average: that is H(P) again. Huffman’s "
        f"words take {fmt.quantity(found.real_own, 'bits')}, which is "
        f"{fmt.quantity(gap, 'bits')} more, because {_why_longer(code)}. No code with one word "
        "for each outcome does better."
    )


def _why_longer(code: Sequence[Word]) -> str:
    """Why Huffman's words are longer than is ideal."""
    reasons = []
    if any(word.probability > 0 and abs(word.ideal - round(word.ideal)) > 1e-9 for word in code):
        reasons.append("a real word has a whole number of digits")
    if any(word.probability == 0 for word in code):
        reasons.append("what never comes has a word too, in case P is wrong")
    return ", and ".join(reasons)


def about_other(found: Costs, divergence: float) -> str:
    """What the code made for Q costs, by ideal lengths and in real words."""
    if np.isinf(divergence):
        return (
            "By ideal lengths the extra is ∞: the code made for Q has no word for an outcome that "
            "comes. Huffman’s code gives every outcome some word, so its extra, "
            f"{fmt.quantity(found.real_extra, 'bits')}, stays finite."
        )
    exact = fmt.quantity(divergence, "bits")
    real = fmt.quantity(found.real_extra, "bits")
    if abs(found.real_extra - divergence) < 1e-9:
        return f"The extra is {exact} either way, and {exact} is KL(P‖Q)."
    return (
        f"By ideal lengths the extra is {exact}: exactly KL(P‖Q). In Huffman’s words it is {real}, "
        "since both codes round to whole digits, each in its own way."
    )


def _mean_length(p: Vector, made_for: Vector) -> float:
    lengths = np.array([len(word) for word in kl_core.huffman_code(made_for)], np.float64)
    return float(p @ lengths)

"""P or Q, given by probabilities or by logits, and the weights of its outcomes."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core import _validation
from kl_core._numerics import Floats
from kl_core._rowwise import SHORT, Index
from kl_core._validation import Argument, Axis

NEVER = -1000.0  # a log probability whose exponential rounds to 0
COARSE = 2.0**30

Bools = NDArray[np.bool_]


class Side(NamedTuple):
    """P or Q as it was passed."""

    given: Argument
    by_logits: bool

    def require(self) -> None:
        """Raise unless it is a batch of distributions, or of their logits."""
        if self.by_logits:
            require_logits(self.given)
        else:
            self.given.require_weights()
            self.given.require_sums()


def one_side(
    name: str, probabilities: ArrayLike | None, logits: ArrayLike | None, axis: Axis
) -> Side:
    """P or Q, of which one of two arguments was passed; read, and not yet checked."""
    if logits is None and probabilities is not None:
        return Side(_validation.argument(name, probabilities, axis), by_logits=False)
    if probabilities is None and logits is not None:
        return Side(_validation.argument(f"{name}_logits", logits, axis), by_logits=True)
    came = "neither" if logits is None else "both"
    raise TypeError(f"{name} must be given by one of {name} and {name}_logits; got {came}.")


def require_logits(given: Argument) -> None:
    """Raise unless the softmax of each row is a distribution."""
    top = given.values.max(axis=-1)
    if not np.all(top < np.inf):  # nan, which is the greatest of its row, is not
        allowed = given.values < np.inf
        given.raise_where(~allowed, "be finite or -inf", "holds {}", given.values)
    given.raise_where(top == -np.inf, "have a finite number in every row", "holds only {}", top)


class Rows:
    """A block of rows of P or of Q: weights, which logits give but for a constant factor.

    tops: the greatest logit of each row; 0 for probabilities.
    """

    def __init__(self, side: Side, values: NDArray[Any]) -> None:
        self.given, self.by_logits, self.values = side.given, side.by_logits, values
        self.tops = _greatest(values) if side.by_logits else np.zeros(len(values))
        if not np.isfinite(self.tops).all():
            side.require()

    def __getitem__(self, rows: Bools) -> "Rows":
        return Rows(Side(self.given, self.by_logits), self.values[rows])

    def logs(self, where: Index) -> tuple[Floats, Bools | None]:
        """The logarithms of a piece of the weights, and which are of 0, if any are."""
        found = self.values[where].astype(np.float64)
        if self.by_logits:
            found -= self.tops[where[:1]][..., None]
        else:
            np.log(found, out=found)
        if np.minimum.reduce(found, axis=None) > -np.inf:
            return found, None
        never = found == -np.inf
        found[never] = NEVER  # which has a product with 0
        return found, never

    def weights(self, where: Index, logs: Floats | None) -> Floats:
        """A piece of the weights, whose logarithms these are, if they are known."""
        if not self.by_logits:
            return self.values[where].astype(np.float64)
        return np.exp(self.logs(where)[0] if logs is None else logs)

    def shares(self, sums: Floats) -> tuple[Floats, Floats]:
        """What weights of such sums are to be divided by, and the sums of what that gives."""
        if self.by_logits:
            return sums, np.ones(sums.shape)
        least = np.minimum.reduce(self.values, axis=None)
        if not (least >= 0 and np.all(abs(sums - 1) <= self.given.tolerance)):
            Side(self.given, by_logits=False).require()
        return np.ones(sums.shape), sums

    def excess(self) -> Floats:
        """How much more than 1 the shares of each row sum to, to full precision."""
        if self.by_logits:
            return np.zeros(len(self.values))
        p = self.values.astype(np.float64)
        coarse = np.rint(p * COARSE) / COARSE  # sums of which do not round
        return (coarse.sum(axis=1) - 1) + (p - coarse).sum(axis=1)


def _greatest(rows: NDArray[Any]) -> Floats:
    """The greatest number of each row; of short rows all at once, at a tenth of the time."""
    if rows.shape[1] <= SHORT:
        return np.ascontiguousarray(rows.T).max(axis=0).astype(np.float64)
    return rows.max(axis=1).astype(np.float64)


def row_sums(rows: Floats) -> Floats:
    """The sum of each row, or of the one; in pairs, unless rows are too short for that to tell."""
    return np.einsum("...k->...", rows) if rows.shape[-1] <= SHORT else rows.sum(axis=-1)

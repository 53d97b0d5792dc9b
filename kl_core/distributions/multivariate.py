"""The normal distribution of vectors."""

from __future__ import annotations  # numpy.random would load where it is only named

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _validation
from kl_core._labels import axis_labels, require_same_labels
from kl_core._numerics import LOG_2_PI, Floats, ieee
from kl_core._validation import Argument
from kl_core.distributions.base import Family, Parameter, broadcast, draws

SYMMETRY = 1e-9  # of a covariance, next to the standard deviations of the two coordinates
ROUNDINGS = 8  # times d, by which a covariance that was computed may be off in its own precision
ROWS = 24  # of a triangular system that are solved at once; blocks of them go through BLAS
SUSPECT = 2.0**-26  # of a variance, left by the coordinates before it: an eigenvalue may be 0


@dataclass(frozen=True, eq=False)
class MultivariateNormal(Family):
    """The normal (Gaussian) distribution of vectors, by its mean and its covariance matrix.

    p(x) = exp(−½·(x − mean)ᵀ cov⁻¹ (x − mean)) / √((2π)ᵈ·det cov).
    mean: (..., d); cov: (..., d, d), symmetric and positive definite; their batches broadcast.
    Raises ValueError unless both are finite, and cov is symmetric and positive definite, each by
    more than the rounding of d products in its type: one whose correlations have an eigenvalue of
    at most 8·d·ε is singular, as of coordinates that repeat, add up or are more than the samples.

    >>> p = MultivariateNormal([0, 0], [[1, 0.5], [0.5, 1]])
    >>> round(float(kl(p, MultivariateNormal([0, 0], np.eye(2)))), 4)
    0.1438
    """

    outcomes = "vectors"
    mean: Parameter
    cov: Parameter
    cholesky: Floats = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        mean, cov = _finite("mean", self.mean, 1), _finite("cov", self.cov, 2)
        if mean.shape[-1:] * 2 != cov.shape[-2:]:
            came = f"mean is {mean.shape}, cov is {cov.shape}"
            raise ValueError(f"mean must be shaped (..., d) and cov (..., d, d); {came}.")
        require_same_labels(
            mean=axis_labels("mean", self.mean)[-1:],
            cov=axis_labels("cov", self.cov)[-1:],
        )
        rounding = ROUNDINGS * cov.shape[-1] * _precision(self.cov)
        cov = _symmetric(cov, max(SYMMETRY, rounding))
        lower = _cholesky(cov)
        _refuse_singular(cov, lower, rounding)
        shapes = [mean.shape[:-1], cov.shape[:-2]]
        batch = broadcast("the batch of mean", "that of cov", shapes=shapes)
        self._keep(
            mean=np.broadcast_to(mean, batch + mean.shape[-1:]),
            cov=np.broadcast_to(cov, batch + cov.shape[-2:]),
            cholesky=np.broadcast_to(lower, batch + cov.shape[-2:]),
        )

    @property
    def batch_shape(self) -> tuple[int, ...]:
        return self.mean.shape[:-1]

    @ieee
    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = self._points(x)
        near = np.asarray(np.isfinite(x).all(axis=-1))
        gap = np.where(near[..., None], x, self.mean) - self.mean
        z = lower_solve(self.cholesky, gap[..., None])[..., 0]
        volume = np.log(diagonal(self.cholesky)).sum(axis=-1) + gap.shape[-1] * LOG_2_PI / 2
        return np.where(near, -0.5 * squares(z, 1) - volume, -np.inf)[()]

    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        size = draws(rng, n, *self.mean.shape)
        return self.mean + np.einsum("...ij,...j->...i", self.cholesky, rng.standard_normal(size))

    def entropy(self) -> np.float64 | Floats:
        volume = np.log(diagonal(self.cholesky)).sum(axis=-1)
        return volume + self.mean.shape[-1] * ((LOG_2_PI + 1) / 2)

    def _points(self, x: ArrayLike) -> Floats:
        given = Argument("x", _validation.real_array("x", x).astype(np.float64), -1, np.float64)
        if given.values.shape[-1:] != self.mean.shape[-1:]:
            came = f"its shape is {given.values.shape}, and d is {self.mean.shape[-1]}"
            raise ValueError(f"x must be shaped (..., d); {came}.")
        given.raise_where(np.isnan(given.values), "not be nan", "holds {}", given.values)
        broadcast("the batch of x", "the batch", shapes=[given.values.shape[:-1], self.batch_shape])
        return given.values


def diagonal(matrices: Floats) -> Floats:
    """The diagonal of each matrix."""
    return np.einsum("...ii->...i", matrices)


def squares(values: Floats, axes: int) -> Floats:
    """The sum of squares over the last axes; inf where it, or a value, is too large."""
    last = "ij"[:axes]
    total = np.einsum(f"...{last},...{last}->...", values, values)
    return np.where(np.isfinite(total), total, np.inf)


@ieee
def lower_solve(lower: Floats, right: Floats) -> Floats:
    """L⁻¹B for lower triangular L, a block of rows after another: no pivot disturbs what is 0."""
    size = lower.shape[-1]
    if size <= ROWS:
        return _row_after_row(lower, right)
    batch = np.broadcast_shapes(lower.shape[:-2], right.shape[:-2])
    found = np.empty(batch + right.shape[-2:])
    blocks = [slice(start, min(start + ROWS, size)) for start in range(0, size, ROWS)]
    for rows, inverse in zip(blocks, _inverses(lower, blocks), strict=True):
        known = lower[..., rows, : rows.start] @ found[..., : rows.start, :]
        rest = right[..., rows, :] - known
        first = inverse @ rest
        # What the inverse leaves is as small as that of substitution, once it is solved for too.
        found[..., rows, :] = first + inverse @ (rest - lower[..., rows, rows] @ first)
    return found


def _inverses(lower: Floats, blocks: list[slice]) -> list[Floats]:
    """The inverse of each block on the diagonal, all of them at once."""
    squares = np.empty((len(blocks), *lower.shape[:-2], ROWS, ROWS))
    squares[...] = np.eye(ROWS)
    sizes = [rows.stop - rows.start for rows in blocks]
    for square, rows, size in zip(squares, blocks, sizes, strict=True):
        square[..., :size, :size] = lower[..., rows, rows]
    found = _row_after_row(squares, np.eye(ROWS))
    return [inverse[..., :size, :size] for inverse, size in zip(found, sizes, strict=True)]


def _row_after_row(lower: Floats, right: Floats) -> Floats:
    batch = np.broadcast_shapes(lower.shape[:-2], right.shape[:-2])
    found = np.empty(batch + right.shape[-2:])
    for row in range(lower.shape[-1]):
        known = np.einsum("...j,...jk->...k", lower[..., row, :row], found[..., :row, :])
        found[..., row, :] = (right[..., row, :] - known) / lower[..., row, row, None]
    return found


def _finite(name: str, values: ArrayLike, axes: int) -> Floats:
    array = _validation.real_array(name, values).astype(np.float64)
    if array.ndim < axes or 0 in array.shape[-axes:]:
        form = "(..., d)" if axes == 1 else "(..., d, d)"
        raise ValueError(f"{name} must be shaped {form} with d ≥ 1; its shape is {array.shape}.")
    batch = array.shape[: array.ndim - axes]
    rows = array.reshape(*batch, math.prod(array.shape[-axes:]))
    given = Argument(name, rows, -1, np.float64)
    given.raise_where(~np.isfinite(rows), "be finite", "holds {}", rows)
    return array


def _precision(values: ArrayLike) -> float:
    """How far the next number after 1 is, in the type of the argument."""
    array = np.asarray(values)
    if half := _validation.half_precision(array):
        return half[0]
    return float(np.finfo(array.dtype if array.dtype.kind == "f" else np.float64).eps)


@ieee
def _symmetric(cov: Floats, tolerance: float) -> Floats:
    """The matrix that its lower half makes, refused unless its upper half is the same."""
    flipped = np.swapaxes(cov, -1, -2)
    if np.array_equal(cov, flipped):
        return cov
    std = np.sqrt(abs(diagonal(cov)))
    scale = std[..., :, None] * std[..., None, :]
    broken = abs(cov - flipped) > tolerance * scale
    flat = (*cov.shape[:-2], cov.shape[-1] ** 2)
    given = Argument("cov", cov.reshape(flat), -1, np.float64)
    pairs = np.stack([cov.reshape(flat), flipped.reshape(flat)], axis=-1)
    came = "holds {0[0]:.12g}, and {0[1]:.12g} opposite it"
    given.raise_where(broken.reshape(flat), "be symmetric", came, pairs)
    return np.tril(cov) + np.swapaxes(np.tril(cov, -1), -1, -2)


def _cholesky(cov: Floats) -> Floats:
    """L with L·Lᵀ = cov."""
    try:
        return np.asarray(np.linalg.cholesky(cov), np.float64)
    except np.linalg.LinAlgError:
        least = np.minimum(np.linalg.eigvalsh(cov)[..., 0], 0.0)
        broken = np.array([not _has_cholesky(one) for one in cov.reshape(-1, *cov.shape[-2:])])
        given = Argument("cov", least[..., None], -1, np.float64)
        came = "has the least eigenvalue {:.6g}"
        given.raise_where(broken.reshape(least.shape), "be positive definite", came, least + 0.0)
        raise


@ieee
def _refuse_singular(cov: Floats, lower: Floats, rounding: float) -> None:
    """Raise where rounding alone made it positive definite.

    In units of each standard deviation, which leave correlations, an eigenvalue that should be 0 is
    one of rounding; the pivots of Cholesky's factorisation are no smaller than the least.
    """
    variances = diagonal(cov)
    left = (diagonal(lower) ** 2 / variances).min(axis=-1)
    least = np.ones(left.shape)
    suspect = left < max(SUSPECT, rounding)
    if not suspect.any():
        return
    std = np.sqrt(variances[suspect])
    correlations = cov[suspect] / std[:, :, None] / std[:, None, :]
    least[suspect] = np.linalg.eigvalsh(correlations)[:, 0]
    given = Argument("cov", least[..., None], -1, np.float64)
    came = "is singular to rounding: the least eigenvalue of its correlations is {:.3g}"
    given.raise_where(least <= rounding, "be positive definite", came, least)


def _has_cholesky(cov: Floats) -> bool:
    try:
        np.linalg.cholesky(cov)
    except np.linalg.LinAlgError:
        return False
    return True

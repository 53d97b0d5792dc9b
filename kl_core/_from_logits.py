"""KL divergence and cross-entropy where P, Q or both are given by logits, block by block."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from kl_core import _rowwise, _validation
from kl_core._near import near_rows
from kl_core._numerics import LARGEST, Floats, ieee
from kl_core._rowwise import CLOSE, PIECE
from kl_core._weights import Bools, Rows, Side, row_sums

# Of what a difference is of: above this share it keeps 13 digits, or 8 for a result in float32.
PLAIN, PLAIN_SINGLE = 1 / 256, 1e-5

Kernel = Callable[[Rows, Rows, bool], Floats]


class Sums(NamedTuple):
    """Of each row of P and of Q: the normalizer of its weights, as a logarithm, and what remains.

    p_mass, q_mass: the sums of what is normalized; lost, due: the means under P of the logarithms
    of P's and of Q's weights; barred: whether P has an outcome that is impossible under Q.
    """

    p_mass: Floats
    q_mass: Floats
    log_n_p: Floats
    log_n_q: Floats
    lost: Floats
    due: Floats
    barred: Bools


@ieee
def map_rows(kernel: Kernel, p: Side, q: Side, base: float | None, keepdims: bool = False) -> Any:
    """What `kernel` makes of each row of P and of Q."""
    unit, shape = _validation.log_base(base), _validation.common_shape(p.given, q.given)
    dtype = np.float32 if p.given.dtype is q.given.dtype is np.float32 else np.float64
    result = np.empty(shape[:-1], dtype)
    if 0 in shape:  # a row that broadcasts to none is a distribution all the same
        p.require()
        q.require()
    sides = [(side, np.broadcast_to(side.given.values, shape)) for side in (p, q)]
    size = _rowwise.BLOCK // shape[-1]
    for where in () if 0 in shape else _rowwise.blocks(shape[:-1], size):
        rows, others = (Rows(side, values[where].reshape(-1, shape[-1])) for side, values in sides)
        found = _validation.cast(kernel(rows, others, dtype is np.float64) / unit, dtype)
        result[where] = found.reshape(result[where].shape)
    if keepdims:
        result = np.expand_dims(result, _rowwise.widest([p.given, q.given]).axis)
    return result[()]


def kl_rows(p: Rows, q: Rows, precise: bool) -> Floats:
    """KL divergence a row: plain sums, and careful ones where these lose digits."""
    p_mass, q_mass, log_n_p, log_n_q, lost, due, barred = _sums(p, q)
    kl = lost - due + (log_n_q - log_n_p) * p_mass + (q_mass - p_mass)
    size = log_n_p + log_n_q - lost - due  # of what it is the difference; all are above 0
    fits = size < LARGEST
    near = fits & ~(kl > (1 + size) * (PLAIN if precise else PLAIN_SINGLE)) & ~barred
    if near.any():
        kl[near] = near_rows(p[near], q[near], precise)
    if not fits.all():
        kl[~fits] = _far(p[~fits], q[~fits], less_entropy=True)
    kl[barred] = np.inf  # q = 0 < p gives inf
    return kl


def cross_entropy_rows(p: Rows, q: Rows, precise: bool) -> Floats:
    """Cross-entropy a row: a normalizer's logarithm and a mean cost, neither of them negative."""
    p_mass, _, _, log_n_q, _, due, barred = _sums(p, q, entropy=False)
    found = log_n_q * p_mass - due
    fits, sure = found < LARGEST, found < CLOSE
    if q.by_logits and sure.any():
        found[sure] = np.log1p(_others(q[sure])) * p_mass[sure] - due[sure]
    if not fits.all():
        found[~fits] = _far(p[~fits], q[~fits], less_entropy=False)
    found[barred] = np.inf  # q = 0 < p gives inf
    return np.maximum(found, 0.0) + 0.0  # −0.0 becomes 0.0


def _sums(p: Rows, q: Rows, *, entropy: bool = True) -> Sums:
    p_sum, q_sum, lost, due = np.zeros((4, len(p.values)))
    barred = np.zeros(len(p.values), bool)
    for where in _rowwise.blocks(p.values.shape, PIECE):  # a longer row comes in pieces
        row = where[:1]
        log_p, (log_q, never) = None, q.logs(where)
        if entropy or p.by_logits or never is not None:
            log_p, p_never = p.logs(where)
            if never is not None:
                barred[row] |= (never if p_never is None else never & ~p_never).any(axis=-1)
        weights = p.weights(where, log_p)
        p_sum[row] += row_sums(weights)
        due[row] += np.vecdot(weights, log_q)
        if entropy and log_p is not None:
            lost[row] += np.vecdot(weights, log_p)
        q_sum[row] += row_sums(q.weights(where, log_q))
    (n_p, p_mass), (n_q, q_mass) = p.shares(p_sum), q.shares(q_sum)
    return Sums(p_mass, q_mass, np.log(n_p), np.log(n_q), lost / n_p, due / n_p, barred)


def _far(p: Rows, q: Rows, *, less_entropy: bool) -> Floats:
    """KL divergence or cross-entropy a row where sums of logarithms exceed the largest float."""
    (log_p, _), (log_q, _) = p.logs(()), q.logs(())
    weights, q_weights = p.weights((), log_p), q.weights((), log_q)
    (n_p, _), (n_q, _) = p.shares(weights.sum(axis=1)), q.shares(q_weights.sum(axis=1))
    shares, apart = weights / n_p[:, None], np.log(n_q)
    if less_entropy:
        apart, log_q = apart - np.log(n_p), log_q - log_p
    return apart - (shares * log_q).sum(axis=1)


def _others(q: Rows) -> Floats:
    """The sum of weights without the top's own 1, which keeps what 1 would absorb."""
    weights = np.exp(q.logs(())[0])
    np.put_along_axis(weights, q.values.argmax(axis=1)[:, None], 0.0, axis=1)
    return weights.sum(axis=1)

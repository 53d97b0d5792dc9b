"""KL divergence of distributions near each other, to full precision, where logits give one."""

from typing import Any

import numpy as np

from kl_core import _rowwise
from kl_core._log_tail import log_tail
from kl_core._numerics import Floats, kl_div
from kl_core._rowwise import PIECE, Index
from kl_core._weights import NEVER, Rows, row_sums

SERIES_REACH = 1 / 16  # up to which exp(−t) − 1 + t is summed as a series
SERIES = 0.5, -1 / 6, 1 / 24, -1 / 120, 1 / 720, -1 / 5040, 1 / 40320, -1 / 362880, 1 / 3628800
EPS, EPS_SINGLE = 1e-17, 1e-9  # what terms of the series may be left out, as they are near ½


def near_rows(p: Rows, q: Rows, precise: bool) -> Floats:
    """KL divergence a row, by log E exp(mean gap − gap), with gap log p − log q but for a constant.

    That is log(1 + E(exp(−t) − 1 + t)), where no term is negative, with t = gap − mean gap.
    """
    gaps = _Gaps(p, q, precise)
    mean_terms, outcomes = np.zeros(len(p.values)), p.values.shape[1]
    for rows in _rowwise.blocks(p.values.shape[:1], PIECE // outcomes):
        rows = rows or (slice(None),)
        cuts = _rowwise.blocks((outcomes,), PIECE)  # a longer row comes in pieces
        pieces = [gaps.at((*rows, *cut)) for cut in cuts]
        total = sum(row_sums(weights) for _, weights, _ in pieces)
        mean = sum(np.vecdot(weights, gap) for _, weights, gap in pieces) / total
        terms = (_remainders(log_p, w, gap, mean, precise) for log_p, w, gap in pieces)
        mean_terms[rows] = sum(terms) / total
    p_excess, q_excess = p.excess(), q.excess()
    apart = kl_div(1 + p_excess, 1 + q_excess, q_excess - p_excess)
    return (1 + p_excess) * np.log1p(mean_terms) + apart


class _Gaps:
    """log p − log q less that of the likeliest outcome, so that no constant of logits matters."""

    def __init__(self, p: Rows, q: Rows, precise: bool) -> None:
        self.p, self.q, self.precise = p, q, precise
        likeliest = np.arange(len(p.values)), p.values.argmax(axis=1)
        self.first = self._raw(likeliest)
        self.start = self._logs(q, likeliest)[0] - q.tops

    def at(self, where: Index) -> tuple[Floats, Floats, Floats]:
        """The logarithms of P's weights in a piece, these weights, and the gaps."""
        rows = where[:1]
        log_p, _ = self.p.logs(where)
        gap, rounding = self._raw(where)
        gap -= self.first[0][rows][:, None]
        if self.precise:
            gap += rounding - self.first[1][rows][:, None]
        if not np.isfinite(gap.sum()):  # impossible outcomes, or numbers near the largest float
            away = ~np.isfinite(gap)
            gap[away] = (log_p - self.q.logs(where)[0] + self.start[rows][:, None])[away]
        return log_p, self.p.weights(where, log_p), gap

    def _raw(self, where: Any) -> tuple[Floats, Floats]:
        """log p − log q but for the constants, as it rounds, and what the rounding took away."""
        (a, a_tail), (b, b_tail) = (self._logs(rows, where) for rows in (self.p, self.q))
        if not self.precise:
            return a - b, np.zeros(())
        gap, rounding = difference(a, b)
        return gap, rounding + (a_tail - b_tail)

    def _logs(self, rows: Rows, where: Any) -> tuple[Floats, Floats | float]:
        """Logits, or logarithms of probabilities, and what these lost by rounding."""
        values = rows.values[where].astype(np.float64)
        if rows.by_logits:
            return values, 0.0
        logs = np.log(values)
        never = values == 0
        logs[never] = NEVER
        if not self.precise:
            return logs, 0.0
        values[never] = 1.0
        return logs, np.where(never, 0.0, log_tail(values, logs))


def _remainders(log_p: Floats, weights: Floats, gap: Floats, mean: Floats, precise: bool) -> Floats:
    """Σ p·(exp(−t) − 1 + t), of terms at least 0 and to full precision, with t = gap − mean."""
    gap -= mean[:, None]
    reach = max(gap.max(), -gap.min())
    terms, error = len(SERIES), EPS if precise else EPS_SINGLE
    if gap.shape[1] > PIECE // 2:  # rows come one by one, and none depends on its neighbours
        while terms > 1 and abs(SERIES[terms - 1]) * reach ** (terms - 1) < error:
            terms -= 1
    remainder = np.full_like(gap, SERIES[terms - 1])
    for coefficient in SERIES[terms - 1 :: -1][1:]:
        remainder *= gap
        remainder += coefficient
    remainder *= gap
    remainder *= gap
    if reach > SERIES_REACH:
        direct = gap + np.expm1(-np.maximum(gap, -1))
        remainder = np.where(abs(gap) <= SERIES_REACH, remainder, direct)
    remainder *= weights
    if reach > 1:
        more = gap < -1  # of Q than of P, which may be 0
        remainder[more] = np.exp(log_p[more] - gap[more]) + weights[more] * (gap[more] - 1)
    return row_sums(remainder)


def difference(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """a − b as it rounds, and what the rounding took away.

    Source: Knuth, The Art of Computer Programming 2, section 4.2.2, theorem B.
    """
    found = a - b
    part = found - a
    return found, (a - (found - part)) - (b + part)

"""k1, k2 and k3: estimates of KL(P‖Q) from log p and log q of samples that come from P."""

from __future__ import annotations

import ast

from pages.ui.questions.expressions import number, squared, terms, text
from pages.ui.questions.formula import Formula, Resolve
from pages.ui.questions.logarithms import difference, exponent, logs


def first(node: ast.expr, resolve: Resolve) -> Formula | None:
    """k1: log p − log q, of names that say that they are logarithms."""
    match node:
        case ast.BinOp(_, ast.Sub(), _):
            both = logs(node, 1, resolve)
        case _:
            return None
    if len(both) != 2 or both[0].sign == both[1].sign or not all(log.is_log for log in both):
        return None
    p, q = sorted(both, key=lambda log: -log.sign)
    return Formula("k1", node, text(p.base), text(q.base), True, True)


def second(node: ast.expr, resolve: Resolve) -> Formula | None:
    """k2: ½ (log p − log q)²."""
    match node:
        case ast.BinOp(half, ast.Mult(), power) if number(half) == 0.5:
            pass
        case ast.BinOp(power, ast.Div(), two) if number(two) == 2:
            pass
        case ast.BinOp(power, ast.Mult(), half) if number(half) == 0.5:
            pass
        case _:
            return None
    inside = squared(power)
    both = (logs(inside, 1, resolve) or difference(inside, resolve)) if inside else []
    if len(both) != 2 or both[0].sign == both[1].sign or not all(log.is_log for log in both):
        return None
    first, second = sorted(both, key=lambda log: -log.sign)
    return Formula("k2", node, text(first.base), text(second.base), True, True)


def third(node: ast.expr, resolve: Resolve) -> Formula | None:
    """k3: exp(d) − 1 − d with d = log q − log p, on samples from P."""
    parts = list(terms(node, 1))
    ones = [sign for sign, part in parts if number(part) == 1]
    exps = [(sign, inside) for sign, part in parts if (inside := exponent(part, resolve))]
    if len(ones) != 1 or len(exps) != 1 or ones[0] == exps[0][0]:
        return _of_a_ratio(node, parts, resolve)
    sign, inside = exps[0]
    d = logs(inside, 1, resolve) or difference(inside, resolve)
    rest = [
        log
        for turned, part in parts
        if number(part) != 1 and not exponent(part, resolve)
        for log in (logs(part, turned, resolve) or difference(part, resolve, turned))
    ]
    if len(d) != 2 or len(rest) != 2:
        return None
    wanted = {(text(log.base), -sign * log.sign) for log in d}
    if {(text(log.base), log.sign) for log in rest} != wanted:
        return None
    q = next(log for log in d if log.sign > 0)
    p = next(log for log in d if log.sign < 0)
    return Formula("k3", node, text(p.base), text(q.base), p.is_log, q.is_log, negated=sign < 0)


def _of_a_ratio(
    node: ast.expr, parts: list[tuple[int, ast.expr]], resolve: Resolve
) -> Formula | None:
    """k3 of a ratio that is named elsewhere: (ratio − 1) − log_ratio. P and Q stay open."""
    if len(parts) != 3 or sorted(sign for sign, _ in parts) != [-1, -1, 1]:
        return None
    (ratio,) = (part for sign, part in parts if sign > 0)
    rest = [part for sign, part in parts if sign < 0]
    log = [part for part in rest if number(part) != 1]
    if len(log) != 1 or "ratio" not in text(ratio) or "ratio" not in text(log[0]):
        return None
    return Formula("k3", node, "", "", False, False)

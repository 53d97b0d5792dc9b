"""Divergences that are written out: Σ p log(p/q) and its variants, a VAE's term, k1, k2 and k3."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pages.ui.questions import closed_forms, estimators
from pages.ui.questions.expressions import last_name, text, unguarded
from pages.ui.questions.formula import Formula, Resolve
from pages.ui.questions.logarithms import Log, is_weight_of, logs


def find(expression: ast.expr, resolve: Resolve) -> Iterator[Formula]:
    """The divergences in an expression, each once: what is inside one is not looked at again."""
    found = _formula(expression, resolve)
    if found:
        yield found
        return
    for child in ast.iter_child_nodes(expression):
        if isinstance(child, ast.expr):
            yield from find(child, resolve)
        elif isinstance(child, ast.keyword):
            yield from find(child.value, resolve)
        elif isinstance(child, ast.comprehension):
            yield from find(child.iter, resolve)


def _formula(node: ast.expr, resolve: Resolve) -> Formula | None:
    return (
        estimators.third(node, resolve)
        or closed_forms.gaussian(node)
        or _sum(node, resolve)
        or estimators.second(node, resolve)
    )


def _sum(node: ast.expr, resolve: Resolve) -> Formula | None:
    """p · (log p − log q), as one product or as the difference of two."""
    terms = _products(node, 1, resolve)
    if not terms:
        return None
    (_, weight, _) = terms[0]
    if any(text(other) != text(weight) for _, other, _ in terms):
        return None
    both = [
        Log(sign * log.sign, log.base, log.is_log, log.guarded, log.bits)
        for sign, _, several in terms
        for log in several
    ]
    if len(both) != 2 or both[0].sign == both[1].sign:
        return None
    own = [log for log in both if is_weight_of(weight, log, resolve)]
    if len(own) != 1:
        return None
    (other,) = (log for log in both if log is not own[0])
    guarded = any(log.guarded for log in both)
    bits = any(log.bits for log in both)
    p, q = text(unguarded(weight)[0]), text(other.base)
    return Formula("sum", node, p, q, False, other.is_log, guarded, own[0].sign < 0, bits)


def _products(node: ast.expr, sign: int, resolve: Resolve) -> list[tuple[int, ast.expr, list[Log]]]:
    """A sum of weights times logarithms: (sign, weight, logarithms) each, or nothing."""
    match node:
        case ast.UnaryOp(ast.USub(), inside):
            return _products(inside, -sign, resolve)
        case ast.BinOp(left, (ast.Add() | ast.Sub()) as op, right):
            before = _products(left, sign, resolve)
            after = _products(right, sign if isinstance(op, ast.Add) else -sign, resolve)
            return before + after if before and after else []
        case ast.BinOp(left, ast.Mult() | ast.MatMult(), right):
            for weight, other in ((left, right), (right, left)):
                if several := logs(other, 1, resolve):
                    turned, weight = _positive(weight)
                    return [(sign * turned, weight, several)]
        case ast.Call(func, [left, right, *_]) if last_name(func) in {
            "multiply",
            "mul",
            "dot",
            "vdot",
            "inner",
            "matmul",
        }:
            return _products(ast.BinOp(left, ast.Mult(), right), sign, resolve)
        case ast.Call(ast.Attribute(left, "mul" | "dot" | "multiply"), [right]):
            return _products(ast.BinOp(left, ast.Mult(), right), sign, resolve)
        case ast.Call(func, [p, q]) if last_name(func) == "xlogy":
            return [(sign, p, [Log(1, q, False)])]
    return []


def _positive(node: ast.expr) -> tuple[int, ast.expr]:
    """A weight without its minus or its factor of ±1."""
    match node:
        case ast.UnaryOp(ast.USub(), inside):
            sign, inside = _positive(inside)
            return -sign, inside
        case ast.BinOp(ast.Constant(value), ast.Mult(), inside) if value in (1, 1.0):
            return _positive(inside)
    return 1, node

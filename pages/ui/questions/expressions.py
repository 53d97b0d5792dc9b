"""Parts of expressions: what a call is of, numbers, squares, sums, and what guards a logarithm."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

LOGS = frozenset({"log", "log2", "log10", "ln"})

EXPS = frozenset({"exp"})

MEANS = frozenset({"sum", "mean", "reduce_sum", "reduce_mean"})

# What keeps a logarithm finite and is no part of the distribution.
GUARDS = frozenset({"clamp", "clip", "clamp_min", "clip_by_value", "maximum", "max"})

SHAPES = frozenset(
    "unsqueeze squeeze view reshape detach float double to cpu numpy flatten expand transpose "
    "permute contiguous stop_gradient asarray array tensor astype where masked_fill "
    "nan_to_num".split()
)

MODULES = frozenset(
    "np numpy jnp torch tf F math K ops keras nn jax scipy special functional".split()
)


def text(node: ast.expr | None) -> str:
    """An expression as source."""
    return ast.unparse(node) if node is not None else ""


def last_name(func: ast.expr) -> str:
    """The name of a function without what it is in."""
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def is_method(func: ast.expr) -> bool:
    """Whether a call is a method of its first operand, and not a function in a module."""
    match func:
        case ast.Attribute(ast.Name(name), _):
            return name not in MODULES
        case ast.Attribute(ast.Attribute(ast.Name(name), _), _) if name in MODULES:
            return False
    return isinstance(func, ast.Attribute)


def receiver(func: ast.expr) -> ast.expr | None:
    """What a method is called on."""
    return func.value if isinstance(func, ast.Attribute) and is_method(func) else None


def operand(func: ast.expr, arguments: list[ast.expr]) -> ast.expr | None:
    """What a function or a method is applied to: log(x), x.log()."""
    if is_method(func):
        return receiver(func)
    return arguments[0] if arguments else None


def number(node: ast.expr) -> float | None:
    """A number that is written as one."""
    match node:
        case ast.Constant(bool()):
            return None
        case ast.Constant(int() | float() as value):
            return float(value)
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as value)):
            return -float(value)
    return None


def squared(node: ast.expr) -> ast.expr | None:
    """What is squared, however that is written."""
    match node:
        case ast.BinOp(inside, ast.Pow(), two) if number(two) == 2:
            return inside
        case ast.Call(ast.Attribute(inside, "pow" | "square"), arguments) if (
            not arguments or number(arguments[0]) == 2
        ):
            return inside
        case ast.Call(func, [inside, *rest]) if last_name(func) in {"square", "pow", "power"} and (
            not rest or number(rest[0]) == 2
        ):
            return inside
        case ast.BinOp(left, ast.Mult(), right) if text(left) == text(right):
            return left
    return None


def terms(node: ast.expr, sign: int) -> Iterator[tuple[int, ast.expr]]:
    """The terms of a sum, with their signs."""
    match node:
        case ast.UnaryOp(ast.USub(), inside):
            yield from terms(inside, -sign)
        case ast.BinOp(left, (ast.Add() | ast.Sub()) as op, right):
            yield from terms(left, sign)
            yield from terms(right, sign if isinstance(op, ast.Add) else -sign)
        case _:
            yield sign, node


def unguarded(node: ast.expr) -> tuple[ast.expr, bool]:
    """Without what keeps it from 0: + eps, clip, clamp, maximum; and whether there was some."""
    match node:
        case ast.BinOp(inside, ast.Add(), small) if _is_small(small):
            return unguarded(inside)[0], True
        case ast.BinOp(small, ast.Add(), inside) if _is_small(small):
            return unguarded(inside)[0], True
        case ast.Call(func, arguments) if last_name(func) in GUARDS:
            of = operand(func, arguments)
            return (unguarded(of)[0], True) if of else (node, False)
        case ast.Call(ast.Attribute(inside, name), _) if name in SHAPES and is_method(node.func):
            return unguarded(inside)
    return node, False


def _is_small(node: ast.expr) -> bool:
    value = number(node)
    if value is not None:
        return abs(value) <= 1e-2
    return bool(re.search(r"(?i)eps|tiny|small|delta", text(node)))

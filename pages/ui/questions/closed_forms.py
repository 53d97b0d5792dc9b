"""The KL term of a VAE, −½ Σ(1 + log σ² − μ² − σ²), however it is written."""

from __future__ import annotations

import ast

from pages.ui.questions.expressions import (
    EXPS,
    LOGS,
    MEANS,
    last_name,
    number,
    operand,
    receiver,
    squared,
    terms,
    text,
)
from pages.ui.questions.formula import Formula


def gaussian(node: ast.expr) -> Formula | None:
    """−½ Σ(1 + log σ² − μ² − σ²), the closed form of KL(N(μ, σ²)‖N(0, 1))."""
    match node:
        case ast.BinOp(left, ast.Mult(), right):
            half, inside = (left, right) if number(left) is not None else (right, left)
            factor = number(half)
        case ast.BinOp(inside, ast.Div(), two):
            divisor = number(two)
            factor = 1 / divisor if divisor else None
        case _:
            return None
    if factor is None or abs(factor) != 0.5:
        return None
    inside = _summed(inside)
    parts = [(sign * (1 if factor > 0 else -1), part) for sign, part in terms(inside, 1)]
    one = any(number(part) == 1 and sign < 0 for sign, part in parts)
    means = [squared(part) for sign, part in parts if sign > 0 and squared(part) is not None]
    negative = [part for sign, part in parts if sign < 0 and number(part) != 1]
    if not one or len(parts) != 4 or len(negative) != 1:
        return None
    variance = _log_variance(negative[0])
    widths = [part for sign, part in parts if sign > 0 and _is_variance(part, negative[0])]
    means = [mean for mean in means if mean is not None and not _is_std(mean, negative[0])]
    if not variance or not widths or len(means) != 1:
        return None
    return Formula("vae", node, f"N({text(means[0])}, {variance})", "N(0, 1)", False, False)


def _log_variance(node: ast.expr) -> str:
    """The variance whose logarithm this is, in words."""
    match node:
        case ast.Call(func, arguments) if last_name(func) in LOGS:
            inside = operand(func, arguments)
            return text(inside) if inside else ""
        case ast.BinOp(two, ast.Mult(), log) if number(two) == 2:
            match log:
                case ast.Call(func, arguments) if last_name(func) in LOGS:
                    inside = operand(func, arguments)
                    return f"{text(inside)}**2" if inside else ""
            return f"exp(2*{text(log)})"
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return f"exp({text(node)})"
    return ""


def _is_variance(part: ast.expr, log: ast.expr) -> bool:
    """Whether a term is the variance that belongs to its logarithm."""
    match part:
        case ast.Call(func, arguments) if last_name(func) in EXPS:
            inside = operand(func, arguments)
            return inside is not None and text(inside) == text(log)
    match log:
        case ast.Call(func, arguments) if last_name(func) in LOGS:
            inside = operand(func, arguments)
            return inside is not None and text(inside) == text(part)
        case ast.BinOp(two, ast.Mult(), ast.Call(func, arguments)) if number(two) == 2:
            inside = operand(func, arguments)
            square = squared(part)
            return inside is not None and square is not None and text(inside) == text(square)
    return False


def _is_std(mean: ast.expr, log: ast.expr) -> bool:
    match log:
        case ast.BinOp(two, ast.Mult(), ast.Call(func, arguments)) if number(two) == 2:
            inside = operand(func, arguments)
            return inside is not None and text(inside) == text(mean)
        case ast.Call(func, arguments):
            inside = operand(func, arguments)
            square = squared(inside) if inside else None
            return square is not None and text(square) == text(mean)
    return False


def _summed(node: ast.expr) -> ast.expr:
    """What is inside sums and means: their place does not change which divergence it is."""
    match node:
        case ast.Call(func, arguments) if last_name(func) in MEANS:
            inside = arguments[0] if arguments and not _is_tensor_method(func, arguments) else None
            return _summed(inside or receiver(func) or node)
    return node


def _is_tensor_method(func: ast.expr, arguments: list[ast.expr]) -> bool:
    axes = ast.Constant | ast.UnaryOp | ast.List | ast.Tuple
    return isinstance(func, ast.Attribute) and isinstance(arguments[0], axes)

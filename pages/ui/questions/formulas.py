"""Divergences that are written out: Σ p log(p/q) and its variants, a VAE's term, k1, k2 and k3."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

Resolve = Callable[[ast.expr], ast.expr]
Kind = Literal["sum", "vae", "k1", "k2", "k3"]

LOGS = frozenset({"log", "log2", "log10", "ln"})
EXPS = frozenset({"exp"})
LOG_SOFTMAX = frozenset({"log_softmax", "logsigmoid", "log_sigmoid"})
SOFTMAX = {"log_softmax": "softmax", "logsigmoid": "sigmoid", "log_sigmoid": "sigmoid"}
MEANS = frozenset({"sum", "mean", "reduce_sum", "reduce_mean"})
# What keeps a logarithm finite and is no part of the distribution.
GUARDS = frozenset({"clamp", "clip", "clamp_min", "clip_by_value", "maximum", "max"})
SHAPES = frozenset(
    "unsqueeze squeeze view reshape detach float double to cpu numpy flatten expand transpose "
    "permute contiguous stop_gradient asarray array tensor astype where masked_fill "
    "nan_to_num".split()
)
LOG_NAME = re.compile(
    r"(?:^|_)log_?(?:p|q|pi|prob|probs|softmax|lik|like|ps|m|px|qx)|log_?prob|logps?\b"
    r"|^log_(?!var|sigma|std|scale|ratio|dir)|_logp?$|^lp_"
)
NO_LOG_NAME = re.compile(r"logit|logvar|log_var|log_sigma|log_std|logger|ratio|diff")


@dataclass(frozen=True)
class Formula:
    """A divergence found in an expression: what plays P and Q, and how they are given."""

    kind: Kind
    node: ast.expr
    p: str
    q: str
    p_is_log: bool
    q_is_log: bool
    guarded: bool = False  # by an epsilon or a clip
    negated: bool = False  # the line computes −KL
    bits: bool = False


@dataclass(frozen=True)
class _Log:
    """One logarithm in a sum: + or − log of `base`, or `base` itself if that is a logarithm."""

    sign: int
    base: ast.expr
    is_log: bool
    guarded: bool = False
    bits: bool = False


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
        _third(node, resolve)
        or _vae(node, resolve)
        or _sum(node, resolve)
        or _second(node, resolve)
    )


def _sum(node: ast.expr, resolve: Resolve) -> Formula | None:
    """p · (log p − log q), as one product or as the difference of two."""
    terms = _products(node, 1, resolve)
    if not terms:
        return None
    (_, weight, _) = terms[0]
    if any(text(other) != text(weight) for _, other, _ in terms):
        return None
    logs = [
        _Log(sign * log.sign, log.base, log.is_log, log.guarded, log.bits)
        for sign, _, several in terms
        for log in several
    ]
    if len(logs) != 2 or logs[0].sign == logs[1].sign:
        return None
    own = [log for log in logs if _is_weight_of(weight, log, resolve)]
    if len(own) != 1:
        return None
    (other,) = (log for log in logs if log is not own[0])
    guarded = any(log.guarded for log in logs)
    bits = any(log.bits for log in logs)
    p, q = text(_unguarded(weight)[0]), text(other.base)
    return Formula("sum", node, p, q, False, other.is_log, guarded, own[0].sign < 0, bits)


def _products(
    node: ast.expr, sign: int, resolve: Resolve
) -> list[tuple[int, ast.expr, list[_Log]]]:
    """A sum of weights times logarithms: (sign, weight, logarithms) each, or nothing."""
    match node:
        case ast.UnaryOp(ast.USub(), inside):
            return _products(inside, -sign, resolve)
        case ast.BinOp(left, (ast.Add() | ast.Sub()) as op, right):
            before = _products(left, sign, resolve)
            after = _products(right, sign if isinstance(op, ast.Add) else -sign, resolve)
            return before + after if before and after else []
        case ast.BinOp(left, ast.Mult() | ast.MatMult(), right):
            for weight, logs in ((left, right), (right, left)):
                if several := _logs(logs, 1, resolve):
                    turned, weight = _positive(weight)
                    return [(sign * turned, weight, several)]
        case ast.Call(func, [left, right, *_]) if _last(func) in {
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
        case ast.Call(func, [p, q]) if _last(func) == "xlogy":
            return [(sign, p, [_Log(1, q, False)])]
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


def _logs(node: ast.expr, sign: int, resolve: Resolve, depth: int = 0) -> list[_Log]:
    """A sum of logarithms, or nothing if it is none."""
    match node:
        case ast.UnaryOp(ast.USub(), inside):
            return _logs(inside, -sign, resolve, depth)
        case ast.BinOp(left, (ast.Add() | ast.Sub()) as op, right):
            before = _logs(left, sign, resolve, depth)
            after = _logs(right, sign if isinstance(op, ast.Add) else -sign, resolve, depth)
            return before + after if before and after else []
        case ast.Call(ast.Attribute() | ast.Name() as func, arguments):
            name = _last(func)
            if name in LOGS:
                of = _operand(func, arguments)
                return _of_quotient(of, sign, name == "log2", resolve) if of else []
            if name in LOG_SOFTMAX or name == "log_prob":
                return [_Log(sign, node, True)]
            if name in GUARDS | SHAPES:
                of = _operand(func, arguments)
                return _logs(of, sign, resolve, depth) if of else []
            if name in {"sub", "subtract"}:
                start = arguments[0] if len(arguments) == 2 else _receiver(func)
                if start is not None and arguments:
                    both = ast.BinOp(start, ast.Sub(), arguments[-1])
                    return _logs(both, sign, resolve, depth)
        case ast.Name() | ast.Attribute() | ast.Subscript():
            if is_log_name(node):
                return [_Log(sign, node, True)]
            known = resolve(node)
            if known is not node and depth < 5:
                return _logs(known, sign, resolve, depth + 1)
    return []


def _of_quotient(inside: ast.expr, sign: int, bits: bool, resolve: Resolve) -> list[_Log]:
    """log(a / b) as log a − log b; log a as it is."""
    bare, guarded = _unguarded(inside)
    match bare:
        case ast.BinOp(a, ast.Div(), b):
            pass
        case ast.Call(func, [a, b]) if _last(func) in {"divide", "true_divide", "div"}:
            pass
        case ast.Name() if isinstance(known := resolve(bare), ast.BinOp) and isinstance(
            known.op, ast.Div
        ):
            a, b = known.left, known.right
        case _:
            return [_Log(sign, bare, False, guarded, bits)]
    (a, one), (b, other) = _unguarded(a), _unguarded(b)
    safe = guarded or one or other
    return [_Log(sign, a, False, safe, bits), _Log(-sign, b, False, safe, bits)]


def _is_weight_of(weight: ast.expr, log: _Log, resolve: Resolve) -> bool:
    """Whether a weight is the distribution whose logarithm this is."""
    weight, _ = _unguarded(weight)
    versions = {text(weight), text(_unguarded(resolve(weight))[0])}
    if not log.is_log:
        bases = {text(log.base), text(_unguarded(resolve(log.base))[0])}
        if versions & bases:
            return True
        return any(_is_exp_of(each, log.base) for each in (weight, resolve(weight)))
    for given in (weight, resolve(weight)):
        if any(_is_exp_of(given, base) for base in (log.base, resolve(log.base))):
            return True
    for given in (weight, resolve(weight)):
        for base in (log.base, resolve(log.base)):
            if _softmax_of(base) and _softmax_of(base) == _probabilities(given):
                return True
    return bool(_plain_name(log.base)) and _plain_name(log.base) == text(weight)


def _is_exp_of(node: ast.expr, base: ast.expr) -> bool:
    match node:
        case ast.Call(func, arguments) if _last(func) in EXPS:
            inside = _operand(func, arguments)
            return inside is not None and text(inside) == text(base)
    return False


def _softmax_of(node: ast.expr) -> str:
    """What a log-softmax is of: "softmax a"."""
    match node:
        case ast.Call(func, arguments) if _last(func) in LOG_SOFTMAX:
            inside = _operand(func, arguments)
            return f"{SOFTMAX[_last(func)]} {text(inside)}" if inside else ""
        case ast.Call(ast.Attribute(inside, "log"), []):
            return _probabilities(inside)
        case ast.Call(func, [inside]) if _last(func) in LOGS:
            return _probabilities(inside)
    return ""


def _probabilities(node: ast.expr) -> str:
    match node:
        case ast.Call(func, arguments) if _last(func) in {"softmax", "sigmoid"}:
            inside = _operand(func, arguments)
            return f"{_last(func)} {text(inside)}" if inside else ""
    return ""


def _plain_name(node: ast.expr) -> str:
    """The name of the distribution whose logarithm has this name: "p" of "log_p"."""
    name = text(node)
    for pattern in (r"^log_?(\w+)$", r"^(\w+?)_log$", r"^(\w+_)log_?(\w+)$"):
        if found := re.fullmatch(pattern, name):
            return "".join(found.groups())
    return ""


def _third(node: ast.expr, resolve: Resolve) -> Formula | None:
    """k3: exp(d) − 1 − d with d = log q − log p, on samples from P."""
    terms = list(_terms(node, 1, resolve))
    ones = [sign for sign, part in terms if _number(part) == 1]
    exps = [(sign, inside) for sign, part in terms if (inside := _exponent(part, resolve))]
    if len(ones) != 1 or len(exps) != 1 or ones[0] == exps[0][0]:
        return None
    sign, inside = exps[0]
    d = _logs(inside, 1, resolve) or _difference(inside, resolve)
    rest = [
        log
        for turned, part in terms
        if _number(part) != 1 and not _exponent(part, resolve)
        for log in (_logs(part, turned, resolve) or _difference(part, resolve, turned))
    ]
    if len(d) != 2 or len(rest) != 2:
        return None
    wanted = {(text(log.base), -sign * log.sign) for log in d}
    if {(text(log.base), log.sign) for log in rest} != wanted:
        return None
    q = next(log for log in d if log.sign > 0)
    p = next(log for log in d if log.sign < 0)
    return Formula("k3", node, text(p.base), text(q.base), p.is_log, q.is_log, negated=sign < 0)


def _second(node: ast.expr, resolve: Resolve) -> Formula | None:
    """k2: ½ (log p − log q)²."""
    match node:
        case ast.BinOp(half, ast.Mult(), power) if _number(half) == 0.5:
            pass
        case ast.BinOp(power, ast.Div(), two) if _number(two) == 2:
            pass
        case ast.BinOp(power, ast.Mult(), half) if _number(half) == 0.5:
            pass
        case _:
            return None
    inside = _squared(power)
    logs = (_logs(inside, 1, resolve) or _difference(inside, resolve)) if inside else []
    if len(logs) != 2 or logs[0].sign == logs[1].sign or not all(log.is_log for log in logs):
        return None
    first, second = sorted(logs, key=lambda log: -log.sign)
    return Formula("k2", node, text(first.base), text(second.base), True, True)


def first(node: ast.expr, resolve: Resolve) -> Formula | None:
    """k1: log p − log q, of names that say that they are logarithms."""
    match node:
        case ast.BinOp(_, ast.Sub(), _):
            logs = _logs(node, 1, resolve)
        case _:
            return None
    if len(logs) != 2 or logs[0].sign == logs[1].sign or not all(log.is_log for log in logs):
        return None
    p, q = sorted(logs, key=lambda log: -log.sign)
    return Formula("k1", node, text(p.base), text(q.base), True, True)


def _vae(node: ast.expr, resolve: Resolve) -> Formula | None:
    """−½ Σ(1 + log σ² − μ² − σ²), the closed form of KL(N(μ, σ²)‖N(0, 1))."""
    match node:
        case ast.BinOp(left, ast.Mult(), right):
            number, inside = (left, right) if _number(left) is not None else (right, left)
            factor = _number(number)
        case ast.BinOp(inside, ast.Div(), number):
            divisor = _number(number)
            factor = 1 / divisor if divisor else None
        case _:
            return None
    if factor is None or abs(factor) != 0.5:
        return None
    inside = _summed(inside)
    parts = [(sign * (1 if factor > 0 else -1), part) for sign, part in _terms(inside, 1, resolve)]
    one = any(_number(part) == 1 and sign < 0 for sign, part in parts)
    means = [_squared(part) for sign, part in parts if sign > 0 and _squared(part) is not None]
    negative = [part for sign, part in parts if sign < 0 and _number(part) != 1]
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
        case ast.Call(func, arguments) if _last(func) in LOGS:
            inside = _operand(func, arguments)
            return text(inside) if inside else ""
        case ast.BinOp(two, ast.Mult(), log) if _number(two) == 2:
            match log:
                case ast.Call(func, arguments) if _last(func) in LOGS:
                    inside = _operand(func, arguments)
                    return f"{text(inside)}**2" if inside else ""
            return f"exp(2*{text(log)})"
        case ast.Name() | ast.Attribute() | ast.Subscript():
            return f"exp({text(node)})"
    return ""


def _is_variance(part: ast.expr, log: ast.expr) -> bool:
    """Whether a term is the variance that belongs to its logarithm."""
    match part:
        case ast.Call(func, arguments) if _last(func) in EXPS:
            inside = _operand(func, arguments)
            return inside is not None and text(inside) == text(log)
    match log:
        case ast.Call(func, arguments) if _last(func) in LOGS:
            inside = _operand(func, arguments)
            return inside is not None and text(inside) == text(part)
        case ast.BinOp(two, ast.Mult(), ast.Call(func, arguments)) if _number(two) == 2:
            inside = _operand(func, arguments)
            square = _squared(part)
            return inside is not None and square is not None and text(inside) == text(square)
    return False


def _is_std(mean: ast.expr, log: ast.expr) -> bool:
    match log:
        case ast.BinOp(two, ast.Mult(), ast.Call(func, arguments)) if _number(two) == 2:
            inside = _operand(func, arguments)
            return inside is not None and text(inside) == text(mean)
        case ast.Call(func, arguments):
            inside = _operand(func, arguments)
            square = _squared(inside) if inside else None
            return square is not None and text(square) == text(mean)
    return False


def _summed(node: ast.expr) -> ast.expr:
    """What is inside sums and means: their place does not change which divergence it is."""
    match node:
        case ast.Call(func, arguments) if _last(func) in MEANS:
            inside = arguments[0] if arguments and not _is_tensor_method(func, arguments) else None
            return _summed(inside or _receiver(func) or node)
    return node


def _is_tensor_method(func: ast.expr, arguments: list[ast.expr]) -> bool:
    axes = ast.Constant | ast.UnaryOp | ast.List | ast.Tuple
    return isinstance(func, ast.Attribute) and isinstance(arguments[0], axes)


def _terms(node: ast.expr, sign: int, resolve: Resolve) -> Iterator[tuple[int, ast.expr]]:
    """The terms of a sum, with their signs."""
    match node:
        case ast.UnaryOp(ast.USub(), inside):
            yield from _terms(inside, -sign, resolve)
        case ast.BinOp(left, (ast.Add() | ast.Sub()) as op, right):
            yield from _terms(left, sign, resolve)
            yield from _terms(right, sign if isinstance(op, ast.Add) else -sign, resolve)
        case _:
            yield sign, node


def _exponent(node: ast.expr, resolve: Resolve) -> ast.expr | None:
    """d of exp(d), also where exp(d) has a name of its own."""
    for given in (node, resolve(node)):
        match given:
            case ast.Call(func, arguments) if _last(func) in EXPS:
                return _operand(func, arguments)
    return None


def _difference(node: ast.expr, resolve: Resolve, sign: int = 1) -> list[_Log]:
    """log q − log p of names that do not say that they are logarithms, inside an exponential."""
    for given in (node, resolve(node)):
        match given:
            case ast.BinOp(left, ast.Sub(), right):
                return [_Log(sign, left, True), _Log(-sign, right, True)]
            case ast.UnaryOp(ast.USub(), inside):
                return _difference(inside, resolve, -sign)
    return []


def _squared(node: ast.expr) -> ast.expr | None:
    match node:
        case ast.BinOp(inside, ast.Pow(), two) if _number(two) == 2:
            return inside
        case ast.Call(ast.Attribute(inside, "pow" | "square"), arguments) if (
            not arguments or _number(arguments[0]) == 2
        ):
            return inside
        case ast.Call(func, [inside, *rest]) if _last(func) in {"square", "pow", "power"} and (
            not rest or _number(rest[0]) == 2
        ):
            return inside
        case ast.BinOp(left, ast.Mult(), right) if text(left) == text(right):
            return left
    return None


def is_log_name(node: ast.expr) -> bool:
    """Whether a name says that it holds logarithms of probabilities."""
    name = text(node).split("[")[0].rpartition(".")[2]
    return bool(LOG_NAME.search(name)) and not NO_LOG_NAME.search(name)


def text(node: ast.expr | None) -> str:
    """An expression as source."""
    return ast.unparse(node) if node is not None else ""


def _number(node: ast.expr) -> float | None:
    match node:
        case ast.Constant(bool()):
            return None
        case ast.Constant(int() | float() as value):
            return float(value)
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as value)):
            return -float(value)
    return None


def _unguarded(node: ast.expr) -> tuple[ast.expr, bool]:
    """Without what keeps it from 0: + eps, clip, clamp, maximum; and whether there was some."""
    match node:
        case ast.BinOp(inside, ast.Add(), small) if _is_small(small):
            return _unguarded(inside)[0], True
        case ast.BinOp(small, ast.Add(), inside) if _is_small(small):
            return _unguarded(inside)[0], True
        case ast.Call(func, arguments) if _last(func) in GUARDS:
            of = _operand(func, arguments)
            return (_unguarded(of)[0], True) if of else (node, False)
        case ast.Call(ast.Attribute(inside, name), _) if name in SHAPES and _is_method(node.func):
            return _unguarded(inside)
    return node, False


def _is_small(node: ast.expr) -> bool:
    value = _number(node)
    if value is not None:
        return abs(value) <= 1e-2
    return bool(re.search(r"(?i)eps|tiny|small|delta", text(node)))


def _last(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


MODULES = frozenset(
    "np numpy jnp torch tf F math K ops keras nn jax scipy special functional".split()
)


def _is_method(func: ast.expr) -> bool:
    """Whether a call is a method of its first operand, and not a function in a module."""
    match func:
        case ast.Attribute(ast.Name(name), _):
            return name not in MODULES
        case ast.Attribute(ast.Attribute(ast.Name(name), _), _) if name in MODULES:
            return False
    return isinstance(func, ast.Attribute)


def _receiver(func: ast.expr) -> ast.expr | None:
    return func.value if isinstance(func, ast.Attribute) and _is_method(func) else None


def _operand(func: ast.expr, arguments: list[ast.expr]) -> ast.expr | None:
    """What a function or a method is applied to: log(x), x.log()."""
    if _is_method(func):
        return _receiver(func)
    return arguments[0] if arguments else None

"""Sums of logarithms: log p − log q however it is written, and whether a weight belongs to one."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from pages.ui.questions.expressions import (
    EXPS,
    GUARDS,
    LOGS,
    SHAPES,
    last_name,
    operand,
    receiver,
    text,
    unguarded,
)
from pages.ui.questions.formula import Resolve

LOG_SOFTMAX = frozenset({"log_softmax", "logsigmoid", "log_sigmoid"})

SOFTMAX = {"log_softmax": "softmax", "logsigmoid": "sigmoid", "log_sigmoid": "sigmoid"}

# "logp", "old_log_probs", "new_log_all", "ref_lp": names of logarithms of probabilities.
LOG_NAME = re.compile(
    r"(?:^|_)(?:log(?!it|var|ger|in|std|ged|s?$)|lps?(?:_|$))|(?:log_?probs?|logps?)"
)
NO_LOG_NAME = re.compile(r"logit|logvar|log_?var|log_?sigma|log_?std|log_?scale|ratio|diff|catalog")


@dataclass(frozen=True)
class Log:
    """One logarithm in a sum: + or − log of `base`, or `base` itself if that is a logarithm."""

    sign: int
    base: ast.expr
    is_log: bool
    guarded: bool = False
    bits: bool = False


def logs(node: ast.expr, sign: int, resolve: Resolve, depth: int = 0) -> list[Log]:
    """A sum of logarithms, or nothing if it is none."""
    match node:
        case ast.UnaryOp(ast.USub(), inside):
            return logs(inside, -sign, resolve, depth)
        case ast.BinOp(left, (ast.Add() | ast.Sub()) as op, right):
            before = logs(left, sign, resolve, depth)
            after = logs(right, sign if isinstance(op, ast.Add) else -sign, resolve, depth)
            return before + after if before and after else []
        case ast.Call(ast.Attribute() | ast.Name() as func, arguments):
            name = last_name(func)
            if name in LOGS:
                of = operand(func, arguments)
                if of is not None and (power := exponent(resolve(of), resolve)):
                    return logs(power, sign, resolve, depth) or difference(power, resolve, sign)
                return _of_quotient(of, sign, name == "log2", resolve) if of else []
            if name in LOG_SOFTMAX or name == "log_prob":
                return [Log(sign, node, True)]
            if name in GUARDS | SHAPES:
                of = operand(func, arguments)
                return logs(of, sign, resolve, depth) if of else []
            if name in {"sub", "subtract"}:
                start = arguments[0] if len(arguments) == 2 else receiver(func)
                if start is not None and arguments:
                    both = ast.BinOp(start, ast.Sub(), arguments[-1])
                    return logs(both, sign, resolve, depth)
        case ast.Name() | ast.Attribute() | ast.Subscript():
            if is_log_name(node):
                return [Log(sign, node, True)]
            known = resolve(node)
            if known is not node and depth < 5:
                return logs(known, sign, resolve, depth + 1)
    return []


def _of_quotient(inside: ast.expr, sign: int, bits: bool, resolve: Resolve) -> list[Log]:
    """log(a / b) as log a − log b; log a as it is."""
    bare, guarded = unguarded(inside)
    match bare:
        case ast.BinOp(a, ast.Div(), b):
            pass
        case ast.Call(func, [a, b]) if last_name(func) in {"divide", "true_divide", "div"}:
            pass
        case ast.Name() if isinstance(known := resolve(bare), ast.BinOp) and isinstance(
            known.op, ast.Div
        ):
            a, b = known.left, known.right
        case _:
            return [Log(sign, bare, False, guarded, bits)]
    (a, one), (b, other) = unguarded(a), unguarded(b)
    safe = guarded or one or other
    return [Log(sign, a, False, safe, bits), Log(-sign, b, False, safe, bits)]


def is_log_name(node: ast.expr) -> bool:
    """Whether a name says that it holds logarithms of probabilities."""
    match node:
        case ast.Subscript(_, ast.Constant(str() as name)):
            pass  # data["log_p"]
        case ast.Subscript(of, _):
            return is_log_name(of)
        case _:
            name = text(node).rpartition(".")[2]
    return bool(LOG_NAME.search(name)) and not NO_LOG_NAME.search(name)


def difference(node: ast.expr, resolve: Resolve, sign: int = 1) -> list[Log]:
    """log q − log p of names that do not say that they are logarithms, inside an exponential."""
    for given in (node, resolve(node)):
        match given:
            case ast.BinOp(left, ast.Sub(), right):
                return [Log(sign, left, True), Log(-sign, right, True)]
            case ast.UnaryOp(ast.USub(), inside):
                return difference(inside, resolve, -sign)
    return []


def exponent(node: ast.expr, resolve: Resolve) -> ast.expr | None:
    """d of exp(d), also where exp(d) has a name of its own."""
    for given in (node, resolve(node)):
        match given:
            case ast.Call(func, arguments) if last_name(func) in EXPS:
                return operand(func, arguments)
    return None


def is_weight_of(weight: ast.expr, log: Log, resolve: Resolve) -> bool:
    """Whether a weight is the distribution whose logarithm this is."""
    weight, _ = unguarded(weight)
    versions = {text(weight), text(unguarded(resolve(weight))[0])}
    if not log.is_log:
        bases = {text(log.base), text(unguarded(resolve(log.base))[0])}
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
        case ast.Call(func, arguments) if last_name(func) in EXPS:
            inside = operand(func, arguments)
            return inside is not None and text(inside) == text(base)
    return False


def _softmax_of(node: ast.expr) -> str:
    """What a log-softmax is of: "softmax a"."""
    match node:
        case ast.Call(func, arguments) if last_name(func) in LOG_SOFTMAX:
            inside = operand(func, arguments)
            return f"{SOFTMAX[last_name(func)]} {text(inside)}" if inside else ""
        case ast.Call(ast.Attribute(inside, "log"), []):
            return _probabilities(inside)
        case ast.Call(func, [inside]) if last_name(func) in LOGS:
            return _probabilities(inside)
    return ""


def _probabilities(node: ast.expr) -> str:
    match node:
        case ast.Call(func, arguments) if last_name(func) in {"softmax", "sigmoid"}:
            inside = operand(func, arguments)
            return f"{last_name(func)} {text(inside)}" if inside else ""
    return ""


def _plain_name(node: ast.expr) -> str:
    """The name of the distribution whose logarithm has this name: "p" of "log_p"."""
    name = text(node)
    for pattern in (r"^log_?(\w+)$", r"^(\w+?)_log$", r"^(\w+_)log_?(\w+)$"):
        if found := re.fullmatch(pattern, name):
            return "".join(found.groups())
    return ""

"""Everything found in a text: calls of libraries, Keras's losses by name, what is written out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from operator import attrgetter

from pages.ui.questions import calls, estimators, formulas, sentences
from pages.ui.questions.calls import Signature
from pages.ui.questions.expressions import GUARDS, LOGS, SHAPES, is_method, last_name, text
from pages.ui.questions.finding import Finding
from pages.ui.questions.formula import Formula
from pages.ui.questions.logarithms import LOG_SOFTMAX
from pages.ui.questions.scope import REDUCTIONS, Scope

READ_OUT = frozenset({"item", "detach", "cpu", "numpy", "tolist"})  # of a tensor
LAYERS = {"Softmax": "probabilities", "LogSoftmax": "logarithms"}


class Findings:
    """The divergences of a scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def by_line(self) -> list[Finding]:
        """Everything found, by line."""
        found: list[tuple[ast.AST, Finding]] = []
        for node in self.scope.nodes:
            if isinstance(node, ast.Call):
                found += [(node, each) for each in self._call(node)]
            elif isinstance(node, ast.keyword):
                found += [(node, each) for each in self._named(node)]
            elif isinstance(node, ast.stmt):
                found += [(node, each) for each in self._written_out(node)]
        place = attrgetter("lineno", "col_offset")
        return [each for node, each in sorted(found, key=lambda one: (one[1].line, place(one[0])))]

    def _call(self, node: ast.Call) -> Iterator[Finding]:
        name = self.scope.name(node.func)
        if signature := calls.FUNCTIONS.get(name):
            yield from self._with(node, signature, node)
        elif name in calls.CLASSES:
            if not self.scope.is_called(node):
                yield from self._made(node, calls.CLASSES[name])
        elif made := self.scope.instance(node.func):
            constructor, signature = made
            yield from self._with(node, signature, constructor)
        elif name in calls.LAYERS:
            given = _argument(node, calls.LAYERS[name], 0)
            if given is not None:
                yield _finding(node, "the layer's output distribution", text(given), None, None)
        elif name == "keras.losses.get" or name == "keras.metrics.get":
            if node.args and _is_keras_string(node.args[0]):
                yield self._keras(node, text(node))
        elif name.rpartition(".")[2] == "kl_divergence":
            yield from self._objects(node)
        elif name.rpartition(".")[2] == "entropy" and isinstance(node.func, ast.Attribute):
            if len(node.args) > 1 or _argument(node, "qk", 1) is not None:
                yield from self._with(node, calls.FUNCTIONS["scipy.stats.entropy"], node)
        elif name == "kl_div" and len(node.args) > 1:
            a, b = map(text, node.args[:2])
            yield _finding(
                node, b, a, None, None, None, certain=False, says=(calls.UNCLEAR["kl_div"],)
            )
        elif name == "entropy" and len(node.args) > 1:
            yield from self._with(
                node, calls.FUNCTIONS["scipy.stats.entropy"], node, calls.UNCLEAR["entropy"]
            )

    def _objects(self, node: ast.Call) -> Iterator[Finding]:
        """kl_divergence of some library: as a method, or with both distributions."""
        given = [*node.args, *(each.value for each in node.keywords if each.arg != "name")]
        if isinstance(node.func, ast.Attribute):
            if len(given) >= 2:
                yield _finding(node, text(given[0]), text(given[1]), None, None)
            elif len(given) == 1:
                yield _finding(node, text(node.func.value), text(given[0]), None, None)
        elif len(given) >= 2:
            defined = any(
                isinstance(each, ast.FunctionDef) and each.name == "kl_divergence"
                for each in self.scope.nodes
            )
            if not defined:
                question = calls.UNCLEAR["kl_divergence"]
                p, q = map(text, given[:2])
                yield _finding(node, p, q, None, None, None, certain=False, says=(question,))

    def _with(
        self, node: ast.Call, signature: Signature, settings: ast.Call, question: str = ""
    ) -> Iterator[Finding]:
        """A call with its two arguments; `settings` is where its options are given."""
        given = {
            name: _argument(node, name, place) for place, name in enumerate(signature.parameters)
        }
        p, q = given[signature.p], given[signature.q]
        if p is None or q is None:
            return
        p_is_log, reduction = self._options(signature, settings)
        says = sentences.of_call(
            signature,
            text(p),
            text(q),
            p_is_log,
            reduction,
            self._mistakes(p, q, signature, p_is_log),
        )
        yield Finding(
            node.lineno,
            text(node.func),
            text(p),
            text(q),
            p_is_log,
            signature.q_is_log,
            self.scope.reduced(node, reduction),
            not question,
            (question, *says) if question else says,
        )

    def _made(self, node: ast.Call, signature: Signature) -> Iterator[Finding]:
        """A loss that is made here, and not called in this text."""
        names = [name for name, those in self.scope.assigned.items() if node in those.values()]
        if any(text(each.func) in names for each in self.scope.nodes if isinstance(each, ast.Call)):
            return
        p_is_log, reduction = self._options(signature, node)
        says = sentences.of_call(signature, signature.p, signature.q, p_is_log, reduction, ())
        yield Finding(
            node.lineno,
            text(node.func),
            signature.p,
            signature.q,
            p_is_log,
            signature.q_is_log,
            reduction,
            True,
            says,
        )

    def _options(self, signature: Signature, node: ast.Call) -> tuple[bool | None, str | None]:
        """Whether P is expected as logarithms, and the reduction, by what a call sets."""
        names = (
            signature.settings
            if self.scope.name(node.func) in calls.CLASSES
            else signature.parameters
        )
        p_is_log, reduction = signature.p_is_log, signature.reduction
        if (log := _option(node, names, "log_target")) is not None:
            p_is_log = bool(log.value) if isinstance(log, ast.Constant) else None
        if (given := _option(node, names, "reduction")) is not None:
            value = given.value if isinstance(given, ast.Constant) else ...
            reduction = "none" if value is None else value if isinstance(value, str) else None
        if reduction == "mean" and _is_false(_option(node, names, "size_average")):
            reduction = "sum"
        if _is_false(_option(node, names, "reduce")):
            reduction = "none"
        return p_is_log, reduction

    def _mistakes(
        self, p: ast.expr, q: ast.expr, signature: Signature, p_is_log: bool | None
    ) -> tuple[str, ...]:
        """What is given otherwise than the call expects it."""
        said = []
        for name, given, wanted in (("P", p, p_is_log), ("Q", q, signature.q_is_log)):
            kind = _kind(given, self.scope)
            if wanted is True and kind == "probabilities":
                said.append(
                    f"`{text(given)}` are probabilities, but {name} is expected as logarithms: the "
                    "result is wrong, and it may be negative."
                )
            elif wanted is False and kind == "logarithms":
                said.append(
                    f"`{text(given)}` are logarithms, but {name} is expected as probabilities: the "
                    "result is wrong."
                )
        return tuple(said)

    def _named(self, node: ast.keyword) -> Iterator[Finding]:
        """loss="kl_divergence", also in a list or a dict, and functions that are handed over."""
        if node.arg not in {"loss", "metrics", "loss_fn", "weighted_metrics"}:
            return
        for given in ast.walk(node.value):
            if _is_keras_string(given):
                assert isinstance(given, ast.Constant)
                yield self._keras(given, f"{node.arg}={given.value!r}".replace("'", '"'))
            elif isinstance(given, ast.Attribute | ast.Name):
                parent = self.scope.parents.get(given)
                is_called = isinstance(parent, ast.Call) and parent.func is given
                name = self.scope.name(given)
                if not is_called and name.startswith("keras.") and name in calls.FUNCTIONS:
                    yield self._keras(given, text(given))

    def _keras(self, node: ast.expr, call: str) -> Finding:
        signature = calls.CLASSES["keras.losses.KLDivergence"]
        reduction = signature.reduction
        says = sentences.of_call(signature, "y_true", "y_pred", False, reduction, ())
        return Finding(node.lineno, call, "y_true", "y_pred", False, False, reduction, True, says)

    def _written_out(self, statement: ast.stmt) -> Iterator[Finding]:
        for value in _expressions(statement):
            found = [*formulas.find(value, self.scope.resolve)]
            # Of p log(p/q) + (1 − p) log((1 − p)/(1 − q)) the first says all.
            found = [each for each in found if not re.match(r"1(\.0?)? - ", each.p)] or found
            if not found and _is_about_kl(statement):
                bare = _innermost(value)
                first = estimators.first(bare, self.scope.resolve)
                found = [first] if first else []
            for each in found:
                yield self._formula(each)

    def _formula(self, found: Formula) -> Finding:
        reduction = self.scope.reduced(found.node, "none")
        return Finding(
            found.node.lineno,
            text(found.node),
            found.p,
            found.q,
            found.p_is_log,
            found.q_is_log,
            reduction,
            bool(found.p),
            sentences.of_formula(found, reduction) if found.p else (calls.UNCLEAR["ratio"],),
        )


def _finding(
    node: ast.Call,
    p: str,
    q: str,
    p_is_log: bool | None,
    q_is_log: bool | None,
    reduction: str | None = "none",
    *,
    certain: bool = True,
    says: tuple[str, ...] = (),
) -> Finding:
    if not says:
        says = (
            f"KL({p}‖{q}): the first distribution is P, the second is Q.",
            "One value, in nats, for each pair in the batch; nothing is averaged.",
            "Where there is no formula for the pair, the library raises an error.",
        )
    return Finding(node.lineno, text(node.func), p, q, p_is_log, q_is_log, reduction, certain, says)


def _kind(node: ast.expr, scope: Scope) -> str:
    """Whether an expression is known to hold probabilities, or logarithms."""
    for given in (node, scope.resolve(node)):
        if isinstance(given, ast.Call):
            name = last_name(given.func)
            if name in LOG_SOFTMAX | LOGS:
                return "logarithms"
            if name in {"softmax", "sigmoid", "exp"}:
                return "probabilities"
            made = scope.resolve(given.func)  # a layer: nn.Softmax(dim=1)
            if isinstance(made, ast.Call) and last_name(made.func) in LAYERS:
                return LAYERS[last_name(made.func)]
            if name in SHAPES | GUARDS and isinstance(given.func, ast.Attribute):
                return _kind(given.func.value, scope)
    return ""


def _argument(node: ast.Call, name: str, place: int) -> ast.expr | None:
    """What a call gives for a parameter, by name or by place."""
    for keyword in node.keywords:
        if keyword.arg == name:
            return keyword.value
    given = node.args[: place + 1]
    if len(given) > place and not any(isinstance(each, ast.Starred) for each in given):
        return given[place]
    return None


def _option(node: ast.Call, names: tuple[str, ...], name: str) -> ast.expr | None:
    return _argument(node, name, names.index(name)) if name in names else None


def _is_false(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _is_keras_string(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value in calls.KERAS_STRINGS


def _expressions(statement: ast.stmt) -> Iterator[ast.expr]:
    """The expressions that are a statement's own, and not those of the statements inside it."""
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.expr) and not isinstance(getattr(child, "ctx", None), ast.Store):
            yield child


def _is_about_kl(statement: ast.stmt) -> bool:
    """Whether what a statement sets has "kl" in its name."""
    match statement:
        case ast.Assign(targets):
            names = " ".join(map(text, targets))
        case ast.AnnAssign(target) | ast.AugAssign(target):
            names = text(target)
        case _:
            return False
    return "kl" in names.lower()


def _innermost(node: ast.expr) -> ast.expr:
    """What a mean, a sum or a factor is taken of."""
    match node:
        case ast.Call(ast.Attribute(inside, name), _) if (
            name in REDUCTIONS | READ_OUT and is_method(node.func)
        ):
            return _innermost(inside)
        case ast.Call(func, [inside, *_]) if last_name(func) in REDUCTIONS:
            return _innermost(inside)
        case ast.BinOp(left, ast.Mult(), right):
            for side in (left, right):
                if isinstance(bare := _innermost(side), ast.BinOp) and isinstance(bare.op, ast.Sub):
                    return bare
    return node

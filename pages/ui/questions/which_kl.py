"""Which divergence does a line of Python compute? It is parsed, and never run.

    explain("loss = F.kl_div(log_q, p)")

    python -m pages.ui.questions.which_kl FILE [--json]

`calls` knows the libraries, `formulas` what is written out.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from operator import attrgetter
from pathlib import Path

from pages.ui.questions import calls, formulas
from pages.ui.questions.calls import Signature
from pages.ui.questions.formulas import Formula, text
from pages.ui.questions.reading import UnreadableError, statements

REDUCTIONS = frozenset({"sum", "mean", "nansum", "nanmean", "reduce_sum", "reduce_mean", "fsum"})
# Functions through which a value passes on its way to a reduction.
PASSED = frozenset({"where", "nan_to_num", "relu", "abs", "squeeze", "asarray", "array"})


@dataclass(frozen=True)
class Finding:
    """A divergence in a text: which line and call, what plays P and Q, and what is done with it.

    `p`, `q`: the visitor's own expressions, or the names of parameters where a call has none.
    `p_is_log`, `q_is_log`: whether logarithms are expected there; None where that cannot be told,
    and for distribution objects. `reduction`: what happens to the terms. `certain`: False where
    something must be asked first; `says` then begins with that question.
    """

    line: int
    call: str
    p: str
    q: str
    p_is_log: bool | None
    q_is_log: bool | None
    reduction: str | None
    certain: bool = True
    says: tuple[str, ...] = field(default=())


def explain(source: str) -> list[Finding]:
    """Every divergence that a text computes, in the order of its lines; [] if it cannot be read."""
    try:
        return _Reader(statements(source)).findings()
    except UnreadableError:
        return []
    except RecursionError:
        return []


def why_not(source: str) -> str:
    """Why a text cannot be read, in a sentence; "" for one that can."""
    try:
        statements(source)
    except UnreadableError as error:
        return str(error)
    return ""


class _Reader:
    """A text's imports, assignments and instances, and what is found with them."""

    def __init__(self, body: list[ast.stmt]) -> None:
        self.nodes = [node for statement in body for node in ast.walk(statement)]
        self.imported: dict[str, str] = {}
        self.assigned: dict[str, dict[int, ast.expr]] = {}  # by name, then by line
        self.parents: dict[ast.AST, ast.AST] = {}
        for node in self.nodes:
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
            match node:
                case ast.Import(names):
                    for name in names:
                        self.imported[name.asname or name.name.split(".")[0]] = (
                            name.name if name.asname else name.name.split(".")[0]
                        )
                case ast.ImportFrom(module, names):
                    for name in names:
                        self.imported[name.asname or name.name] = f"{module}.{name.name}"
                case ast.Assign(targets, value):
                    for target in targets:
                        self._assign(target, value)
                case ast.AnnAssign(target, _, ast.expr() as value):
                    self._assign(target, value)
                case ast.NamedExpr(target, value):
                    self._assign(target, value)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for each, its in zip(target.elts, value.elts, strict=False):
                self._assign(each, its)
        elif isinstance(target, ast.Name | ast.Attribute):
            self.assigned.setdefault(text(target), {})[value.lineno] = value

    def resolve(self, node: ast.expr) -> ast.expr:
        """What a name was last set to above its line; any other expression as it is."""
        if not isinstance(node, ast.Name | ast.Attribute):
            return node
        line = getattr(node, "lineno", 0)
        known = self.assigned.get(text(node), {})
        before = max((at for at in known if at < line), default=None)
        return node if before is None else known[before]

    def name(self, func: ast.expr) -> str:
        """The full name of a function, as far as the imports tell it: "torch.nn.KLDivLoss"."""
        parts: list[str] = []
        while isinstance(func, ast.Attribute):
            parts.append(func.attr)
            func = func.value
        if not isinstance(func, ast.Name):
            return ""
        known = self.imported.get(func.id)
        if known is None:
            known = (calls.USUAL if parts else calls.ALONE).get(func.id, func.id)
        return calls.canonical(".".join([known, *reversed(parts)]))

    def findings(self) -> list[Finding]:
        """Everything found, by line."""
        found: list[tuple[ast.AST, Finding]] = []
        for node in self.nodes:
            if isinstance(node, ast.Call):
                found += [(node, each) for each in self._call(node)]
            elif isinstance(node, ast.keyword):
                found += [(node, each) for each in self._named(node)]
            elif isinstance(node, ast.stmt):
                found += [(node, each) for each in self._written_out(node)]
        place = attrgetter("lineno", "col_offset")
        return [each for node, each in sorted(found, key=lambda one: (one[1].line, place(one[0])))]

    # Calls of libraries.

    def _call(self, node: ast.Call) -> Iterator[Finding]:
        name = self.name(node.func)
        if signature := calls.FUNCTIONS.get(name):
            yield from self._with(node, signature, node)
        elif name in calls.CLASSES:
            if not self._is_called(node):
                yield from self._made(node, calls.CLASSES[name])
        elif made := self._instance(node.func):
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
                for each in self.nodes
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
        says = _sentences(
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
            self._reduced(node, reduction),
            not question,
            (question, *says) if question else says,
        )

    def _made(self, node: ast.Call, signature: Signature) -> Iterator[Finding]:
        """A loss that is made here, and not called in this text."""
        names = [name for name, those in self.assigned.items() if node in those.values()]
        if any(text(each.func) in names for each in self.nodes if isinstance(each, ast.Call)):
            return
        p_is_log, reduction = self._options(signature, node)
        says = _sentences(signature, signature.p, signature.q, p_is_log, reduction, ())
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
            signature.settings if self.name(node.func) in calls.CLASSES else signature.parameters
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

    def _instance(self, func: ast.expr) -> tuple[ast.Call, Signature] | None:
        """The loss object that is called here, if it was made in this text."""
        made = func if isinstance(func, ast.Call) else self.resolve(func)
        if made is func and not isinstance(func, ast.Call):
            several = self.assigned.get(text(func), {})  # in __init__, which may stand below
            made = several[max(several)] if several else func
        if isinstance(made, ast.Call) and (signature := calls.CLASSES.get(self.name(made.func))):
            return made, signature
        return None

    def _is_called(self, node: ast.Call) -> bool:
        parent = self.parents.get(node)
        return isinstance(parent, ast.Call) and parent.func is node

    def _mistakes(
        self, p: ast.expr, q: ast.expr, signature: Signature, p_is_log: bool | None
    ) -> tuple[str, ...]:
        """What is given otherwise than the call expects it."""
        said = []
        for name, given, wanted in (("P", p, p_is_log), ("Q", q, signature.q_is_log)):
            kind = _kind(given, self)
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

    # Keras by strings.

    def _named(self, node: ast.keyword) -> Iterator[Finding]:
        """loss="kl_divergence", also in a list or a dict, and functions that are handed over."""
        if node.arg not in {"loss", "metrics", "loss_fn", "weighted_metrics"}:
            return
        for given in ast.walk(node.value):
            if _is_keras_string(given):
                assert isinstance(given, ast.Constant)
                yield self._keras(given, f"{node.arg}={given.value!r}".replace("'", '"'))
            elif isinstance(given, ast.Attribute | ast.Name):
                parent = self.parents.get(given)
                is_called = isinstance(parent, ast.Call) and parent.func is given
                name = self.name(given)
                if not is_called and name.startswith("keras.") and name in calls.FUNCTIONS:
                    yield self._keras(given, text(given))

    def _keras(self, node: ast.expr, call: str) -> Finding:
        signature = calls.CLASSES["keras.losses.KLDivergence"]
        reduction = signature.reduction
        says = _sentences(signature, "y_true", "y_pred", False, reduction, ())
        return Finding(node.lineno, call, "y_true", "y_pred", False, False, reduction, True, says)

    # What is written out.

    def _written_out(self, statement: ast.stmt) -> Iterator[Finding]:
        for value in _expressions(statement):
            found = [*formulas.find(value, self.resolve)]
            # Of p log(p/q) + (1 − p) log((1 − p)/(1 − q)) the first says all.
            found = [each for each in found if not re.match(r"1(\.0?)? - ", each.p)] or found
            if not found and _is_about_kl(statement):
                bare = _innermost(value)
                first = formulas.first(bare, self.resolve)
                found = [first] if first else []
            for each in found:
                yield self._formula(each)

    def _formula(self, found: Formula) -> Finding:
        reduction = self._reduced(found.node, "none")
        return Finding(
            found.node.lineno,
            text(found.node),
            found.p,
            found.q,
            found.p_is_log,
            found.q_is_log,
            reduction,
            True,
            _formula_sentences(found, reduction),
        )

    def _reduced(self, node: ast.AST, reduction: str | None) -> str | None:
        """The reduction, by what sums and means stand around an expression."""
        if reduction != "none":
            return reduction
        around = [_reduction_of(node)] if _reduction_of(node) else []
        inside: ast.AST = node
        while (parent := self.parents.get(inside)) is not None and isinstance(
            parent, ast.expr | ast.keyword | ast.comprehension
        ):
            match parent:
                case ast.Attribute(attr=name):
                    call = self.parents.get(parent)
                    if not (isinstance(call, ast.Call) and call.func is parent):
                        break
                    if name in REDUCTIONS:
                        around.append(_short(name))
                    inside = call
                    continue
                case ast.Call(func, _) if parent.func is not inside:
                    name = formulas._last(func)
                    if name in REDUCTIONS:
                        around.append(_short(name))
                    elif name not in PASSED:
                        break
                case ast.GeneratorExp() | ast.ListComp() | ast.UnaryOp() | ast.BinOp():
                    pass
                case _:
                    break
            inside = parent
        return ", then ".join(around) or "none"


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


def _sentences(
    signature: Signature,
    p: str,
    q: str,
    p_is_log: bool | None,
    reduction: str | None,
    mistakes: tuple[str, ...],
) -> tuple[str, ...]:
    is_kl = signature.what.startswith("KL")
    says = [f"KL({p}‖{q}): `{p}` plays P and `{q}` plays Q."] if is_kl else []
    if signature.what != "KL divergence":
        says.append(f"It computes the {signature.what}.")
    wants = {True: "logarithms of probabilities", False: "probabilities"}
    if p_is_log is not None and signature.q_is_log is not None:
        says.append(f"P is expected as {wants[p_is_log]}, Q as {wants[signature.q_is_log]}.")
    elif signature.q_is_log is not None:
        says.append(f"Q is expected as {wants[signature.q_is_log]}; `log_target` decides for P.")
    says += mistakes
    says += [DIVIDES.get(reduction or "", f"The terms are reduced by {reduction or 'an option'}.")]
    says += [each for each in (signature.zeros, signature.negative) if each]
    says.append("The unit is nats.")
    if signature.write and (mistakes or reduction == "mean"):
        log_q = q if not mistakes else f"({q}).log()"
        says.append(f"Write `{signature.write.format(p=p, q=q, log_q=log_q)}`.")
    return tuple(says)


DIVIDES = {
    "none": "Nothing is summed: one value for each outcome or each sample.",
    "mean": "The sum is divided by the number of elements, samples × outcomes: it is not KL.",
    "batchmean": "The sum is divided by the number of samples.",
    "sum": "The sum goes over samples and outcomes, and is not divided.",
    "sum_over_batch_size": "Each sample is summed over its outcomes; the mean goes over samples.",
}
ESTIMATORS = {
    "k1": "k1 = log p − log q on samples from P: unbiased, often negative, large variance.",
    "k2": "k2 = ½ (log p − log q)² on samples from P: never negative, biased.",
    "k3": "k3 = q/p − 1 − log(q/p) on samples from P: unbiased and never negative.",
}


def _formula_sentences(found: Formula, reduction: str | None) -> tuple[str, ...]:
    sign = "−" if found.negated else ""
    says = [f"{sign}KL({found.p}‖{found.q}): `{found.p}` plays P and `{found.q}` plays Q."]
    if found.kind in ESTIMATORS:
        says.append(f"It estimates it: {ESTIMATORS[found.kind]}")
        says.append(f"If the samples come from `{found.q}` instead, it estimates something else.")
    elif found.kind == "vae":
        says.append("The closed form for a normal distribution and N(0, 1); it is never negative.")
    else:
        says.append(
            "An outcome with P = 0 gives 0 · log 0 = nan unless it is left out."
            if not found.guarded
            else "The ε or the clip keeps it finite where KL is ∞, and it is no longer exact."
        )
        says.append("It comes out negative only when P or Q does not sum to 1.")
    says.append(DIVIDES.get(reduction or "", f"The terms are reduced by {reduction}."))
    says.append(f"The unit is {'bits' if found.bits else 'nats'}.")
    return tuple(says)


def _kind(node: ast.expr, reader: _Reader) -> str:
    """Whether an expression is known to hold probabilities, or logarithms."""
    for given in (node, reader.resolve(node)):
        if isinstance(given, ast.Call):
            name = formulas._last(given.func)
            if name in formulas.LOG_SOFTMAX | formulas.LOGS:
                return "logarithms"
            if name in {"softmax", "sigmoid", "exp"}:
                return "probabilities"
            if name in formulas.SHAPES | formulas.GUARDS and isinstance(given.func, ast.Attribute):
                return _kind(given.func.value, reader)
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
        case ast.Call(ast.Attribute(inside, name), _) if name in REDUCTIONS and formulas._is_method(
            node.func
        ):
            return _innermost(inside)
        case ast.Call(func, [inside, *_]) if formulas._last(func) in REDUCTIONS:
            return _innermost(inside)
        case ast.BinOp(left, ast.Mult(), right):
            for side in (left, right):
                if isinstance(bare := _innermost(side), ast.BinOp) and isinstance(bare.op, ast.Sub):
                    return bare
    return node


def _reduction_of(node: ast.AST) -> str:
    match node:
        case ast.BinOp(_, ast.MatMult(), _):
            return "sum"
        case ast.Call(func, _) if formulas._last(func) in {"dot", "vdot", "inner", "matmul"}:
            return "sum"
    return ""


def _short(name: str) -> str:
    return "sum" if name in {"sum", "nansum", "reduce_sum", "fsum"} else "mean"


def main(arguments: list[str] | None = None) -> int:
    """The command: explain a file, as text or as JSON."""
    parser = argparse.ArgumentParser(
        "which_kl", description="Which divergence does Python compute?"
    )
    parser.add_argument("file", type=Path, help="a file of Python")
    parser.add_argument("--json", action="store_true", help="a list of findings, for editors")
    told = parser.parse_args(arguments)
    try:
        source = told.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        print(f"{told.file} cannot be read: {error}", file=sys.stderr)
        return 1
    if problem := why_not(source):
        print(f"{told.file}: {problem}", file=sys.stderr)
        return 1
    findings = explain(source)
    if told.json:
        print(json.dumps([asdict(each) for each in findings], ensure_ascii=False, indent=1))
    for each in () if told.json else findings:
        print(f"{told.file}:{each.line}: {each.call}", *each.says, sep="\n    ")
    if not findings and not told.json:
        print(f"{told.file}: no divergence that is known here.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What a text tells of its names: imports, assignments, loss objects; and what is around a node."""

from __future__ import annotations

import ast

from pages.ui.questions import calls
from pages.ui.questions.calls import Signature
from pages.ui.questions.expressions import last_name, text

REDUCTIONS = frozenset({"sum", "mean", "nansum", "nanmean", "reduce_sum", "reduce_mean", "fsum"})
# Functions through which a value passes on its way to a reduction.
PASSED = frozenset({"where", "nan_to_num", "relu", "abs", "squeeze", "asarray", "array"})


class Scope:
    """The statements of a text, node by node."""

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

    def instance(self, func: ast.expr) -> tuple[ast.Call, Signature] | None:
        """The loss object that is called here, if it was made in this text."""
        made = func if isinstance(func, ast.Call) else self.resolve(func)
        if made is func and not isinstance(func, ast.Call):
            several = self.assigned.get(text(func), {})  # in __init__, which may stand below
            made = several[max(several)] if several else func
        if isinstance(made, ast.Call) and (signature := calls.CLASSES.get(self.name(made.func))):
            return made, signature
        return None

    def is_called(self, node: ast.Call) -> bool:
        """Whether what a call makes is called at once."""
        parent = self.parents.get(node)
        return isinstance(parent, ast.Call) and parent.func is node

    def reduced(self, node: ast.AST, reduction: str | None) -> str | None:
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
                    name = last_name(func)
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


def _reduction_of(node: ast.AST) -> str:
    match node:
        case ast.BinOp(_, ast.MatMult(), _):
            return "sum"
        case ast.Call(func, _) if last_name(func) in {"dot", "vdot", "inner", "matmul"}:
            return "sum"
    return ""


def _short(name: str) -> str:
    return "sum" if name in {"sum", "nansum", "reduce_sum", "fsum"} else "mean"

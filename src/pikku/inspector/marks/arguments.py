"""The arguments of a call, each with the scope that it is written in."""

import ast
from collections.abc import Iterator

from msgspec import Struct

from pikku.inspector.names.scope import ModuleScope
from pikku.inspector.names.symbols import Constant
from pikku.model.graph import DYNAMIC


class Argument(Struct, frozen=True, eq=False):
    """An expression, and where its names are looked up."""

    expression: ast.expr
    scope: ModuleScope

    @property
    def text(self) -> str | None:
        """The text that it stands for; `None` for what is no text or cannot be known."""
        symbol = self.scope.resolve(self.expression)
        return symbol.value if isinstance(symbol, Constant) and isinstance(symbol.value, str) else None

    @property
    def is_none(self) -> bool:
        """Whether it is `None`, as if it were not given."""
        symbol = self.scope.resolve(self.expression)
        return isinstance(symbol, Constant) and symbol.value is None

    @property
    def source(self) -> str:
        """How it is written."""
        try:
            return ast.unparse(self.expression)
        except RecursionError:
            return DYNAMIC

    def elements(self) -> "list[Argument] | None":
        """What is in a list, a tuple or a set, also of added ones; `None` for what cannot be known."""
        return _elements(self, 0)

    def behind(self) -> "Argument | None":
        """The expression that a name is bound to."""
        found = self.scope.binding(self.expression)
        return None if found is None else Argument(*found)


class Arguments(Struct, frozen=True, eq=False):
    """`is_open`: there are more, in a `*` or `**` that cannot be known."""

    positional: tuple[Argument, ...] = ()
    named: dict[str, Argument] = {}
    is_open: bool = False

    def then(self, later: "Arguments") -> "Arguments":
        """These, completed as `functools.partial` does it."""
        return Arguments(
            self.positional + later.positional, {**self.named, **later.named}, self.is_open or later.is_open
        )


def arguments_of(call: ast.Call, scope: ModuleScope) -> Arguments:
    """All arguments of a call."""
    positional: list[Argument] = []
    is_open = False
    for each in call.args:
        elements = Argument(each.value, scope).elements() if isinstance(each, ast.Starred) else [Argument(each, scope)]
        is_open = is_open or elements is None
        positional.extend(elements or ())
    named: dict[str, Argument] = {}
    for keyword in call.keywords:
        if keyword.arg is not None:
            named[keyword.arg] = Argument(keyword.value, scope)
            continue
        entries = entries_of(Argument(keyword.value, scope))
        is_open = is_open or entries is None
        named.update(entries or ())
    return Arguments(tuple(positional), named, is_open)


def entries_of(argument: Argument) -> dict[str, Argument] | None:
    """What is in a `dict` whose keys are texts; `None` for what cannot be known."""
    shown = argument if isinstance(argument.expression, ast.Dict | ast.Call) else argument.behind()
    if shown is None:
        return None
    match shown.expression:
        case ast.Dict(keys=keys, values=values):
            names = [None if key is None else Argument(key, shown.scope).text for key in keys]
            entries = {name: Argument(value, shown.scope) for name, value in zip(names, values, strict=True) if name}
            return entries if len(entries) == len(keys) else None
        case ast.Call(func=ast.Name(id="dict"), args=[]) as call:
            inner = arguments_of(call, shown.scope)
            return None if inner.is_open else inner.named
    return None


def _elements(argument: Argument, depth: int) -> list[Argument] | None:
    match argument.expression:
        case ast.List(elts=written) | ast.Tuple(elts=written) | ast.Set(elts=written):
            parts = list(_parts(written, argument.scope, depth))
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            parts = [_elements(Argument(each, argument.scope), depth + 1) for each in (left, right)]
        case ast.Call(func=ast.Name(id="list" | "tuple" | "sorted"), args=[inner]):
            parts = [_elements(Argument(inner, argument.scope), depth + 1)]
        case _:
            behind = argument.behind() if depth < 20 else None
            return None if behind is None else _elements(behind, depth + 1)
    return None if any(part is None for part in parts) else [each for part in parts for each in part or ()]


def _parts(written: list[ast.expr], scope: ModuleScope, depth: int) -> Iterator[list[Argument] | None]:
    for each in written:
        if isinstance(each, ast.Starred):
            yield _elements(Argument(each.value, scope), depth + 1)
        else:
            yield [Argument(each, scope)]

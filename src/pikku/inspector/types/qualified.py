"""Annotations with all names written out, for files that import modules only."""

import ast
import builtins

from pikku.inspector.names.symbols import Constant, Definition, External, Scope
from pikku.inspector.types.plain import TUPLES, typing_name
from pikku.inspector.types.quotes import elements, unquoted

ANY = "typing.Any"
_DEEPEST = 40
_NAMED = ("NewType", "NamedTuple", "TypedDict")
_TRANSPARENT = ("Required", "NotRequired", "ReadOnly", "Final")


def qualify(annotation: ast.expr, scope: Scope) -> tuple[str, frozenset[str]]:
    """`list[shop.model.User]` and the modules to import for it. What others cannot name is `typing.Any`."""
    names = _Names()
    text = names.read(annotation, scope, 0)
    return text, frozenset(names.modules)


def home_of(name: str) -> str:
    """The module of a library's full name: `uuid` of `uuid.UUID`, `shop.model` of `shop.model.Order.Line`."""
    parts = name.split(".")[:-1]
    classes = [index for index, part in enumerate(parts) if part[:1].isupper()]
    return ".".join(parts[: classes[0]] if classes else parts)


class _Names:
    def __init__(self) -> None:
        self.modules: set[str] = set()

    def read(self, annotation: ast.expr, scope: Scope, depth: int) -> str:
        meant = unquoted(annotation)
        if meant is None or depth > _DEEPEST:
            return self._any()
        match meant:
            case ast.Constant(value=None):
                return "None"
            case ast.Constant(value=value) if value is Ellipsis:
                return "..."
            case ast.BinOp(op=ast.BitOr()):
                return f"{self.read(meant.left, scope, depth + 1)} | {self.read(meant.right, scope, depth + 1)}"
            case ast.Subscript():
                return self._subscript(meant, scope, depth)
            case ast.List():
                return f"[{', '.join(self.read(each, scope, depth + 1) for each in meant.elts)}]"
            case ast.Name() | ast.Attribute():
                return self._name(meant, scope, depth)
        return self._any()

    def _subscript(self, node: ast.Subscript, scope: Scope, depth: int) -> str:
        inner = elements(node.slice)

        def read_all(separator: str) -> str:
            return separator.join(self.read(each, scope, depth + 1) for each in inner) or "()"

        symbol = scope.resolve(node.value)
        if not inner and not (isinstance(symbol, External) and symbol.name in TUPLES):
            return self._any()
        special = typing_name(symbol.name) if isinstance(symbol, External) else None
        if special == "Optional":
            return f"{read_all(', ')} | None"
        if special == "Union":
            return read_all(" | ")
        if special == "Literal":
            values = ", ".join(self._literal(each, scope, depth) for each in inner)
            return self._import("typing", f"typing.Literal[{values}]")
        if special in ("Annotated", *_TRANSPARENT):
            return self.read(inner[0], scope, depth + 1)
        outer = self.read(node.value, scope, depth + 1)
        return outer if outer == ANY else f"{outer}[{read_all(', ')}]"

    def _name(self, node: ast.Name | ast.Attribute, scope: Scope, depth: int) -> str:
        match scope.resolve(node):
            case Constant(value=None):
                return "None"
            case Definition(module=module, qualname=qualname, node=ast.ClassDef()) if "<" not in qualname:
                return self._import(module, f"{module}.{qualname}")
            case External(name=name) if "." in name:
                return self._import(home_of(name), name)
            case External(name=name) if hasattr(builtins, name):
                return name
        return self._alias(node, scope, depth)

    def _alias(self, node: ast.expr, scope: Scope, depth: int) -> str:
        bound = scope.binding(node)
        if bound is None:
            return self._any()
        value, home = bound
        if name := _declared_name(value, home):
            return self._import(home.module, f"{home.module}.{name}")
        return self._any() if isinstance(value, ast.Call) else self.read(value, home, depth + 1)

    def _literal(self, element: ast.expr, scope: Scope, depth: int) -> str:
        if isinstance(element, ast.Attribute):  # a member of an enum
            return f"{self.read(element.value, scope, depth + 1)}.{element.attr}"
        return ast.unparse(element)

    def _any(self) -> str:
        return self._import("typing", ANY)

    def _import(self, module: str, text: str) -> str:
        self.modules.add(module)
        return text


def _declared_name(value: ast.expr, scope: Scope) -> str | None:
    """`UserId` of `NewType("UserId", str)`: such a call gives a type of its own, which has this name by convention."""
    if not isinstance(value, ast.Call) or not value.args or not isinstance(value.args[0], ast.Constant):
        return None
    symbol = scope.resolve(value.func)
    is_type = isinstance(symbol, External) and typing_name(symbol.name) in _NAMED
    return str(value.args[0].value) if is_type else None

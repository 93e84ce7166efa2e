"""What the statements of a module, class or function bind to which name."""

import ast
from collections.abc import Iterable, Iterator

from msgspec import Struct

Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Imported(Struct, frozen=True):
    """`import module`, or `from module import name`. Leading dots of `module` are those of the source."""

    module: str
    name: str | None = None


class Defined(Struct, frozen=True, eq=False):
    """`def` or `class`."""

    node: Named


class Assigned(Struct, frozen=True, eq=False):
    """`name: annotation = value`. Without a value: a parameter, what a loop goes over, a part of what is unpacked, …"""

    value: ast.expr | None = None
    annotation: ast.expr | None = None


class Entered(Struct, frozen=True, eq=False):
    """`with context as name`."""

    context: ast.expr


What = Imported | Defined | Assigned | Entered


class Binding(Struct, frozen=True, eq=False):
    """One way in which a name comes to mean something.

    `is_fallback` is what stands behind `except ImportError:` or where only a running program looks, not a type checker:
    it stands for the same thing as the real one.
    """

    what: What
    is_fallback: bool = False


Bindings = dict[str, list[Binding]]


class Bound(Struct, frozen=True, eq=False):
    """All names of one block, and the modules of which it imports everything."""

    names: Bindings
    stars: tuple[str, ...] = ()


def bindings_of(body: Iterable[ast.stmt], *, with_expressions: bool = False) -> Bound:
    """The names that are bound in a block, but not in the functions and classes in it.

    `with_expressions` adds those that expressions bind: of comprehensions and `:=`.
    """
    names: Bindings = {}
    stars: list[str] = []
    for statement, is_fallback in _statements(body):
        for name, what in _bound_by(statement):
            if name == "*" and isinstance(what, Imported):
                stars.append(what.module)
            else:
                names.setdefault(name, []).append(Binding(what, is_fallback))
        if with_expressions:
            for name in _bound_in_expressions(statement):
                names.setdefault(name, []).append(Binding(Assigned()))
    return Bound(names, tuple(stars))


def with_parameters(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Bound:
    """The local names of a function."""
    if isinstance(function, ast.Lambda):
        bound = Bound({})
        for name in _bound_in_expressions(ast.Expr(function.body)):
            bound.names.setdefault(name, []).append(Binding(Assigned()))
    else:
        bound = bindings_of(function.body, with_expressions=True)
    for name in _outer_names(function):
        bound.names.pop(name, None)
    for parameter in parameters_of(function.args):
        what = Assigned(annotation=parameter.annotation)
        bound.names.setdefault(parameter.arg, []).insert(0, Binding(what))
    return bound


def parameters_of(arguments: ast.arguments) -> Iterator[ast.arg]:
    """All parameters, in order."""
    yield from arguments.posonlyargs
    yield from arguments.args
    if arguments.vararg:
        yield arguments.vararg
    yield from arguments.kwonlyargs
    if arguments.kwarg:
        yield arguments.kwarg


def _outer_names(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> set[str]:
    if isinstance(function, ast.Lambda):
        return set()
    found = (each for each, _ in _statements(function.body) if isinstance(each, ast.Global | ast.Nonlocal))
    return {name for each in found for name in each.names}


def _statements(body: Iterable[ast.stmt]) -> Iterator[tuple[ast.stmt, bool]]:
    """All statements of a block and its inner blocks, in their order. Iterative: source may be nested deeply."""
    waiting = [(each, False) for each in reversed(list(body))]
    while waiting:
        statement, is_fallback = waiting.pop()
        yield statement, is_fallback
        if not isinstance(statement, Named):
            inner = [(each, is_fallback or less) for each, less in _inner(statement)]
            waiting.extend(reversed(inner))


def _inner(statement: ast.stmt) -> Iterator[tuple[ast.stmt, bool]]:
    for each in getattr(statement, "body", ()):
        yield each, False
    for handler in getattr(statement, "handlers", ()):
        lacks_module = _is_import_error(handler.type)
        for each in handler.body:
            yield each, lacks_module
    for case in getattr(statement, "cases", ()):
        for each in case.body:
            yield each, False
    is_untyped = isinstance(statement, ast.If) and _is_type_checking(statement.test)
    for part in ("orelse", "finalbody"):
        for each in getattr(statement, part, ()):
            yield each, is_untyped


def _is_import_error(caught: ast.expr | None) -> bool:
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(isinstance(each, ast.Name) and each.id in ("ImportError", "ModuleNotFoundError") for each in names)


def _is_type_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", None)
    return name == "TYPE_CHECKING"


def _bound_by(statement: ast.stmt) -> Iterator[tuple[str, What]]:
    match statement:
        case ast.Import() | ast.ImportFrom():
            yield from _imported(statement)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name, Defined(statement)
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name, Assigned(statement.value, statement.annotation)
        case ast.AugAssign(target=target) | ast.For(target=target) | ast.AsyncFor(target=target):
            yield from _assigned(target, None)
        case ast.Assign(targets=targets, value=value):
            yield from (found for target in targets for found in _assigned(target, value))
        case _:
            yield from _bound_by_rarer(statement)


def _bound_by_rarer(statement: ast.stmt) -> Iterator[tuple[str, What]]:
    match statement:
        case ast.Delete(targets=targets):
            yield from (found for target in targets for found in _assigned(target, None))
        case ast.With() | ast.AsyncWith():
            yield from (found for item in statement.items for found in _entered(item))
        case ast.Try() | ast.TryStar():
            yield from ((handler.name, Assigned()) for handler in statement.handlers if handler.name)
        case ast.Match():
            yield from ((name, Assigned()) for case in statement.cases for name in _captured(case.pattern))
        case _ if type(statement).__name__ == "TypeAlias":  # Python 3.12
            yield statement.name.id, Assigned(statement.value)  # type: ignore[attr-defined]


def _entered(item: ast.withitem) -> Iterator[tuple[str, What]]:
    if isinstance(item.optional_vars, ast.Name):
        yield item.optional_vars.id, Entered(item.context_expr)
    elif item.optional_vars is not None:
        yield from _assigned(item.optional_vars, None)


def _imported(statement: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, Imported]]:
    for alias in statement.names:
        if isinstance(statement, ast.ImportFrom):
            module = "." * statement.level + (statement.module or "")
            yield alias.asname or alias.name, Imported(module, alias.name)
        elif alias.asname:
            yield alias.asname, Imported(alias.name)
        else:
            top = alias.name.partition(".")[0]
            yield top, Imported(top)


def _assigned(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, Assigned]]:
    match target:
        case ast.Name(id=name):
            yield name, Assigned(value)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            values = _unpacked(targets, value)
            for each, part in zip(targets, values, strict=True):
                yield from _assigned(each, part)
        case ast.Starred(value=inner):
            yield from _assigned(inner, None)


def _unpacked(targets: list[ast.expr], value: ast.expr | None) -> list[ast.expr | None]:
    starred = any(isinstance(each, ast.Starred) for each in targets)
    if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(targets) and not starred:
        return list(value.elts)
    return [None] * len(targets)


def _captured(pattern: ast.pattern) -> Iterator[str]:
    for node in ast.walk(pattern):
        name = getattr(node, "rest", None) or getattr(node, "name", None)
        if isinstance(name, str):
            yield name


def _bound_in_expressions(statement: ast.stmt) -> Iterator[str]:
    """Names of comprehensions and of `:=`, not those in lambdas and inner definitions."""
    waiting: list[ast.AST] = [] if isinstance(statement, Named) else _expressions(statement)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.comprehension):
            yield from (name for name, _ in _assigned(node.target, None))
        elif isinstance(node, ast.NamedExpr):
            yield node.target.id
        if not isinstance(node, ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))


def _expressions(statement: ast.stmt) -> list[ast.AST]:
    """What belongs to the statement itself, and not to the statements in it."""
    parts: list[ast.AST] = []
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.match_case):
            parts.extend(each for each in (child.guard,) if each is not None)
        elif not isinstance(child, ast.stmt | ast.excepthandler):
            parts.append(child)
    return parts

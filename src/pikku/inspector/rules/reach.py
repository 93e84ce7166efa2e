"""The functions whose code is executed in a body itself, and not in one of its steps."""

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

from pikku.inspector.names.symbols import Definition, Scope
from pikku.inspector.rules.executed import executed
from pikku.model.place import Place

_DEPTH = 8
_NOTHING = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])


class Reach(NamedTuple):
    """One such function. `called_at` is where the body calls it, or what leads to it; `None` for the body itself."""

    definition: Definition
    scope: Scope
    nodes: tuple[ast.AST, ...]
    parents: dict[ast.AST, ast.AST]
    called_at: Place | None


def reached(body: Definition, scope: Scope, is_step: Callable[[Definition, Scope], bool] | None = None) -> list[Reach]:
    """The body, and all functions of the project that it calls, at any remove, each once.

    A function that is only passed on, as those of steps are, is not called by the body. Neither are those of which `is_step`
    says, given the scope of their bodies, that calling them takes a step.
    """
    first = _reach(body, scope, None)
    found, seen, waiting = [first], {id(body.node)}, [(first, 0)]
    while waiting:
        reach, depth = waiting.pop(0)
        for definition, call in _called(reach):
            if id(definition.node) in seen or depth >= _DEPTH:
                continue
            seen.add(id(definition.node))
            inside = reach.scope.inside(definition)
            if is_step is not None and is_step(definition, inside):
                continue
            next_reach = _reach(definition, inside, reach.called_at or place_of(call, reach.scope))
            found.append(next_reach)
            waiting.append((next_reach, depth + 1))
    return found


def place_of(node: ast.AST, scope: Scope) -> Place:
    """Where a node begins."""
    return Place(scope.file, getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1)


def _reach(definition: Definition, scope: Scope, called_at: Place | None) -> Reach:
    nodes = tuple(executed(definition.node, scope))
    parents = {child: node for node in nodes for child in ast.iter_child_nodes(node)}
    return Reach(definition, scope, nodes, parents, called_at)


def _called(reach: Reach) -> Iterator[tuple[Definition, ast.AST]]:
    for node in reach.nodes:
        if isinstance(node, ast.Call):
            for function in _functions(node, reach):
                yield function, node


def _functions(call: ast.Call, reach: Reach) -> Iterator[Definition]:
    symbol = reach.scope.resolve(call.func)
    if not isinstance(symbol, Definition):
        return
    if not isinstance(symbol.node, ast.ClassDef):
        yield symbol
        return
    yield from _factories(symbol, call)
    scope = reach.scope.inside(symbol)
    for name in ("__init__", "__post_init__"):
        method = scope.resolve(ast.Name(name))
        if isinstance(method, Definition) and method.qualname == f"{symbol.qualname}.{name}":
            yield method


def _factories(owner: Definition, call: ast.Call) -> Iterator[Definition]:
    """What makes the fields that a call does not give: `id: str = field(default_factory=lambda: str(uuid4()))`."""
    fields = [each for each in getattr(owner.node, "body", ()) if isinstance(each, ast.AnnAssign)]
    given = {keyword.arg for keyword in call.keywords}
    if None in given or any(isinstance(each, ast.Starred) for each in call.args):
        return
    for field in fields[len(call.args) :]:
        keywords = field.value.keywords if isinstance(field.value, ast.Call) else []
        factory = next((each.value for each in keywords if each.arg in ("default_factory", "factory")), None)
        if factory is None or not isinstance(field.target, ast.Name) or field.target.id in given:
            continue
        if not isinstance(factory, ast.Lambda):
            made = ast.copy_location(ast.Call(factory, [], []), factory)
            factory = ast.copy_location(ast.Lambda(_NOTHING, made), factory)
        yield Definition(owner.module, f"{owner.qualname}.{field.target.id}", factory)

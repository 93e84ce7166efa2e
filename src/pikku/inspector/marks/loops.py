"""Loops over what is written out: `for name, body in WORKFLOWS.items():` wires as if each were written by itself."""

import ast

from msgspec import Struct, structs

from pikku.inspector.marks.arguments import Argument, Arguments, entries_of

Pass = dict[str, Argument]


class Loop(Struct, frozen=True, eq=False):
    """A `for` whose passes are known: what its names stand for in each."""

    first: int
    last: int
    passes: tuple[Pass, ...]

    def arguments(self, arguments: Arguments) -> list[Arguments]:
        """The arguments of a call in this loop, pass by pass."""
        return [
            structs.replace(
                arguments,
                positional=tuple(_replaced(each, names) for each in arguments.positional),
                named={name: _replaced(each, names) for name, each in arguments.named.items()},
            )
            for names in self.passes
        ]


def loop_of(statement: ast.For, iterated: Argument) -> Loop | None:
    """The loop, if all that it goes over is written in the source."""
    elements = _elements(iterated)
    passes = None if elements is None else [_names(statement.target, each) for each in elements]
    if passes is None or any(each is None for each in passes):
        return None
    last = statement.end_lineno or statement.lineno
    return Loop(statement.lineno, last, tuple(each for each in passes if each is not None))


def _elements(iterated: Argument) -> list[list[Argument]] | None:
    """What each pass gets: one thing, or a key and a value."""
    match iterated.expression:
        case ast.Call(func=ast.Attribute(value=value, attr="items" | "values" as method), args=[]):
            entries = entries_of(Argument(value, iterated.scope))
            if entries is None:
                return None
            keys = [Argument(ast.Constant(key), iterated.scope) for key in entries]
            pairs = [list(pair) for pair in zip(keys, entries.values(), strict=True)]
            return pairs if method == "items" else [pair[1:] for pair in pairs]
    elements = iterated.elements()
    return None if elements is None else [_parts(each) for each in elements]


def _parts(element: Argument) -> list[Argument]:
    if isinstance(element.expression, ast.Tuple):
        return [Argument(each, element.scope) for each in element.expression.elts]
    return [element]


def _names(target: ast.expr, element: list[Argument]) -> Pass | None:
    targets = target.elts if isinstance(target, ast.Tuple) else [target]
    if len(targets) != len(element) or not all(isinstance(each, ast.Name) for each in targets):
        return None
    return {each.id: part for each, part in zip(targets, element, strict=True) if isinstance(each, ast.Name)}


def _replaced(argument: Argument, names: Pass) -> Argument:
    match argument.expression:
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.Attribute(value=ast.Name(id=name), attr=attr) if name in names:
            return Argument(ast.Attribute(names[name].expression, attr, ast.Load()), names[name].scope)
    return argument

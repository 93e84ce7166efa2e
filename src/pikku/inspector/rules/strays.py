"""PKU502: steps where no workflow is."""

import ast
from collections.abc import Iterator

from pikku.inspector.names.symbols import Definition, Scope
from pikku.inspector.rules.finding import finding, source
from pikku.model.diagnostic import Diagnostic

_STEPS = ("do", "sleep", "cancel")


def check_function(definition: Definition, scope: Scope) -> list[Diagnostic]:
    """Steps in a function marked with `@func`: its context has no `workflow`."""
    return list(_strays(definition, scope))


def _strays(definition: Definition, scope: Scope) -> Iterator[Diagnostic]:
    context = _first_parameter(definition)
    for node in ast.walk(definition.node) if context else ():
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(value=ast.Name(id=name), attr="workflow"), attr=attr)
            ) if name == context and attr in _STEPS:
                message = f"`{source(node.func)}` in a function that is no workflow: its context has no `workflow`"
                fix = "take the step in the body that calls this function, or mark this one with `@workflow_func`"
                yield finding("PKU502", node, scope, message, fix)


def _first_parameter(definition: Definition) -> str | None:
    arguments = getattr(definition.node, "args", None)
    listed = [*arguments.posonlyargs, *arguments.args] if isinstance(arguments, ast.arguments) else []
    return listed[0].arg if listed else None

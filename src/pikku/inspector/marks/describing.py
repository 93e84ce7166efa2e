"""What is told about a marked function: its names, types and steps."""

import ast

from pikku.inspector.facts import BodyFact, Reference, WiringFact
from pikku.inspector.findings import place_at
from pikku.inspector.marks.arguments import Argument, Arguments
from pikku.inspector.marks.calls import WiringCall
from pikku.inspector.marks.marked import Function, Marked
from pikku.inspector.marks.notes import Notes
from pikku.inspector.names.scope import ModuleScope
from pikku.inspector.names.symbols import Constant, Definition, External
from pikku.inspector.types import type_of
from pikku.model.graph import DYNAMIC, Node
from pikku.model.manifest import FunctionInfo, TypeRef


def function_info(marked: Marked, notes: Notes) -> FunctionInfo:
    """What the manifest says of a function."""
    arguments, node = marked.mark.arguments, marked.node
    data = data_parameter(marked)
    scope = notes_scope(marked)
    return FunctionInfo(
        name=notes.name(arguments, "name", "function", marked.written) or node.name,
        module=marked.definition.module,
        qualname=marked.definition.qualname,
        place=place_at(node, scope.file),
        description=_first_line(node),
        is_async=isinstance(node, ast.AsyncFunctionDef),
        cpu=_is_true(arguments.named.get("cpu")),
        raises=_raises(arguments),
        takes_data=data is not None,
        data=_type(None if data is None else data.annotation, scope),
        result=_type(node.returns, scope),
    )


def body_fact(marked: Marked, steps: tuple[Node, ...], graph_hash: str) -> BodyFact:
    """What is known of the body of a workflow."""
    node, data, scope = marked.node, data_parameter(marked), notes_scope(marked)
    return BodyFact(
        module=marked.definition.module,
        qualname=marked.definition.qualname,
        place=place_at(node, scope.file),
        is_async=isinstance(node, ast.AsyncFunctionDef),
        takes_data=data is not None,
        input=_type(None if data is None else data.annotation, scope),
        output=_type(node.returns, scope),
        docs=ast.get_docstring(node),
        steps=steps,
        graph_hash=graph_hash,
    )


def wiring_by_mark(marked: Marked, notes: Notes) -> WiringFact:
    """`@workflow(name=…)`."""
    definition = marked.definition
    call = WiringCall("workflow", marked.written, marked.around, marked.mark.arguments)
    return wiring_fact(call, notes, Reference(definition.module, definition.qualname), marked.node.name)


def wiring_fact(found: WiringCall, notes: Notes, reference: Reference | None, text: str) -> WiringFact:
    """What a wiring says, however it is written."""
    arguments, scope = found.arguments, found.scope
    name = notes.name(arguments, "name", "workflow", found.call)
    if name is None:
        notes.unknown("this workflow is wired without a name", found.call, 'give it one: name="…"')
    return WiringFact(
        name=name or DYNAMIC,
        place=place_at(found.call, scope.file),
        func=reference,
        text=text,
        module=scope.module,
        application=found.application,
        description=notes.text(arguments, "description"),
        docs=notes.text(arguments, "docs"),
        tags=notes.texts(arguments, "tags"),
        execution_mode=notes.text(arguments, "execution_mode"),
        version=notes.text(arguments, "version"),
    )


def notes_scope(marked: Marked) -> ModuleScope:
    """The scope in which the annotations of a marked function are read."""
    if marked.definition.module == marked.around.module:
        return marked.around
    return marked.around.scope_of_module(marked.definition.module) or marked.around


def context_parameter(marked: Marked) -> str:
    """The name of the parameter that takes the context; empty if there is none."""
    parameters = _parameters(marked)
    return parameters[0].arg if parameters else ""


def data_parameter(marked: Marked) -> ast.arg | None:
    """The parameter behind the context."""
    parameters = _parameters(marked)
    return parameters[1] if len(parameters) > 1 else None


def _parameters(marked: Marked) -> list[ast.arg]:
    arguments = marked.node.args
    parameters = [*arguments.posonlyargs, *arguments.args]
    is_method = marked.around.is_class and not any(
        marked.around.resolve(each) == External("staticmethod") for each in marked.node.decorator_list
    )
    return parameters[1:] if is_method else parameters


def _type(annotation: ast.expr | None, scope: ModuleScope) -> TypeRef | None:
    return None if annotation is None else type_of(annotation, scope)


def _first_line(node: Function) -> str | None:
    text = ast.get_docstring(node)
    return text.strip().partition("\n")[0] or None if text else None


def _is_true(argument: Argument | None) -> bool:
    return argument is not None and argument.scope.resolve(argument.expression) == Constant(True)


def _raises(arguments: Arguments) -> tuple[str, ...]:
    given = arguments.named.get("raises")
    if given is None:
        return ()
    elements = given.elements()
    return (DYNAMIC,) if elements is None else tuple(_full_name(each) for each in elements)


def _full_name(argument: Argument) -> str:
    match argument.scope.resolve(argument.expression):
        case Definition(module=module, qualname=qualname):
            return f"{module}.{qualname}"
        case External(name=name):
            return name
    return argument.source

"""What the calls of a module wire, and which applications it makes."""

import ast

from msgspec import Struct

from pikku.inspector.facts import AdditionFact, ApplicationFact, Reference, WiringFact, WorkerFact
from pikku.inspector.findings import place_at
from pikku.inspector.marks.arguments import Argument
from pikku.inspector.marks.calls import WiringCall
from pikku.inspector.marks.describing import wiring_fact
from pikku.inspector.marks.marked import Function
from pikku.inspector.marks.marking import mark_by
from pikku.inspector.marks.notes import Notes
from pikku.inspector.marks.services import services_type
from pikku.inspector.names.scope import ModuleScope
from pikku.inspector.names.symbols import Definition, External
from pikku.model.graph import DYNAMIC

_BY_NAME = "give it a function of the project by its name"


class Wired(Struct):
    """What was found so far in one module."""

    wirings: list[WiringFact] = []
    workers: list[WorkerFact] = []
    additions: list[AdditionFact] = []
    applications: list[ApplicationFact] = []

    def add(self, found: WiringCall, notes: Notes, scope: ModuleScope) -> None:
        """Take one call in."""
        match found.method:
            case "Pikku":
                self.applications.append(_application(found, notes, scope))
            case "wire_workflow":
                self.wirings.append(_wiring(found, notes))
            case "wire_queue_worker":
                self.workers.append(_worker(found, notes))
            case _:
                self.additions.extend(_additions(found, notes))


def function_reference(argument: Argument) -> Reference | None:
    """The function of the project, or of a library, that an expression stands for."""
    symbol = argument.scope.resolve(argument.expression)
    match symbol:
        case Definition(node=node, module=module, qualname=qualname) if isinstance(node, Function):
            return Reference(module, qualname)
        case External(name=name):
            module, _, own = name.rpartition(".")
            return Reference(module, own)
        case Definition():
            return None
    behind = argument if isinstance(argument.expression, ast.Call) else argument.behind()
    if behind is None or not isinstance(behind.expression, ast.Call) or len(behind.expression.args) != 1:
        return None
    if mark_by(behind.expression.func, behind.scope) is None:
        return None
    return function_reference(Argument(behind.expression.args[0], behind.scope))


def _argument(found: WiringCall, name: str, position: int | None) -> Argument | None:
    positional = found.arguments.positional
    if position is not None and len(positional) > position:
        return positional[position]
    return found.arguments.named.get(name)


def _reference(argument: Argument | None) -> tuple[Reference | None, str]:
    return (None, "") if argument is None else (function_reference(argument), argument.source)


def _wiring(found: WiringCall, notes: Notes) -> WiringFact:
    func = _argument(found, "func", None)
    reference, text = _reference(func)
    if func is not None and reference is None:
        notes.unknown(f"which function is wired here cannot be known from the source: {text}", found.call, _BY_NAME)
    return wiring_fact(found, notes, reference, text)


def _worker(found: WiringCall, notes: Notes) -> WorkerFact:
    reference, text = _reference(_argument(found, "func", None))
    if reference is None:
        problem = f"cannot be known from the source: {text}" if text else "is not said: it has no func=…"
        notes.unknown(f"which function works on this queue {problem}", found.call, _BY_NAME)
    name = notes.name(found.arguments, "queue_name", "queue", found.call)
    if name is None:
        notes.unknown("this queue worker is wired without a queue", found.call, 'give it one: queue_name="…"')
    return WorkerFact(
        queue_name=name or DYNAMIC,
        func=reference,
        text=text,
        module=found.scope.module,
        place=place_at(found.call, found.scope.file),
    )


def _additions(found: WiringCall, notes: Notes) -> list[AdditionFact]:
    if found.arguments.is_open:
        notes.unknown("which functions are added here cannot be known", found.call, "write their names one by one")
    place = place_at(found.call, found.scope.file)
    additions = [AdditionFact(None, "*", place)] if found.arguments.is_open else []
    for each in found.arguments.positional:
        reference = function_reference(each)
        additions.append(AdditionFact(reference, each.source, place))
        if reference is None:
            notes.unknown(f"which function is added here cannot be known: {each.source}", found.call, "write its name")
    return additions


def _application(found: WiringCall, notes: Notes, scope: ModuleScope) -> ApplicationFact:
    include = _argument(found, "include", 1)
    names, is_open = _included(include, found.scope)
    if is_open and include is not None:
        own = include.expression if include.scope.file == found.scope.file else found.call
        notes.unknown(
            f"what is included here cannot be known: {include.source}", own, "write the names of modules as texts"
        )
    services = _argument(found, "services", 0)
    return ApplicationFact(
        module=scope.module,
        variable=(found.application or f"{scope.module}.<locals>").removeprefix(f"{scope.module}."),
        place=place_at(found.call, found.scope.file),
        include=(*names, DYNAMIC) if is_open or found.arguments.is_open else names,
        services=None if services is None else services_type(services),
    )


def _included(include: Argument | None, scope: ModuleScope) -> tuple[tuple[str, ...], bool]:
    if include is None or include.is_none:
        return (), False
    if include.text is not None:
        names: list[str | None] = [include.text]
    else:
        elements = include.elements()
        names = [None] if elements is None else [each.text for each in elements]
    known = [name for name in names if name is not None]
    return tuple(scope.codebase.find(name, scope.module) or name for name in known), len(known) < len(names)

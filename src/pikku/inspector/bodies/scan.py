"""Statements that are nested too deeply to be read: their steps are listed one after the other, and nothing is dropped."""

import ast

from pikku.inspector.bodies.block import Fate, Use
from pikku.inspector.bodies.body import StepCall
from pikku.inspector.bodies.reading import Frame
from pikku.inspector.bodies.values import Steps, Verb, VerbName
from pikku.model.graph import DYNAMIC, Cancel, NameForm, RpcStep, SleepStep


def scan(frame: Frame, statement: ast.stmt) -> None:
    """Put what can be seen of the steps in a statement into the block."""
    calls = [each for each in ast.walk(statement) if isinstance(each, ast.Call)]
    for call in sorted(calls, key=lambda each: (each.end_lineno or 0, each.end_col_offset or 0)):
        verb = _verb(frame, call.func)
        if verb is not None:
            _add(frame, call, verb)


def _verb(frame: Frame, function: ast.expr) -> VerbName | None:
    if isinstance(function, ast.Name):
        value = frame.environment.value(function.id)
        return value.name if isinstance(value, Verb) else None
    if not isinstance(function, ast.Attribute):
        return None
    holder = function.value
    is_bound = isinstance(holder, ast.Name) and isinstance(frame.environment.value(holder.id), Steps)
    is_workflow = isinstance(holder, ast.Attribute) and holder.attr == "workflow"
    match function.attr:
        case "do" | "sleep" | "cancel" if is_bound or is_workflow:
            return function.attr
    return None


def _add(frame: Frame, call: ast.Call, verb: VerbName) -> None:
    place, first = frame.place(call), call.args[0] if call.args else None
    known = isinstance(first, ast.Constant) and isinstance(first.value, str)
    name = str(first.value) if known and isinstance(first, ast.Constant) else DYNAMIC
    form = NameForm.LITERAL if known else NameForm.DYNAMIC
    node: RpcStep | SleepStep | Cancel
    match verb:
        case "do":
            node = RpcStep(place=place, step_name=name, name_form=form, rpc_name=DYNAMIC)
        case "sleep":
            node = SleepStep(place=place, step_name=name, name_form=form, duration=DYNAMIC)
        case "cancel":
            node = Cancel(place=place, reason=name)
    kind = "rpc" if verb == "do" else verb
    frame.add(node, None if isinstance(node, Cancel) else Use(Fate.AWAITED))
    frame.reading.calls.append(
        StepCall(node=call, kind=kind, scope=frame.environment.scope, step=node, loops=frame.loops)
    )

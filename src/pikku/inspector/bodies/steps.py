"""Calls that take a step, as nodes."""

import ast
import math
from typing import Any

from pikku.inspector.bodies.block import Block, Fate, Use, takes_steps_in
from pikku.inspector.bodies.body import StepCall, StepKind
from pikku.inspector.bodies.environment import Environment
from pikku.inspector.bodies.functions import is_endless, read_function
from pikku.inspector.bodies.names import UNKNOWN, StepName, name_of
from pikku.inspector.bodies.reading import Frame
from pikku.inspector.bodies.texts import output_of, text_of
from pikku.inspector.bodies.values import Argument, Arguments, Callee, Invoke, Value, Verb
from pikku.inspector.bodies.work import Work, work_of
from pikku.inspector.names.symbols import Constant
from pikku.model.graph import (
    DYNAMIC,
    INSIDE,
    Cancel,
    Helper,
    InlineStep,
    NameForm,
    RpcStep,
    SleepStep,
    Step,
)


def take_step(frame: Frame, call: ast.Call, verb: Verb, given: Arguments, use: Use) -> None:
    """Put the step of `ctx.workflow.do(…)`, `sleep(…)` or `cancel(…)` into the block."""
    given = verb.given.then(given)
    match verb.name:
        case "do":
            _do(frame, call, given, use)
        case "sleep":
            _sleep(frame, call, given, use)
        case "cancel":
            reason = name_of(_expression(_nth(given, 0) or _keyword(given, "reason")), _there(frame, given))
            node = Cancel(place=frame.place(call), reason=None if not given.all() else reason.text)
            frame.add(node)
            _record(frame, call, "cancel", node, Use(Fate.AWAITED))


def take_named_step(frame: Frame, call: ast.Call, rpc_name: str, given: Arguments, use: Use) -> None:
    """Put the step of `ctx.workflow.do.rpc.email.send("step", data)` into the block."""
    work = Work(rpc_name, Constant(rpc_name))
    _rpc(frame, call, given, work, _nth(given, 1), use)


def _do(frame: Frame, call: ast.Call, given: Arguments, use: Use) -> None:
    target, data = _nth(given, 1), _nth(given, 2)
    work = work_of(target, has_data=data is not None or _is_starred(given))
    if work.rpc_name is not None:
        _rpc(frame, call, given, work, data, use)
        return
    invoked, inside = _inside(frame, target)
    node = InlineStep(calls=invoked, **_common(frame, call, given, use))
    frame.add(node, use)
    _record(frame, call, "inline", node, use, work=work, target=target)
    if takes_steps_in(inside.nodes):
        frame.add(Helper(place=frame.place(call), name=DYNAMIC, steps=inside.nodes, note=INSIDE), Use(Fate.AWAITED))


def _rpc(frame: Frame, call: ast.Call, given: Arguments, work: Work, data: Argument | None, use: Use) -> None:
    text = None if data is None else text_of(data.expression)
    node = RpcStep(rpc_name=work.rpc_name or DYNAMIC, data=text, **_common(frame, call, given, use))
    frame.add(node, use)
    nothing = data is None and not _is_starred(given)
    _record(frame, call, "rpc", node, use, work=work, target=_nth(given, 1), data=data, is_given_nothing=nothing)


def _common(frame: Frame, call: ast.Call, given: Arguments, use: Use) -> dict[str, Any]:
    name = _name(_nth(given, 0))
    return {
        "place": frame.place(call),
        "step_name": name.text,
        "name_form": name.form,
        "description": _description(given),
        "output_var": None if use.output is None else output_of(use.output),
        "options": _options(given),
    }


def _sleep(frame: Frame, call: ast.Call, given: Arguments, use: Use) -> None:
    """`sleep(name, duration)`, or `sleep(duration, description=…)`, whose description is its name."""
    first, second = _nth(given, 0), _nth(given, 1)
    description = _keyword(given, "description")
    if second is None and not _is_starred(given):
        name = StepName("sleep", NameForm.LITERAL) if description is None else _name(description)
        duration = first
    else:
        name, duration = _name(first), second
    written = _duration(duration)
    node = SleepStep(
        place=frame.place(call),
        step_name=name.text,
        name_form=name.form,
        output_var=None if use.output is None else output_of(use.output),
        options=_options(given),
        duration=DYNAMIC if written is None else written,
        expression=text_of(duration.expression) if written is None and duration is not None else None,
    )
    frame.add(node, use)
    _record(frame, call, "sleep", node, use, data=duration)


def _duration(argument: Argument | None) -> str | None:
    """A duration as it is written, if it is."""
    if argument is None:
        return None
    constant = argument.environment.constant(argument.expression)
    if constant is not None and isinstance(constant.value, int | float):
        return str(constant.value)
    name = _name(argument)
    return name.text if name.form is NameForm.LITERAL else None


def _record(
    frame: Frame,
    call: ast.Call,
    kind: StepKind,
    node: Step | Cancel,
    use: Use,
    *,
    work: Work | None = None,
    target: Argument | None = None,
    data: Argument | None = None,
    is_given_nothing: bool = False,
) -> None:
    found = StepCall(
        node=call,
        kind=kind,
        scope=frame.environment.scope,
        step=node,
        target=None if work is None else work.symbol,
        work=None if target is None else target.expression,
        data=None if data is None else data.expression,
        is_given_nothing=is_given_nothing,
        is_awaited=use.fate is not Fate.DROPPED,
        loops=frame.loops,
        in_step=frame.reading.steps_around > 0,
    )
    frame.reading.calls.append(found)


def _inside(frame: Frame, target: Argument | None) -> tuple[tuple[str, ...], Block]:
    """What an inline step does: the functions that it invokes, and steps that it cannot take."""
    reading = frame.reading
    outer, reading.invoked = reading.invoked, []
    reading.steps_around += 1
    with frame.into_block() as block:
        _read_work(frame, None if target is None else target.value)
    reading.steps_around -= 1
    found, reading.invoked = reading.invoked, outer
    reading.invoked.extend(found)
    return tuple(dict.fromkeys(found)), block


def _read_work(frame: Frame, value: Value | None) -> None:
    match value:
        case Invoke(given=given):
            invoke(frame, given)
        case Callee(definition=definition) if not is_endless(frame, definition):
            if not isinstance(definition.node, ast.ClassDef):
                inner = read_function(frame, value, None, Arguments(), Use(Fate.AWAITED))
                frame.block.entries.extend(inner.block.entries)


def invoke(frame: Frame, given: Arguments) -> None:
    """Note what `ctx.rpc.invoke` calls."""
    name = name_of(_expression(_nth(given, 0) or _keyword(given, "name")), _there(frame, given))
    frame.reading.invoked.append(name.text if name.form is NameForm.LITERAL else DYNAMIC)


def _nth(given: Arguments, position: int) -> Argument | None:
    """An argument by its position, unless a `*rest` before it hides that."""
    if position >= len(given.positional):
        return None
    before = given.positional[: position + 1]
    return None if any(isinstance(each.expression, ast.Starred) for each in before) else before[-1]


def _is_starred(given: Arguments) -> bool:
    return any(isinstance(each.expression, ast.Starred) for each in given.positional)


def _keyword(given: Arguments, name: str) -> Argument | None:
    return next((argument for each, argument in given.keywords if each == name), None)


def _expression(argument: Argument | None) -> ast.expr | None:
    return None if argument is None else argument.expression


def _there(frame: Frame, given: Arguments) -> Environment:
    first = next(iter(given.all()), None)
    return frame.environment if first is None else first.environment


def _name(argument: Argument | None) -> StepName:
    return UNKNOWN if argument is None else name_of(argument.expression, argument.environment)


def _description(given: Arguments) -> str | None:
    argument = _keyword(given, "description")
    if argument is None:
        return None
    constant = argument.environment.constant(argument.expression)
    return None if constant is not None and constant.value is None else _name(argument).text


def _options(given: Arguments) -> dict[str, str | int | float]:
    """What is given by name. Of `**options` the parts, if they are written out."""
    found: dict[str, str | int | float] = {}
    for name, argument in given.keywords:
        if name != "description":
            found[name] = _constant_or_text(argument)
    return found


def _constant_or_text(argument: Argument) -> str | int | float:
    constant = argument.environment.constant(argument.expression)
    value = None if constant is None else constant.value
    if (
        isinstance(value, str | int | float)
        and not isinstance(value, bool)
        and (isinstance(value, str) or math.isfinite(value))
    ):
        return value
    return text_of(argument.expression)

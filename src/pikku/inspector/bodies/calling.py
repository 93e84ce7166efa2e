"""Calls: of what takes steps, of functions of the project, of libraries."""

import ast
import builtins
import sys
from collections.abc import Iterator

from pikku.inspector.bodies.block import DROPPED, Block, Fate, Use, joint_fate, takes_steps_in
from pikku.inspector.bodies.following import follow, method_of
from pikku.inspector.bodies.functions import is_endless, read_function
from pikku.inspector.bodies.parallel import gather, map_over
from pikku.inspector.bodies.reading import Frame
from pikku.inspector.bodies.steps import invoke, take_named_step, take_step
from pikku.inspector.bodies.tables import taken_from
from pikku.inspector.bodies.texts import text_of
from pikku.inspector.bodies.values import (
    Argument,
    Arguments,
    Callee,
    Choice,
    Context,
    Elsewhere,
    Instance,
    Invoke,
    Keywords,
    Rpc,
    Several,
    Shortcut,
    Value,
    Verb,
    takes_steps,
)
from pikku.inspector.names.symbols import External
from pikku.model.graph import DYNAMIC, Branch, Case, Helper

_HANDS_ON = {"asyncio.shield": 0, "asyncio.wait_for": 0, "typing.cast": 1, "asyncio.timeout": 0}
"""What gives back what it is given, and which argument that is."""

_STARTS = frozenset({"asyncio.create_task", "asyncio.ensure_future"})
_LOGS = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log"})
_COLLECTS = frozenset({"append", "add", "extend", "insert", "appendleft", "update"})


def evaluate_call(frame: Frame, call: ast.Call, use: Use) -> Value | None:
    """Read a call. Its value is what is returned, if that has to do with steps."""
    callee = frame.evaluate(call.func)
    match callee:
        case Verb():
            take_step(frame, call, callee, _arguments(frame, call, DROPPED), use)
        case Shortcut(name=name):
            take_named_step(frame, call, name, _arguments(frame, call, DROPPED), use)
        case Invoke(given=given):
            invoke(frame, given.then(_arguments(frame, call, use.argument())))
        case None:
            return _call_library(frame, call, use)
        case Context() | Rpc() | Keywords() | Several() | Elsewhere():
            _call_unknown(frame, call, use, "")
        case _:
            return _call_known(frame, callee, call, _arguments(frame, call, use.argument()), use)
    return None


def _call_known(frame: Frame, callee: Value, call: ast.Call, given: Arguments, use: Use) -> Value | None:
    match callee:
        case Callee():
            if takes_steps(callee) or any(takes_steps(each.value) for each in given.all()):
                return follow(frame, callee, call, given, use)
        case Instance():
            method = method_of(frame, callee, "__call__")
            return None if method is None else follow(frame, method, call, given, use)
        case Verb():
            take_step(frame, call, callee, given, use)
        case Choice(ways=ways):
            _call_one_of(frame, ways, call, given, use)
    return None


def _call_one_of(frame: Frame, ways: tuple[Value, ...], call: ast.Call, given: Arguments, use: Use) -> None:
    """One of these is called. Which one cannot be known, so that each is a way."""
    blocks: list[tuple[str, Block]] = []
    for at, way in enumerate(ways):
        with frame.into_block() as block, frame.perhaps():
            _call_known(frame, way, call, given, use)
        blocks.append((f"{text_of(call.func)} is {_named(way, at)}", block))
    if any(block.entries for _, block in blocks):
        cases = tuple(Case(condition, block.nodes) for condition, block in blocks)
        fate = joint_fate([block.fate for _, block in blocks])
        frame.block.add(Branch(place=frame.place(call), branches=cases), fate, use.owner)


def _named(way: Value, at: int) -> str:
    match way:
        case Callee(definition=definition) | Instance(definition=definition):
            node = definition.node
            return f"({text_of(node)})" if isinstance(node, ast.Lambda) else node.name
        case Verb(name=name, given=given):
            return f"{name}({', '.join(text_of(each.expression) for each in given.positional)})"
    return str(at + 1)


def _arguments(frame: Frame, call: ast.Call, use: Use) -> Arguments:
    """What a call is given; the steps in it are read, in order."""
    positional: list[Argument] = []
    for each in call.args:
        value = frame.evaluate(each, use)
        if isinstance(each, ast.Starred) and isinstance(value, Several):
            positional.extend(_item(frame, each, item) for item in value.items)
        else:
            positional.append(Argument(each, frame.environment, value))
    keywords: list[tuple[str, Argument]] = []
    for keyword in call.keywords:
        value = frame.evaluate(keyword.value, use)
        if keyword.arg is None:
            keywords.extend(_unpacked(frame, keyword.value, value))
        else:
            keywords.append((keyword.arg, Argument(keyword.value, frame.environment, value)))
    return Arguments(tuple(positional), tuple(keywords))


def _item(frame: Frame, starred: ast.Starred, item: Value | None) -> Argument:
    return item.argument if isinstance(item, Elsewhere) else Argument(starred.value, frame.environment, item)


def _unpacked(frame: Frame, expression: ast.expr, value: Value | None) -> list[tuple[str, Argument]]:
    """The parts of `**options`, if they are known."""
    if isinstance(value, Keywords):
        return list(value.given)
    written, environment = frame.environment.source(expression)
    if isinstance(written, ast.Dict):
        keys = [each.value if isinstance(each, ast.Constant) else None for each in written.keys]
        if all(isinstance(each, str) for each in keys):
            parts = zip(keys, written.values, strict=True)
            return [(str(key), Argument(part, environment)) for key, part in parts]
    return [("**", Argument(expression, frame.environment, value))]


def _call_library(frame: Frame, call: ast.Call, use: Use) -> Value | None:
    symbol = frame.environment.resolve(call.func)
    name = symbol.name if isinstance(symbol, External) and frame.environment.is_imported(call.func) else ""
    attribute = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if name in ("asyncio.gather", "asyncio.tasks.gather"):
        gather(frame, call, use)
        return None
    if name in _HANDS_ON or name in _STARTS or attribute == "create_task":
        return _hand_on(frame, call, use, name)
    if name in ("functools.partial", "map"):
        return _apply(frame, call, use, name)
    taken = taken_from(frame, call)
    if taken is not None:
        _arguments(frame, call, DROPPED)
        return taken
    owner = _owner(call) if attribute in _COLLECTS else None
    _call_unknown(frame, call, use if owner is None else Use(use.fate, None, owner), name)
    return None


def _owner(call: ast.Call) -> str | None:
    """The list that something is put into."""
    holder = call.func.value if isinstance(call.func, ast.Attribute) else None
    return holder.id if isinstance(holder, ast.Name) else None


def _hand_on(frame: Frame, call: ast.Call, use: Use, name: str) -> Value | None:
    """A call whose result is that of the coroutine it is given. A task is on its way even if nobody has it."""
    is_kept = use.fate is Fate.DROPPED and name not in _HANDS_ON
    inner = Use(Fate.KEPT, use.output, use.owner) if is_kept else use
    position = _HANDS_ON.get(name, 0)
    values = [frame.evaluate(each, inner if at == position else DROPPED) for at, each in enumerate(call.args)]
    for keyword in call.keywords:
        frame.evaluate(keyword.value, inner if keyword.arg in ("coro", "fut", "arg") else DROPPED)
    return values[position] if position < len(values) else None


def _apply(frame: Frame, call: ast.Call, use: Use, name: str) -> Value | None:
    """`partial(function, …)` and `map(function, items)`."""
    given = _arguments(frame, call, use.kept())
    first = given.positional[0].value if given.positional else None
    if name == "map":
        if isinstance(first, Callee) and takes_steps(first):
            map_over(frame, call, first, use)
        else:
            _hand_over(frame, call, given, name)
        return None
    rest = Arguments(given.positional[1:], given.keywords)
    match first:
        case Verb(name=verb, given=before):
            return Verb(verb, before.then(rest))
        case Invoke(given=before):
            return Invoke(before.then(rest))
        case Callee(definition=definition, closure=closure, receiver=receiver, given=before):
            return Callee(definition, closure, receiver, before.then(rest), first.stands_for)
    return None


def _call_unknown(frame: Frame, call: ast.Call, use: Use, name: str) -> None:
    """A call of what is not in the project. What takes steps and is handed over is not forgotten."""
    given = _arguments(frame, call, use.argument())
    if not _apply_function(frame, call, given, use):
        _hand_over(frame, call, given, name)


def _apply_function(frame: Frame, call: ast.Call, given: Arguments, use: Use) -> bool:
    """`start_soon(function, ctx)`: most that is given a function and its arguments calls it with them."""
    for at, argument in enumerate(given.positional):
        rest = given.positional[at + 1 :]
        if isinstance(argument.value, Callee) and any(takes_steps(each.value) for each in rest):
            follow(frame, argument.value, call, Arguments(rest, given.keywords), use.argument())
            return True
    return False


def _hand_over(frame: Frame, call: ast.Call, given: Arguments, name: str) -> None:
    """Functions that take steps are read where they are handed over; who is given a context may take any step."""
    unknown = False
    for argument, value in _handed_over(given):
        if isinstance(value, Callee):
            hand_over_function(frame, value, argument.expression)
        elif value is not None and not isinstance(value, Rpc | Invoke):
            unknown = unknown or takes_steps(value)
    if unknown and not frame.reading.steps_around and not _is_harmless(frame, call, name):
        frame.add(Helper(place=frame.place(call), name=name or DYNAMIC, note=DYNAMIC), Use(Fate.AWAITED))


def _handed_over(given: Arguments) -> Iterator[tuple[Argument, Value | None]]:
    """What is given, also in tuples and lists."""
    for argument in given.all():
        values = argument.value.items if isinstance(argument.value, Several) else (argument.value,)
        yield from ((argument, each) for each in values)


def hand_over_function(frame: Frame, callee: Callee, where: ast.AST) -> None:
    """The steps of a function whose calls cannot be known."""
    definition = callee.definition
    if not takes_steps(callee) or isinstance(definition.node, ast.ClassDef) or is_endless(frame, definition):
        return
    inner = read_function(frame, callee, None, Arguments(), Use(Fate.AWAITED))
    if takes_steps_in(inner.block.nodes):
        name = f"{definition.module}.{definition.qualname}"
        helper = Helper(place=frame.place(where), name=name, steps=inner.block.nodes, note=DYNAMIC)
        frame.add(helper, Use(Fate.AWAITED))


def _is_harmless(frame: Frame, call: ast.Call, name: str) -> bool:
    """Whether it is of Python itself, or writes a log."""
    top = name.partition(".")[0]
    if top and (top in sys.stdlib_module_names or hasattr(builtins, top)):
        return not any(isinstance(frame.evaluate(each), Verb) for each in call.args if isinstance(each, ast.Name))
    return isinstance(call.func, ast.Attribute) and call.func.attr in _LOGS

"""Graphs as short lines, for comparing."""

from collections.abc import Iterator, Sequence
from textwrap import dedent

from pikku.inspector.bodies import Body
from pikku.model.graph import (
    Branch,
    Break,
    Cancel,
    Fanout,
    Helper,
    InlineStep,
    Loop,
    NameForm,
    Node,
    Parallel,
    Raise,
    Return,
    RpcStep,
    SleepStep,
    Switch,
    Try,
)


def drawn(body: Body) -> str:
    """One line for each node, indented."""
    return "\n".join(_lines(body.steps)) + "\n"


def lines(text: str) -> str:
    """A drawing as it is written in a test."""
    return dedent(text).lstrip("\n")


def _lines(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        match node:
            case RpcStep() | InlineStep() | SleepStep():
                yield _step(node)
            case Branch() | Switch() | Parallel() | Try():
                yield from _ways(node)
            case Loop() | Fanout() | Helper():
                yield from _around(node)
            case _:
                yield _leaf(node)


def _step(node: RpcStep | InlineStep | SleepStep) -> str:
    name = repr(node.step_name) if node.name_form is NameForm.LITERAL else f"{node.name_form} {node.step_name!r}"
    match node:
        case RpcStep():
            text = f"rpc {name} {node.rpc_name}({node.data or ''})"
        case InlineStep():
            text = f"inline {name}" + "".join(f" calls {call}" for call in node.calls)
        case SleepStep():
            text = f"sleep {name} {node.expression or node.duration}"
    options = "".join(f" {key}={value!r}" for key, value in node.options.items())
    about = f" # {node.description}" if node.description is not None else ""
    return text + options + (f" -> {node.output_var}" if node.output_var else "") + about


def _ways(node: Branch | Switch | Parallel | Try) -> Iterator[str]:
    ways: list[tuple[str, tuple[Node, ...]]]
    match node:
        case Branch():
            ways = [(f"if {each.condition}", each.steps) for each in node.branches] + [("else", node.else_steps)]
        case Switch():
            yield f"match {node.expression}"
            ways = [(f"case {each.condition}", each.steps) for each in node.cases]
        case Parallel():
            yield "parallel"
            ways = [("-", each) for each in node.children]
        case Try():
            caught = [(f"except {each.catches}", each.steps) for each in node.handlers]
            ways = [("try", node.steps), *caught, ("else", node.else_steps), ("finally", node.finally_steps)]
    for title, steps in ways:
        if steps or title not in ("else", "finally"):
            yield title
            yield from _indented(steps)


def _around(node: Loop | Fanout | Helper) -> Iterator[str]:
    match node:
        case Loop(form="for"):
            yield f"for {node.item} in {node.source}"
        case Loop():
            yield f"while {node.condition}"
        case Fanout():
            yield f"{node.mode} for {node.item} in {node.source}" + (f" if {node.condition}" if node.condition else "")
        case Helper():
            yield f"helper {node.name}" + (f" {node.note}" if node.note else "")
    yield from _indented(node.steps)
    if isinstance(node, Loop) and node.else_steps:
        yield "else"
        yield from _indented(node.else_steps)


def _leaf(node: Node) -> str:
    match node:
        case Cancel():
            return f"cancel {node.reason!r}"
        case Return():
            return f"return {node.value}"
        case Raise():
            return f"raise {node.error}"
        case Break():
            return node.form
    raise AssertionError(node)


def _indented(nodes: Sequence[Node]) -> Iterator[str]:
    return (f"  {line}" for line in _lines(nodes))

"""Statements, one after the other, into the block of their function."""

import ast
from collections.abc import Callable, Sequence
from typing import Any

from pikku.inspector.bodies.binding import bind_target
from pikku.inspector.bodies.block import DROPPED, KEPT, Block, Entry, Fate, Use, does_something, joint_fate
from pikku.inspector.bodies.following import enter, follow_definition
from pikku.inspector.bodies.parallel import group_tasks, is_task_group
from pikku.inspector.bodies.reading import Frame, fate_of_target
from pikku.inspector.bodies.scan import scan
from pikku.inspector.bodies.texts import output_of, text_of
from pikku.inspector.bodies.values import Choice, Several, Value, choice_of
from pikku.model.graph import Branch, Break, Case, Fanout, Handler, Loop, Raise, Return, Switch, Try


def execute(frame: Frame, statements: Sequence[ast.stmt]) -> None:
    """Read statements. One that is nested beyond reason is only searched for calls."""
    for statement in statements:
        mark = frame.mark()
        try:
            _execute(frame, statement)
        except RecursionError:
            frame.back_to(mark)
            scan(frame, statement)


def _execute(frame: Frame, statement: ast.stmt) -> None:
    known = _KNOWN.get(type(statement))
    if known is not None:
        known(frame, statement)
        return
    for child in ast.iter_child_nodes(statement):
        if isinstance(child, ast.expr):
            frame.evaluate(child)


def _expression(frame: Frame, node: ast.Expr) -> None:
    frame.evaluate(node.value)


def _assign(frame: Frame, node: ast.Assign) -> None:
    target, value = node.targets[0], node.value
    if len(node.targets) == 1 and _is_pairwise(target, value):
        assert isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List)  # noqa: S101, PT018
        pairs = list(zip(target.elts, value.elts, strict=True))
        values = [frame.evaluate(part, fate_of_target(frame, name)) for name, part in pairs]
        for (name, _), found in zip(pairs, values, strict=True):
            bind_target(frame, name, found)
        return
    found = frame.evaluate(value, fate_of_target(frame, target))
    for each in node.targets:
        bind_target(frame, each, found)


def _is_pairwise(target: ast.expr, value: ast.expr) -> bool:
    if not isinstance(target, ast.Tuple | ast.List) or not isinstance(value, ast.Tuple | ast.List):
        return False
    starred = any(isinstance(each, ast.Starred) for each in (*target.elts, *value.elts))
    return len(target.elts) == len(value.elts) and not starred


def _annotated(frame: Frame, node: ast.AnnAssign) -> None:
    if node.value is not None:
        bind_target(frame, node.target, frame.evaluate(node.value, fate_of_target(frame, node.target)))


def _augmented(frame: Frame, node: ast.AugAssign) -> None:
    owner = node.target.id if isinstance(node.target, ast.Name) else None
    is_collection = isinstance(node.value, ast.List | ast.Tuple | ast.ListComp)
    frame.evaluate(node.value, Use(Fate.KEPT if is_collection else Fate.DROPPED, None, owner))
    bind_target(frame, node.target, None)


def _define(frame: Frame, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
    for decorator in node.decorator_list:
        frame.evaluate(decorator)
    if isinstance(node, ast.ClassDef):
        for base in node.bases:
            frame.evaluate(base)
    else:
        for default in (*node.args.defaults, *node.args.kw_defaults):
            frame.evaluate(default)
    frame.environment.bind(node.name, follow_definition(frame, node))


def _return(frame: Frame, node: ast.Return) -> None:
    frame.returned.append(frame.evaluate(node.value, frame.result_use))
    if node is not frame.last:
        frame.add(Return(place=frame.place(node), value=None if node.value is None else text_of(node.value)))


def _raise(frame: Frame, node: ast.Raise) -> None:
    frame.evaluate(node.exc)
    frame.evaluate(node.cause)
    frame.add(Raise(place=frame.place(node), error=None if node.exc is None else text_of(node.exc)))


def _break(frame: Frame, node: ast.Break | ast.Continue) -> None:
    frame.add(Break(place=frame.place(node), form="break" if isinstance(node, ast.Break) else "continue"))


def _if(frame: Frame, node: ast.If) -> None:
    frame.evaluate(node.test)
    _branch(frame, node)


def _branch(frame: Frame, node: ast.If) -> None:
    """The ways of an `if` whose condition has been read. A later condition that takes steps is read in the `else`."""
    ways = [(node.test, frame.way(node.body))]
    first, otherwise = node, Block()
    while len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
        node = node.orelse[0]
        with frame.into_block() as tested, frame.perhaps():
            frame.evaluate(node.test)
            if tested.entries:
                _branch(frame, node)
                otherwise = tested
                break
        ways.append((node.test, frame.way(node.body)))
    else:
        otherwise = frame.way(node.orelse)
    _add_branch(frame, first, ways, otherwise)


def _add_branch(frame: Frame, node: ast.AST, ways: list[tuple[ast.expr, Block]], otherwise: Block) -> None:
    blocks = [block for _, block in ways] + [otherwise]
    if any(block.entries for block in blocks):
        cases = tuple(Case(text_of(test), block.nodes) for test, block in ways)
        _add(frame, Branch(place=frame.place(node), branches=cases, else_steps=otherwise.nodes), blocks)


def _add(frame: Frame, node: Any, blocks: list[Block]) -> None:
    """Put a node into the block that consists of blocks."""
    owners = {block.owner for block in blocks if block.fate is not None}
    fate = joint_fate([block.fate for block in blocks])
    frame.block.entries.append(Entry(node, fate, owners.pop() if len(owners) == 1 else None))


def _match(frame: Frame, node: ast.Match) -> None:
    frame.evaluate(node.subject)
    ways: list[tuple[str, Block]] = []
    for case in node.cases:
        with frame.into_block() as block, frame.perhaps():
            frame.evaluate(case.guard)
            frame.execute(case.body)
        guard = "" if case.guard is None else f" if {text_of(case.guard)}"
        ways.append((text_of(case.pattern) + guard, block))
    if any(block.entries for _, block in ways):
        cases = tuple(Case(condition, block.nodes) for condition, block in ways)
        switch = Switch(place=frame.place(node), expression=text_of(node.subject), cases=cases)
        _add(frame, switch, [block for _, block in ways])


def _for(frame: Frame, node: ast.For | ast.AsyncFor) -> None:
    over = frame.evaluate(node.iter, KEPT)
    with frame.repeated(node), frame.into_block() as block, frame.perhaps():
        bind_target(frame, node.target, _each(over))
        frame.execute(node.body)
    otherwise = frame.way(node.orelse)
    if not does_something(block.nodes + otherwise.nodes):
        return
    place, item, source = frame.place(node), output_of(node.target), text_of(node.iter)
    if block.fate is Fate.KEPT and not otherwise.entries:
        fanout = Fanout(place=place, mode="parallel", item=item, source=source, steps=block.nodes)
        _add(frame, fanout, [block])
    else:
        loop = Loop(place=place, form="for", item=item, source=source, steps=block.nodes, else_steps=otherwise.nodes)
        _add(frame, loop, [block, otherwise])


def _each(over: Value | None) -> Value | None:
    """What a loop over this goes through."""
    if isinstance(over, Several):
        return choice_of(list(over.items))
    return over if isinstance(over, Choice) else None


def _while(frame: Frame, node: ast.While) -> None:
    with frame.repeated(node), frame.into_block() as block, frame.perhaps():
        frame.evaluate(node.test)
        frame.execute(node.body)
    otherwise = frame.way(node.orelse)
    if does_something(block.nodes + otherwise.nodes):
        loop = Loop(
            place=frame.place(node),
            form="while",
            condition=text_of(node.test),
            steps=block.nodes,
            else_steps=otherwise.nodes,
        )
        _add(frame, loop, [block, otherwise])


def _try(frame: Frame, node: ast.Try | ast.TryStar) -> None:
    body = frame.way(node.body)
    handlers = [(each, _handler(frame, each)) for each in node.handlers]
    otherwise, finally_ = frame.way(node.orelse), frame.way(node.finalbody)
    blocks = [body, *(block for _, block in handlers), otherwise, finally_]
    if not any(block.entries for block in blocks):
        return
    tried = Try(
        place=frame.place(node),
        steps=body.nodes,
        handlers=tuple(
            Handler("BaseException" if each.type is None else text_of(each.type), block.nodes)
            for each, block in handlers
        ),
        else_steps=otherwise.nodes,
        finally_steps=finally_.nodes,
    )
    _add(frame, tried, blocks)


def _handler(frame: Frame, handler: ast.ExceptHandler) -> Block:
    with frame.into_block() as block, frame.perhaps():
        frame.evaluate(handler.type)
        if handler.name:
            frame.environment.bind(handler.name, None)
        frame.execute(handler.body)
    return block


def _with(frame: Frame, node: ast.With | ast.AsyncWith) -> None:
    """The body is a part of the block around it. The tasks of a group end with it: they are children of a `Parallel`."""
    entered: list[Value | None] = []
    groups = False
    for item in node.items:
        value = frame.evaluate(item.context_expr, KEPT)
        groups = groups or is_task_group(frame, item.context_expr)
        entered.append(value)
        result = enter(
            frame, value, "__aenter__" if isinstance(node, ast.AsyncWith) else "__enter__", item.context_expr
        )
        if item.optional_vars is not None:
            bind_target(frame, item.optional_vars, result)
    if node is frame.last:
        frame.last = node.body[-1]
    with frame.into_block() as block:
        frame.execute(node.body)
    if groups:
        group_tasks(frame, node, block)
    else:
        frame.block.entries.extend(block.entries)
    for value, item in zip(reversed(entered), reversed(node.items), strict=True):
        enter(frame, value, "__aexit__" if isinstance(node, ast.AsyncWith) else "__exit__", item.context_expr)


def _delete(frame: Frame, node: ast.Delete) -> None:
    for target in node.targets:
        bind_target(frame, target, None)


def _import(frame: Frame, node: ast.Import | ast.ImportFrom) -> None:
    for alias in node.names:
        frame.environment.bind(alias.asname or alias.name.partition(".")[0], None)


def _assert(frame: Frame, node: ast.Assert) -> None:
    frame.evaluate(node.test, DROPPED)
    frame.evaluate(node.msg, DROPPED)


_KNOWN: dict[type[ast.stmt], Callable[[Frame, Any], None]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.FunctionDef: _define,
    ast.AsyncFunctionDef: _define,
    ast.ClassDef: _define,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Break: _break,
    ast.Continue: _break,
    ast.If: _if,
    ast.Match: _match,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Delete: _delete,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Assert: _assert,
}

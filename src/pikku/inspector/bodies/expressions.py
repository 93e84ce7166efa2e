"""Expressions, in order of evaluation."""

import ast
from collections.abc import Callable, Sequence
from typing import Any

from pikku.inspector.bodies.binding import bind_target
from pikku.inspector.bodies.block import DROPPED, KEPT, Block, Entry, Fate, Use, joint_fate
from pikku.inspector.bodies.calling import evaluate_call
from pikku.inspector.bodies.following import lambda_value
from pikku.inspector.bodies.members import member
from pikku.inspector.bodies.parallel import add_children
from pikku.inspector.bodies.reading import Frame, fate_of_target
from pikku.inspector.bodies.tables import table_of
from pikku.inspector.bodies.texts import output_of, text_of
from pikku.inspector.bodies.values import Callee, Choice, Several, Value, choice_of
from pikku.inspector.names.symbols import Definition, Unknown
from pikku.model.graph import Branch, Case, Fanout

_OPERANDS = 10

Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


def evaluate(frame: Frame, expression: ast.expr, use: Use) -> Value | None:
    """What an expression is; its steps go into the block of the frame."""
    known = _KNOWN.get(type(expression))
    if known is not None:
        return known(frame, expression, use)
    for child in ast.iter_child_nodes(expression):
        if isinstance(child, ast.expr):
            frame.evaluate(child, _use_of_operand(expression, child, use))
    return None


def _use_of_operand(expression: ast.expr, child: ast.expr, use: Use) -> Use:
    """Coroutines are lost in most expressions, but not in lists that are added, and in what is handed on."""
    if isinstance(expression, ast.BinOp) and isinstance(child, _COLLECTIONS):
        return use.kept()
    return DROPPED


def _name(frame: Frame, node: ast.Name, use: Use) -> Value | None:
    environment = frame.environment
    is_bound = environment.is_bound(node.id)
    value = environment.value(node.id) if is_bound else None
    if value is not None:
        return value
    match environment.resolve(node):
        case Definition() as definition:
            return Callee(definition)
        case Unknown() if not is_bound:
            return table_of(frame, node)
    return None


def _attribute(frame: Frame, node: ast.Attribute, use: Use) -> Value | None:
    return member(frame, node, frame.evaluate(node.value, DROPPED))


def _await(frame: Frame, node: ast.Await, use: Use) -> Value | None:
    return frame.evaluate(node.value, Use(Fate.AWAITED, use.output, use.owner))


def _named(frame: Frame, node: ast.NamedExpr, use: Use) -> Value | None:
    kept = fate_of_target(frame, node.target)
    value = frame.evaluate(
        node.value, Use(use.fate if use.fate is Fate.AWAITED else kept.fate, node.target, node.target.id)
    )
    bind_target(frame, node.target, value)
    return value


def _conditional(frame: Frame, node: ast.IfExp, use: Use) -> Value | None:
    frame.evaluate(node.test)
    with frame.into_block() as yes, frame.perhaps():
        one = frame.evaluate(node.body, use)
    with frame.into_block() as no, frame.perhaps():
        other = frame.evaluate(node.orelse, use)
    _add_branch(frame, node, Case(text_of(node.test), yes.nodes), yes, no)
    return choice_of([one, other])


def _add_branch(frame: Frame, node: ast.expr, case: Case, yes: Block, no: Block) -> None:
    if yes.entries or no.entries:
        branch = Branch(place=frame.place(node), branches=(case,), else_steps=no.nodes)
        owners = {block.owner for block in (yes, no) if block.fate is not None}
        fate = joint_fate([yes.fate, no.fate])
        frame.block.entries.append(Entry(branch, fate, owners.pop() if len(owners) == 1 else None))


def _boolean(frame: Frame, node: ast.BoolOp, use: Use) -> Value | None:
    """What stands behind `and` and `or` is only evaluated if what is before does not decide."""
    first, *rest = node.values
    values = [frame.evaluate(first, use)]
    before: list[ast.expr] = [first]
    for part in rest:
        with frame.into_block() as block, frame.perhaps():
            values.append(frame.evaluate(part, use))
        if block.entries:
            _add_branch(frame, part, Case(_goes_on(node.op, before), block.nodes), block, Block())
        before.append(part)
    return choice_of(values)


def _goes_on(operator: ast.boolop, before: list[ast.expr]) -> str:
    """When the next operand is evaluated. Of very many operands only the last are told: the text would grow with each."""
    before = before[-_OPERANDS:]
    if isinstance(operator, ast.And):
        return text_of(before[0] if len(before) == 1 else ast.BoolOp(ast.And(), before))
    decided = before[0] if len(before) == 1 else ast.BoolOp(ast.Or(), before)
    return text_of(ast.UnaryOp(ast.Not(), decided))


def _yield(frame: Frame, node: ast.Yield, use: Use) -> None:
    frame.yielded.append(frame.evaluate(node.value, KEPT))


def _yield_from(frame: Frame, node: ast.YieldFrom, use: Use) -> None:
    frame.evaluate(node.value, KEPT)


def _lambda(frame: Frame, node: ast.Lambda, use: Use) -> Value | None:
    for default in (*node.args.defaults, *node.args.kw_defaults):
        frame.evaluate(default)
    return lambda_value(frame, node)


def _display(frame: Frame, node: ast.List | ast.Tuple | ast.Set, use: Use) -> Value | None:
    values = _elements(frame, node, node.elts, use)
    return Several(tuple(values)) if any(each is not None for each in values) else None


def _dict(frame: Frame, node: ast.Dict, use: Use) -> Value | None:
    elements = [part for pair in zip(node.keys, node.values, strict=True) for part in pair if part is not None]
    return choice_of(_elements(frame, node, elements, use))


def _elements(frame: Frame, node: ast.expr, elements: Sequence[ast.expr], use: Use) -> list[Value | None]:
    """The parts of a collection. Two or more coroutines in it are there to be awaited together."""
    values: list[Value | None] = []
    blocks: list[Block] = []
    for element in elements:
        with frame.into_block() as block:
            values.append(frame.evaluate(element, use.kept()))
        blocks.append(block)
    add_children(frame, node, blocks, use)
    return values


def _starred(frame: Frame, node: ast.Starred, use: Use) -> Value | None:
    return frame.evaluate(node.value, use)


def _subscript(frame: Frame, node: ast.Subscript, use: Use) -> Value | None:
    value = frame.evaluate(node.value)
    frame.evaluate(node.slice)
    if not isinstance(value, Several):
        return value if isinstance(value, Callee | Choice) else None
    index = frame.environment.constant(node.slice)
    if index is not None and isinstance(index.value, int) and -len(value.items) <= index.value < len(value.items):
        return value.items[index.value]
    return choice_of(list(value.items))


def _comprehension(frame: Frame, node: Comprehension, use: Use) -> Value | None:
    elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    with frame.repeated(node), frame.inner_names():
        _generator(frame, node, node.generators, elements, use.kept())
    return None


def _generator(
    frame: Frame, node: Comprehension, generators: list[ast.comprehension], elements: list[ast.expr], use: Use
) -> None:
    first, *rest = generators
    over = frame.evaluate(first.iter, KEPT)
    with frame.into_block() as block, frame.perhaps():
        bind_target(frame, first.target, choice_of(list(over.items)) if isinstance(over, Several) else None)
        for condition in first.ifs:
            frame.evaluate(condition)
        if rest:
            _generator(frame, node, rest, elements, use)
        else:
            for element in elements:
                frame.evaluate(element, use)
    if block.entries:
        fanout = Fanout(
            place=frame.place(node),
            mode="sequential" if block.fate is Fate.AWAITED else "parallel",
            item=output_of(first.target),
            source=text_of(first.iter),
            condition=" and ".join(map(text_of, first.ifs)) or None,
            steps=block.nodes,
        )
        frame.block.add(fanout, block.fate, block.owner)


_COLLECTIONS = (ast.List, ast.Tuple, ast.Set, ast.ListComp, ast.SetComp, ast.BinOp)

_KNOWN: dict[type[ast.expr], Callable[[Frame, Any, Use], Value | None]] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Await: _await,
    ast.Call: evaluate_call,
    ast.NamedExpr: _named,
    ast.IfExp: _conditional,
    ast.BoolOp: _boolean,
    ast.Lambda: _lambda,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
    ast.List: _display,
    ast.Tuple: _display,
    ast.Set: _display,
    ast.Dict: _dict,
    ast.Starred: _starred,
    ast.Subscript: _subscript,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
}

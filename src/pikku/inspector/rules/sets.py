"""PKU809: the order of a set."""

import ast
from collections.abc import Iterator

from pikku.inspector.rules.finding import found_in, source
from pikku.inspector.rules.meaning import full_name
from pikku.inspector.rules.reach import Reach
from pikku.inspector.rules.setlike import is_set
from pikku.model.diagnostic import Diagnostic

_KEEP_ORDER = frozenset({"list", "tuple", "iter", "enumerate", "zip", "map", "filter", "reversed", "dict.fromkeys"}) | {
    "collections.deque",
    "itertools.chain",
    "itertools.islice",
    "itertools.batched",
    "itertools.product",
    "itertools.combinations",
    "itertools.permutations",
    "functools.reduce",
}
_LOSE_ORDER = frozenset({"set", "frozenset", "sorted", "any", "all", "len", "min", "max", "sum", "collections.Counter"})


def check_sets(reach: Reach) -> Iterator[Diagnostic]:
    """Uses of a set that depend on the order of its elements."""
    for node in reach.nodes:
        for ordered in _put_in_order(node, reach):
            if is_set(ordered, reach):
                message = f"the order of the set `{source(ordered)}` is another one in every process"
                yield found_in(reach, "PKU809", ordered, message, f"give it an order: `sorted({source(ordered)})`")


def _put_in_order(node: ast.AST, reach: Reach) -> Iterator[ast.expr]:
    match node:
        case ast.ListComp() | ast.GeneratorExp() | ast.DictComp():
            if not _is_given_to_unordered(node, reach):
                yield from (each.iter for each in node.generators)
        case ast.Starred(value=value, ctx=ast.Load()) if not isinstance(reach.parents.get(node), ast.Set):
            yield value
        case ast.YieldFrom(value=value):
            yield value
        case ast.Call():
            yield from _given(node, reach)
        case ast.stmt():
            yield from _put_in_order_by(node)


def _put_in_order_by(statement: ast.stmt) -> Iterator[ast.expr]:
    match statement:
        case ast.For(iter=walked) if not _forgets_order(statement):
            yield walked
        case ast.Assign(targets=[ast.Tuple() | ast.List()], value=value):
            yield value


def _given(call: ast.Call, reach: Reach) -> Iterator[ast.expr]:
    if isinstance(call.func, ast.Attribute):
        if call.func.attr == "pop" and not call.args:
            yield call.func.value
        if call.func.attr in ("join", "extend"):
            yield from call.args
    if full_name(call.func, reach.scope) in _KEEP_ORDER and not _is_given_to_unordered(call, reach):
        yield from call.args


def _is_given_to_unordered(node: ast.AST, reach: Reach) -> bool:
    parent = reach.parents.get(node)
    return isinstance(parent, ast.Call) and node in parent.args and full_name(parent.func, reach.scope) in _LOSE_ORDER


def _forgets_order(loop: ast.For) -> bool:
    """A loop that only adds to other sets, counts, or asks and goes on does the same in any order."""
    return all(_is_unordered(statement) for statement in loop.body) and not loop.orelse


def _is_unordered(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="add" | "discard"))) | ast.Pass() | ast.Continue():
            return True
        case ast.AugAssign(op=ast.Add() | ast.BitOr(), value=ast.Constant(value=int())):
            return True
        case ast.If(body=body, orelse=orelse):
            return all(_is_unordered(each) for each in (*body, *orelse))
    return False

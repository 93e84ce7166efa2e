"""Whatever a body looks like, it is read, and no step of it is dropped."""

import ast
from collections.abc import Callable, Iterator
from textwrap import indent

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.inspector.bodies.reading import BEGINNING, read

from pikku.inspector.bodies import Body
from pikku.inspector.bodies.block import inner_nodes
from pikku.model.graph import Cancel, InlineStep, Node, RpcStep, SleepStep

VERBS = ("do", "sleep", "cancel")

CALLS = st.sampled_from(
    [
        "ctx.workflow.do('a', charge, data)",
        "ctx.workflow.do(f'b {x}', 'email.send', {'to': x}, retries=3)",
        "ctx.workflow.do('c', lambda: ctx.rpc.invoke('u.get', x))",
        "ctx.workflow.do(*data, **x)",
        "ctx.workflow.do()",
        "ctx.workflow.sleep('5s', description='d')",
        "ctx.workflow.sleep('e', timedelta(days=x))",
        "ctx.workflow.cancel('over')",
        "helper(ctx, x)",
        "helper",
        "data.f(ctx.workflow)",
        "x.workflow.do('f', data)",
        "data.own.workflow.do('g', data)",
        "inner()",
        "inner",
    ]
)
NAMES = st.sampled_from(["x", "y", "data", "ctx", "tasks", "helper", "inner", "1", "None", "'text'"])
SHAPES = st.sampled_from(
    [
        "(await {0})",
        "[{0}, {1}]",
        "({0}, await {1})",
        "{{{0}: {1}}}",
        "({0} if {1} else {2})",
        "({0} and {1} or {2})",
        "(not {0})",
        "({0} + {1})",
        "({0}).attribute[{1}]",
        "[await {0} for x in {1} if {2}]",
        "{{x: {0} for x in {1} for y in {2}}}",
        "list({0} async for x in {1})",
        "asyncio.gather({0}, {1}, *{2})",
        "asyncio.gather(*({0} for x in {1}), *tasks)",
        "asyncio.create_task({0})",
        "tasks.append({0})",
        "map(lambda: {0}, {1})",
        "(lambda x=({0}): {1})",
        "partial(ctx.workflow.do, {0})",
        "print(f'{{{0}!r:>10}}', *[{1}], key={2})",
        "(z := {0})",
        "super().call({0})",
        "data.unknown({0}, then=lambda: {1})",
    ]
)
TARGETS = st.sampled_from(["x", "x, y", "x, *y", "data.x", "data['x']", "ctx", "tasks", "[x, (y, z)]", "x = y"])
CONDITIONS = st.sampled_from(["x", "data.go", "True", "not x"])


def composed(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda shape, one, two, three: shape.format(one, two, three), SHAPES, parts, parts, parts)


EXPRESSIONS = st.recursive(st.one_of(CALLS, CALLS, NAMES), composed, max_leaves=8)

SIMPLE = st.one_of(
    st.builds("{}".format, EXPRESSIONS),
    st.builds("await {}".format, CALLS),
    st.builds("{} = {}".format, TARGETS, EXPRESSIONS),
    st.builds("x: WorkflowContext = {}".format, EXPRESSIONS),
    st.builds("x += {}".format, EXPRESSIONS),
    st.builds("return {}".format, EXPRESSIONS),
    st.builds("raise {}".format, EXPRESSIONS),
    st.builds("assert {}, {}".format, EXPRESSIONS, EXPRESSIONS),
    st.sampled_from(
        ["pass", "del x, data.y", "import asyncio as later", "return", "raise", "nothing", "do = ctx.workflow.do"]
    ),
)


def blocks(statements: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(statements, min_size=1, max_size=3).map(lambda each: indent("\n".join(each), "    "))
    shapes: list[Callable[..., str]] = [
        lambda e, f, a, b: f"if {e}:\n{a}\nelif {f}:\n{b}\nelse:\n{a.replace('ctx.workflow.', 'ctx.')}",
        lambda e, f, a, b: f"for x in {e}:\n{a}\n    if {f}: break\nelse:\n{b}",
        lambda e, f, a, b: f"async for x, y in {e}:\n{a}\n    continue",
        lambda e, f, a, b: f"while {e}:\n{a}",
        lambda e, f, a, b: f"try:\n{a}\nexcept {f} as y:\n{b}\nexcept:\n    pass\nelse:\n    x\nfinally:\n    y",
        lambda e, f, a, b: f"try:\n{a}\nexcept* ValueError:\n{b.replace('return', 'yield')}".replace(
            "except* V", "except V"
        ),
        lambda e, f, a, b: f"async with {e} as x, {f}:\n{a}",
        lambda e, f, a, b: f"async with asyncio.TaskGroup() as tg:\n    tg.create_task({e})\n{a}",
        lambda e, f, a, b: (
            f"match {e}:\n    case [x, *z] if {f}:\n{indent(a, '    ')}\n    case _:\n{indent(b, '    ')}"
        ),
        lambda e, f, a, b: f"async def local(x={e}, *more, ctx=None, **rest):\n{a}",
        lambda e, f, a, b: f"class Local({f}):\n    def method(self, ctx):\n{indent(a, '    ')}",
    ]
    return st.builds(
        lambda shape, e, f, a, b: shape(e, f, a, b), st.sampled_from(shapes), EXPRESSIONS, CONDITIONS, body, body
    )


STATEMENTS = st.recursive(SIMPLE, blocks, max_leaves=8)

HELPERS = """
async def helper(c, x):
    return x
"""


@given(
    st.sampled_from(["data", "data: str", "data: Any", "data: partial"]), st.lists(STATEMENTS, min_size=1, max_size=5)
)
@settings(max_examples=120)
def test_any_body_gives_a_graph_that_has_every_call_of_the_source(data: str, statements: list[str]) -> None:
    source = f"from typing import Any\nasync def body(ctx, {data}):\n" + indent("\n".join(statements), "    ") + HELPERS
    try:
        tree = ast.parse(BEGINNING + source)
    except SyntaxError:
        return
    body = read(source)
    written = {(each.lineno, each.col_offset) for each in calls_that_are_written(tree)}
    assert {(each.node.lineno, each.node.col_offset) for each in body.calls} >= written
    assert len(list(steps_of(body))) == len(body.calls)


def calls_that_are_written(tree: ast.AST) -> Iterator[ast.Call]:
    """A dumb search for `….workflow.do(…)`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="workflow"), attr=verb)) if verb in VERBS:
                yield node


def steps_of(body: Body) -> Iterator[Node]:
    waiting = list(body.steps)
    while waiting:
        node = waiting.pop()
        if isinstance(node, RpcStep | InlineStep | SleepStep | Cancel):
            yield node
        waiting.extend(inner_nodes(node))

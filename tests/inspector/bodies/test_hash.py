"""What changes the hash of a graph, and what does not."""

from textwrap import dedent

import pytest
from tests.inspector.bodies.reading import read

from pikku.inspector.bodies import graph_hash

SOURCE = '''\
async def body(ctx, data):
    user = await ctx.workflow.do("get", charge, data, retries=3)
    if user:
        await ctx.workflow.do("mail", "email.send", user)
    else:
        await ctx.workflow.sleep("wait", "5min")
    await helper(ctx)

async def helper(ctx):
    """It helps."""
    await ctx.workflow.do("help", lambda: 1)
'''


def hash_of(source: str) -> str:
    return graph_hash(read(dedent(source)).steps)


def test_it_is_twelve_hex_digits() -> None:
    assert len(hash_of(SOURCE)) == 12
    assert int(hash_of(SOURCE), 16) >= 0
    assert graph_hash(()) == "4f53cda18c2b"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    if user:", "\n    # a comment\n    if (user):  # another"),
        ('"get", charge, data, retries=3', "'get',\n        charge,\n        data,\n        retries=3,\n    "),
        ("It helps.", "It helps a lot."),
        ("retries=3", "retries=3, description='fetch them'"),
        ("async def helper(ctx):", "def unrelated(): ...\n\nasync def helper(ctx, more=None):"),
        ("lambda: 1", "lambda: 1 + 1"),
        ("    user = await", "    unrelated = 1\n    user = await"),
    ],
)
def test_it_stays_when_nothing_happens_otherwise(before: str, after: str) -> None:
    assert before in SOURCE
    assert hash_of(SOURCE.replace(before, after)) == hash_of(SOURCE)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"get"', '"fetch"'),
        ("charge, data", "send_email, data"),
        ("charge, data", "charge, 1"),
        ("retries=3", "retries=4"),
        ("retries=3", "timeout=3"),
        ("if user:", "if not user:"),
        ("    else:\n", "    elif data:\n"),
        ('"5min"', '"6min"'),
        ("lambda: 1", "charge"),
        ('sleep("wait", ', 'do("wait", '),
        ("    await helper(ctx)\n", ""),
        ("    await helper(ctx)\n", "    await helper(ctx)\n" * 2),
        ("    await helper(ctx)\n", "    while data:\n        await helper(ctx)\n"),
    ],
)
def test_it_changes_with_all_that_happens(before: str, after: str) -> None:
    assert before in SOURCE
    assert hash_of(SOURCE.replace(before, after)) != hash_of(SOURCE)


def test_it_changes_with_the_order() -> None:
    first = (
        'async def body(ctx, data):\n    await ctx.workflow.do("a", charge)\n    await ctx.workflow.do("b", charge)\n'
    )
    other = (
        'async def body(ctx, data):\n    await ctx.workflow.do("b", charge)\n    await ctx.workflow.do("a", charge)\n'
    )
    assert hash_of(first) != hash_of(other)

"""Bodies that no person writes, but that must not break anything."""

import pytest
from tests.inspector.bodies.reading import read
from tests.inspector.bodies.test_any_body import steps_of

HEAD = "async def body(ctx, data):\n"
STEP = "await ctx.workflow.do('s', charge, 1)"
ELIFS = "".join(f"    elif data == {n}: {STEP}\n" for n in range(500))

BODIES = {
    "a long body": (HEAD + f"    {STEP}\n" * 2_000, 2_000),
    "many branches": (HEAD + "    if data: pass\n" + ELIFS, 500),
    "many branches with steps": (HEAD + "    if data: pass\n" + ELIFS.replace("data ==", f"({STEP}) =="), 1_000),
    "many operands": (HEAD + "    x = " + " or ".join([STEP] * 300), 300),
    "deep blocks": (HEAD + "".join(f"{' ' * (n + 1)}if data:\n" for n in range(90)) + " " * 91 + STEP, 1),
    "deep calls": (HEAD + "    await f(" + "f(" * 80 + STEP + ")" * 81, 1),
    "many nots": (HEAD + "    x = " + "not " * 900 + STEP, 1),
    "a long chain": (
        HEAD + "    x = data" + ".a(1)" * 900 + "\n    " + STEP.replace("1)", "data" + ".b()" * 700 + ")"),
        1,
    ),
    "much at once": (HEAD + "    await asyncio.gather(" + f"{STEP.removeprefix('await ')}, " * 1_000 + ")", 1_000),
}


@pytest.mark.parametrize("name", BODIES)
def test_it_is_read_and_no_step_is_dropped(name: str) -> None:
    source, steps = BODIES[name]
    body = read(source)
    assert len(body.calls) == steps
    assert len(list(steps_of(body))) == steps

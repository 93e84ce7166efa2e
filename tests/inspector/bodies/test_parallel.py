"""Branches at once."""

from tests.inspector.bodies.drawing import drawn, lines
from tests.inspector.bodies.reading import read


def graph(statements: str) -> str:
    return drawn(read("async def body(ctx, data):\n    do = ctx.workflow.do\n" + statements))


def test_what_is_gathered_is_parallel_and_knows_its_variables() -> None:
    assert graph("""
    a, b = await asyncio.gather(do("a", charge, 1), do("b", charge, 2), return_exceptions=True)
""") == lines("""
        parallel
        -
          rpc 'a' charge(1) -> a
        -
          rpc 'b' charge(2) -> b
    """)


def test_what_is_kept_in_variables_is_parallel_where_it_is_gathered() -> None:
    assert graph("""
    a = do("a", charge, 1)
    b = asyncio.create_task(do("b", charge, 2))
    await do("before", charge, 0)
    await asyncio.gather(a, b)
""") == lines("""
        rpc 'before' charge(0)
        parallel
        -
          rpc 'a' charge(1) -> a
        -
          rpc 'b' charge(2) -> b
    """)


def test_a_list_that_is_filled_is_parallel_where_it_is_gathered() -> None:
    assert graph("""
    tasks = [do("first", charge, 0)]
    for each in data:
        tasks.append(do(f"each {each}", charge, each))
    if data:
        tasks += [do("last", charge, 9)]
    await do("before", charge, 1)
    await asyncio.gather(*tasks, do("and this", charge, 2))
""") == lines("""
        rpc 'before' charge(1)
        parallel
        -
          rpc 'first' charge(0)
        -
          parallel for each in data
            rpc template 'each {each}' charge(each)
        -
          if data
            rpc 'last' charge(9)
        -
          rpc 'and this' charge(2)
    """)


def test_a_comprehension_of_coroutines_is_parallel() -> None:
    assert graph("""
    await asyncio.gather(*(do("a", charge, x) for x in data))
    await asyncio.gather(*[do("b", charge, x) for x in data if x])
    tasks = [asyncio.create_task(do("c", charge, x)) for x in data]
    await asyncio.wait(tasks)
    for soon in asyncio.as_completed({do("d", charge, x) for x in data}):
        await soon
    await asyncio.gather(*map(lambda x: do("e", charge, x), data))
""") == lines("""
        parallel for x in data
          rpc 'a' charge(x)
        parallel for x in data if x
          rpc 'b' charge(x)
        parallel for x in data
          rpc 'c' charge(x)
        parallel for x in data
          rpc 'd' charge(x)
        parallel for x in data
          helper flows.body.<locals>.<lambda>
            rpc 'e' charge(x)
    """)


def test_a_group_is_parallel_from_its_first_task_on() -> None:
    assert graph("""
    async with asyncio.TaskGroup() as group:
        await do("before", charge, 0)
        one = group.create_task(do("one", charge, 1))
        two = group.create_task(do("two", charge, 2))
        await do("meanwhile", charge, 3)
    async with asyncio.TaskGroup() as group:
        for each in data:
            group.create_task(do("each", charge, each))
    return one.result(), two.result()
""") == lines("""
        rpc 'before' charge(0)
        parallel
        -
          rpc 'one' charge(1) -> one
        -
          rpc 'two' charge(2) -> two
        -
          rpc 'meanwhile' charge(3)
        parallel for each in data
          rpc 'each' charge(each)
    """)


def test_what_is_awaited_while_arguments_are_read_comes_first() -> None:
    assert graph("""
    await asyncio.gather(do("a", charge, await do("before", charge, 0)), do("b", charge, 1))
""") == lines("""
        rpc 'before' charge(0)
        parallel
        -
          rpc 'a' charge(await do('before', charge, 0))
        -
          rpc 'b' charge(1)
    """)


def test_a_loop_that_awaits_is_no_fan_out() -> None:
    assert graph("""
    for each in data:
        await limited(do("each", charge, each))
        asyncio.create_task(do("and", charge, each))
""") == lines("""
        for each in data
          rpc 'each' charge(each)
          rpc 'and' charge(each)
    """)

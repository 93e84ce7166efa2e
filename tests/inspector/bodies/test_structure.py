"""What is around the steps, in the order in which it happens."""

from tests.inspector.bodies.drawing import drawn, lines
from tests.inspector.bodies.reading import read


def graph(source: str) -> str:
    return drawn(read(source))


def test_what_takes_no_step_is_not_in_the_graph() -> None:
    assert (
        graph("""
        async def body(ctx, data):
            total = 0
            for each in data:
                if each:
                    continue
                total += each
            while total:
                break
            try:
                total = int(total)
            except ValueError:
                pass
            ctx.logger.info("total %s", total, ctx)
            return total
    """)
        == "\n"
    )


def test_conditions_that_take_steps_take_them_before_the_branch() -> None:
    assert graph("""
        async def body(ctx, data):
            if await ctx.workflow.do("a", charge, 1) and await ctx.workflow.do("b", charge, 2):
                return None
            elif data.x:
                pass
            elif await ctx.workflow.do("c", charge, 3):
                raise ValueError(await ctx.workflow.do("d", charge, 4))
            return None
    """) == lines("""
        rpc 'a' charge(1)
        if await ctx.workflow.do('a', charge, 1)
          rpc 'b' charge(2)
        if await ctx.workflow.do('a', charge, 1) and await ctx.workflow.do('b', charge, 2)
          return None
        if data.x
        else
          rpc 'c' charge(3)
          if await ctx.workflow.do('c', charge, 3)
            rpc 'd' charge(4)
            raise ValueError(await ctx.workflow.do('d', charge, 4))
    """)


def test_arguments_are_evaluated_before_calls_and_values_before_targets() -> None:
    steps = graph("""
        async def body(ctx, data):
            do = ctx.workflow.do
            data[await do("4", charge)] = await do("3", charge, await do("2", charge, await do("1", charge)))
            print(await do("5", charge), *[await do("6", charge)], key=f"{await do('7', charge)}")
            x = {await do("8", charge): await do("9", charge)}
            return x[await do("10", charge)].y
    """)
    assert [line.split("'")[1] for line in steps.splitlines()] == [str(number) for number in range(1, 11)]


def test_a_loop_has_its_condition_in_each_pass_and_its_leaving() -> None:
    assert graph("""
        async def body(ctx, data):
            while not await ctx.workflow.do("ready?", charge, 1):
                await ctx.workflow.sleep("a while", "5s")
                if data.tired:
                    break
            else:
                await ctx.workflow.do("it is", charge, 2)
            async for page in data.pages:
                if not page:
                    continue
                await ctx.workflow.do(f"page {page}", charge, page)
    """) == lines("""
        while not await ctx.workflow.do('ready?', charge, 1)
          rpc 'ready?' charge(1)
          sleep 'a while' 5s
          if data.tired
            break
        else
          rpc 'it is' charge(2)
        for page in data.pages
          if not page
            continue
          rpc template 'page {page}' charge(page)
    """)


def test_what_compensates_is_a_part_of_a_try() -> None:
    assert graph("""
        async def body(ctx, data):
            try:
                await ctx.workflow.do("pay", charge, 1)
            except* (ValueError, KeyError) as failed:
                await ctx.workflow.do("undo", charge, failed)
                raise
            except* OSError:
                pass
            else:
                await ctx.workflow.do("thank", charge, 2)
            finally:
                await ctx.workflow.do("tell", charge, 3)
            try:
                x = 1
            except:
                ctx.workflow.cancel("never")
    """) == lines("""
        try
          rpc 'pay' charge(1)
        except (ValueError, KeyError)
          rpc 'undo' charge(failed)
          raise None
        except OSError
        else
          rpc 'thank' charge(2)
        finally
          rpc 'tell' charge(3)
        try
        except BaseException
          cancel 'never'
    """)


def test_a_match_is_a_switch() -> None:
    assert graph("""
        async def body(ctx, data):
            match await ctx.workflow.do("which?", charge, data):
                case Card(number=str(number)) if await ctx.workflow.do("valid?", charge, number):
                    await ctx.workflow.do("card", charge, number)
                case ["cash", *_] | None:
                    pass
                case _:
                    return
            await ctx.workflow.do("end", charge, 1)
    """) == lines("""
        rpc 'which?' charge(data)
        match await ctx.workflow.do('which?', charge, data)
        case Card(number=str(number)) if await ctx.workflow.do('valid?', charge, number)
          rpc 'valid?' charge(number)
          rpc 'card' charge(number)
        case ['cash', *_] | None
        case _
          return None
        rpc 'end' charge(1)
    """)


def test_comprehensions_fan_out_one_after_the_other_when_each_is_awaited() -> None:
    assert graph("""
        async def body(ctx, data):
            return {k: await ctx.workflow.do("k", charge, v) for k, v in data if k for w in v if w if v}
    """) == lines("""
        sequential for k, v in data if k
          sequential for w in v if w and v
            rpc 'k' charge(v)
    """)


def test_only_a_return_before_the_end_is_listed() -> None:
    assert graph("""
        async def body(ctx, data):
            if not data:
                return await ctx.workflow.do("nothing", charge, 0)
            return await ctx.workflow.do("something", charge, 1)
    """) == lines("""
        if not data
          rpc 'nothing' charge(0)
          return await ctx.workflow.do('nothing', charge, 0)
        rpc 'something' charge(1)
    """)


def test_a_with_is_no_more_than_its_body() -> None:
    assert (
        graph("""
        async def body(ctx, data):
            async with asyncio.timeout(5), data.lock as lock:
                with open(lock):
                    return await ctx.workflow.do("inside", charge, 1)
    """)
        == "rpc 'inside' charge(1)\n"
    )


def test_another_name_is_as_good_until_it_is_bound_to_something_else() -> None:
    assert graph("""
        async def body(ctx, data):
            c = ctx
            wf, (do, nap) = c.workflow, (c.workflow.do, c.workflow.sleep)
            await wf.do("a", charge, 1)
            await do("b", charge, 2)
            await nap("c", "1s")
            if data:
                do = data.other
            await do("still, perhaps", charge, 3)
            do = data.other
            await do("no more", charge, 4)
    """) == lines("""
        rpc 'a' charge(1)
        rpc 'b' charge(2)
        sleep 'c' 1s
        rpc 'still, perhaps' charge(3)
    """)

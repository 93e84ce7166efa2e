"""Functions that a table, a decorator or a `yield` has in its hands."""

from tests.inspector.bodies.drawing import drawn, lines
from tests.inspector.bodies.reading import read


def test_a_table_of_functions_is_a_branch_for_each() -> None:
    body = """
        from shop import tables

        async def by_card(ctx):
            await ctx.workflow.do("card", charge, 1)

        async def by_cash(ctx):
            await ctx.workflow.do("cash", charge, 2)

        PAY = {"card": by_card, "cash": by_cash}
        SUMS = {"one": lambda: 1, "two": lambda: 2}
        FILLED_LATER = {}

        async def body(ctx, data):
            await PAY[data](ctx)
            for name, pay in PAY.items():
                await pay(ctx)
            for name, sum in SUMS.items():
                await ctx.workflow.do(f"sum {name}", sum)
            await ctx.workflow.do("of the module", tables.CHARGES.get(data))
            await FILLED_LATER[data](ctx)
    """
    shop = {"shop": "", "shop.tables": "from flows import charge, send_email\nCHARGES = [charge, send_email]\n"}
    assert drawn(read(body, **shop)) == lines("""
        if PAY[data] is by_card
          helper flows.by_card
            rpc 'card' charge(1)
        if PAY[data] is by_cash
          helper flows.by_cash
            rpc 'cash' charge(2)
        for name, pay in PAY.items()
          if pay is by_card
            helper flows.by_card
              rpc 'card' charge(1)
          if pay is by_cash
            helper flows.by_cash
              rpc 'cash' charge(2)
        for name, sum in SUMS.items()
          inline template 'sum {name}'
        rpc 'of the module' <dynamic>()
        helper <dynamic> <dynamic>
    """)


def test_what_a_decorator_of_the_project_does_around_a_helper_is_seen() -> None:
    assert drawn(
        read("""
        def step(name, **options):
            def decorate(function):
                @functools.wraps(function)
                async def wrapper(ctx, *given):
                    return await ctx.workflow.do(name, lambda: function(*given), **options)
                return wrapper
            return decorate

        def guarded(function):
            async def wrapper(self, *given):
                await self.ctx.workflow.do("lock", charge, 1)
                await function(self, *given)
            return wrapper

        def logged(function):
            async def wrapper(*given, **named):
                return await function(*given, **named)
            return wrapper

        def either(function=None, *, name="noted"):
            def decorate(inner):
                async def wrapper(ctx, *given):
                    await ctx.workflow.do(name, charge, 0)
                    await inner(ctx, *given)
                return wrapper
            return decorate(function) if function else decorate

        @either
        async def bare(ctx): ...

        @either(name="given")
        async def called(ctx): ...

        @step("Add up", retries=2)
        async def add(one, two):
            return one + two

        @logged
        @logged
        async def plainly(ctx, data):
            await ctx.workflow.do("plainly", charge, data)

        class Till:
            def __init__(self, ctx):
                self.ctx = ctx

            @guarded
            async def pay(self, sum):
                await self.ctx.workflow.do(f"pay {sum}", charge, sum)
                await plainly(self.ctx, sum)

        async def body(ctx, data):
            await add(ctx, 1, 2)
            await plainly(ctx, data)
            await bare(ctx)
            await called(ctx)
            await Till(ctx).pay(3)
    """)
    ) == lines("""
        helper flows.add
          inline 'Add up' retries=2
        helper flows.plainly
          rpc 'plainly' charge(data)
        helper flows.bare
          rpc 'noted' charge(0)
        helper flows.called
          rpc 'given' charge(0)
        helper flows.Till.pay
          rpc 'lock' charge(1)
          helper flows.Till.pay
            rpc 'pay 3' charge(sum)
            helper flows.plainly
              rpc 'plainly' charge(data)
    """)


def test_what_a_context_manager_yields_can_take_steps() -> None:
    assert drawn(
        read("""
        from contextlib import asynccontextmanager

        @asynccontextmanager
        async def locked(ctx):
            await ctx.workflow.do("lock", charge, 1)
            yield ctx.workflow

        async def body(ctx, data):
            async with locked(ctx) as steps:
                await steps.do("under the lock", charge, 2)
    """)
    ) == lines("""
        helper flows.locked
          rpc 'lock' charge(1)
        rpc 'under the lock' charge(2)
    """)

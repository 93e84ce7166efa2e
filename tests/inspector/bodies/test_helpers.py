"""Functions that take the steps of a body for it."""

from tests.inspector.bodies.drawing import drawn, lines
from tests.inspector.bodies.reading import read


def test_a_helper_may_be_given_the_context_the_steps_or_one_of_their_verbs() -> None:
    assert drawn(
        read("""
        async def body(ctx, data):
            await by_context(data, c=ctx)
            await by_steps(ctx.workflow)
            await by_verb(ctx.workflow.do, "named by the caller")
            await by_verb(do=partial(ctx.workflow.do, retries=3), name="patient")

        async def by_context(data, *, c):
            await c.workflow.do("context", charge, data)

        async def by_steps(w, times=2):
            await w.sleep("steps", f"{times}s")

        async def by_verb(do, name):
            await do(name, charge, 1)
    """)
    ) == lines("""
        helper flows.by_context
          rpc 'context' charge(data)
        helper flows.by_steps
          sleep 'steps' 2s
        helper flows.by_verb
          rpc 'named by the caller' charge(1)
        helper flows.by_verb
          rpc 'patient' charge(1) retries=3
    """)


def test_helpers_are_followed_into_other_files_and_back() -> None:
    body = read(
        """
        from shop import steps as s
        from shop.steps import pay as payment

        async def body(ctx, data):
            await payment(ctx, data)
            await s.pay(ctx, data)

        async def back(w):
            await w.do("back here", charge, 1)
        """,
        **{
            "shop": "",
            "shop.steps": """
                from flows import back, send_email

                async def pay(ctx, data):
                    await ctx.workflow.do("mail", send_email, data)
                    await back(ctx.workflow)
            """,
        },
    )
    once = """
        helper shop.steps.pay
          rpc 'mail' email.send(data)
          helper flows.back
            rpc 'back here' charge(1)
    """
    assert drawn(body) == lines(once).rstrip(" ") + lines(once).rstrip(" ")
    assert [region.scope.file for region in body.regions] == [
        "flows.py",
        "shop/steps.py",
        "flows.py",
        "shop/steps.py",
        "flows.py",
    ]


def test_a_helper_without_steps_is_not_in_the_graph_but_its_code_is_a_part_of_the_body() -> None:
    body = read("""
        async def body(ctx, data):
            log(ctx, "here")

        def log(ctx, text):
            if not text:
                return
            ctx.logger.info(text)
    """)
    assert body.steps == ()
    assert [(region.kind, region.definition.qualname) for region in body.regions] == [
        ("body", "body"),
        ("helper", "log"),
    ]


def test_recursion_ends() -> None:
    assert drawn(
        read("""
        async def body(ctx, data):
            await count(ctx, "from", 3)

        async def count(ctx, name, n):
            await ctx.workflow.do(f"{name} {n}", charge, n)
            await other(ctx, n - 1)

        async def other(ctx, n):
            if n:
                await count(ctx, "down to", n)
    """)
    ) == lines("""
        helper flows.count
          rpc template '{name} {n}' charge(n)
          helper flows.other
            if n
              helper flows.count <recursive>
    """)


def test_helpers_that_call_each_other_twice_are_not_followed_for_ever() -> None:
    chain = "\n".join(f"async def h{n}(c):\n    await h{n + 1}(c)\n    await h{n + 1}(c)" for n in range(30))
    body = read(f"async def body(ctx, data):\n    await h0(ctx)\n{chain}\nasync def h30(c): ...\n")
    assert "<recursive>" in drawn(body)
    assert len(body.regions) <= 1_001


def test_what_a_library_is_given_may_take_any_step() -> None:
    assert drawn(
        read("""
        import shop_of_others

        async def body(ctx, data):
            await shop_of_others.pay(ctx, data)
            await data.pay(ctx.workflow)
            await asyncio.sleep(len(str(ctx)))
            logger.info("%s", ctx)
    """)
    ) == lines("""
        helper shop_of_others.pay <dynamic>
        helper <dynamic> <dynamic>
    """)


def test_inner_functions_are_read_where_they_are_called() -> None:
    assert drawn(
        read("""
        async def body(ctx, data):
            async def pay(amount, *, often=2):
                nonlocal data
                return await ctx.workflow.do("pay", charge, amount, retries=often)

            send = lambda to: ctx.workflow.do("send", send_email, to)
            await ctx.workflow.do("before", charge, 0)
            await pay(1, often=5)
            await send("them")
            await insist(pay)

        async def insist(attempt):
            while not await attempt(2):
                pass
    """)
    ) == lines("""
        rpc 'before' charge(0)
        helper flows.body.<locals>.pay
          rpc 'pay' charge(amount) retries=5
        helper flows.body.<locals>.<lambda>
          rpc 'send' email.send(to)
        helper flows.insist
          while not await attempt(2)
            helper flows.body.<locals>.pay
              rpc 'pay' charge(amount) retries=2
    """)


def test_inner_functions_that_are_handed_over_or_forgotten_are_not_dropped() -> None:
    assert drawn(
        read("""
        async def body(ctx, data):
            async def handler(event):
                await ctx.workflow.do("handle", charge, event)

            async def forgotten():
                await ctx.workflow.do("forgotten", charge, 1)

            class Inner:
                async def method(self):
                    await ctx.workflow.do("method", charge, 1)

            data.on(event=handler)
            await ctx.workflow.do("end", charge, 2)
    """)
    ) == lines("""
        helper flows.body.<locals>.handler <dynamic>
          rpc 'handle' charge(event)
        rpc 'end' charge(2)
        helper flows.body.<locals>.forgotten <dynamic>
          rpc 'forgotten' charge(1)
        helper flows.body.<locals>.Inner.method <dynamic>
          rpc 'method' charge(1)
    """)


def test_one_of_several_functions_is_a_branch() -> None:
    assert drawn(
        read("""
        async def body(ctx, data):
            pay = by_card if data.card else in_cash
            await pay(ctx)
            for step in (by_card, in_cash):
                await step(ctx)

        async def by_card(ctx):
            await ctx.workflow.do("card", charge, 1)

        async def in_cash(ctx):
            await ctx.workflow.do("cash", charge, 2)
    """)
    ) == lines("""
        if pay is by_card
          helper flows.by_card
            rpc 'card' charge(1)
        if pay is in_cash
          helper flows.in_cash
            rpc 'cash' charge(2)
        for step in (by_card, in_cash)
          if step is by_card
            helper flows.by_card
              rpc 'card' charge(1)
          if step is in_cash
            helper flows.in_cash
              rpc 'cash' charge(2)
    """)


def test_objects_keep_what_they_are_given() -> None:
    assert drawn(
        read("""
        class Base:
            def __init__(self, w):
                self.w = w

            @property
            def do(self):
                return self.w.do

            async def pay(self):
                await self.do("pay", charge, 1)

        class Shop(Base):
            def __init__(self, ctx, data):
                super().__init__(ctx.workflow)
                self.ctx = ctx

            async def pay(self):
                await super().pay()
                await self.ctx.workflow.sleep("rest", "1s")

            async def __call__(self):
                await self.w.do("called", charge, 2)

        async def body(ctx, data):
            shop = Shop(ctx, data)
            await shop.pay()
            await use(shop)

        async def use(shop):
            await shop()
    """)
    ) == lines("""
        helper flows.Shop.pay
          helper flows.Base.pay
            rpc 'pay' charge(1)
          sleep 'rest' 1s
        helper flows.use
          helper flows.Shop.__call__
            rpc 'called' charge(2)
    """)


def test_functions_that_return_what_takes_steps_are_seen_through() -> None:
    assert drawn(
        read("""
        def verbs(ctx):
            return ctx.workflow.do, ctx.workflow.sleep

        def maker(ctx, name):
            async def made(amount):
                await ctx.workflow.do(name, charge, amount)
            return made

        async def body(ctx, data):
            do, nap = verbs(ctx)
            await do("a", charge, 1)
            await nap("b", "1s")
            await maker(ctx, "made")(2)
    """)
    ) == lines("""
        rpc 'a' charge(1)
        sleep 'b' 1s
        helper flows.maker.<locals>.made
          rpc 'made' charge(amount)
    """)


def test_a_parameter_that_changes_is_not_what_the_caller_wrote() -> None:
    assert "template 'count {n}'" in drawn(
        read("""
        async def body(ctx, data):
            await count(ctx, 3)

        async def count(ctx, n):
            while n:
                await ctx.workflow.do(f"count {n}", charge, n)
                n -= 1
    """)
    )


def test_steps_inside_of_a_step_are_marked() -> None:
    body = read("""
        async def body(ctx, data):
            await ctx.workflow.do("outer", lambda: ctx.workflow.do("inner", charge, 1))
    """)
    assert drawn(body) == lines("""
        inline 'outer'
        helper <dynamic> <inside a step>
          rpc 'inner' charge(1)
    """)
    assert [(call.kind, call.in_step) for call in body.calls] == [("rpc", True), ("inline", False)]
    assert [region.kind for region in body.regions] == ["body", "step"]

"""What is known of a single step."""

import pytest
from tests.inspector.bodies.drawing import drawn, lines
from tests.inspector.bodies.reading import read

from pikku.inspector.bodies import Body
from pikku.inspector.names.symbols import Constant, Definition
from pikku.model.graph import DYNAMIC, NameForm, RpcStep, SleepStep
from pikku.model.place import Place


def body_of(statement: str, before: str = "") -> Body:
    return read(f"{before}\nasync def body(ctx, data):\n    {statement}\n")


def first_line(statement: str, before: str = "") -> str:
    return drawn(body_of(statement, before)).splitlines()[0]


@pytest.mark.parametrize(
    ("call", "line"),
    [
        ("do('pay', charge, data)", "rpc 'pay' charge(data)"),
        ("do('mail', send_email, {'to': data})", "rpc 'mail' email.send({'to': data})"),
        ("do('mail', 'email.send', data)", "rpc 'mail' email.send(data)"),
        ("do('mail', 'email.send')", "rpc 'mail' email.send()"),
        ("do('what', data.function, data)", "rpc 'what' <dynamic>(data)"),
        ("do('what', f'email.{data}', 1)", "rpc 'what' <dynamic>(1)"),
        ("do('what', data)", "rpc 'what' <dynamic>()"),
        ("do('work', lambda: 1)", "inline 'work'"),
        ("do('work', print)", "inline 'work'"),
        ("do('work', partial(charge, ctx, data))", "inline 'work'"),
        ("do('work', ctx.services.rates.load)", "inline 'work'"),
        ("do('work', make(data))", "inline 'work'"),
        ("do('ask', lambda: ctx.rpc.invoke('rates.get', 1))", "inline 'ask' calls rates.get"),
        ("do.rpc.email.send('mail', data, retries=1)", "rpc 'mail' email.send(data) retries=1"),
        ("sleep('wait', '5min')", "sleep 'wait' 5min"),
        ("sleep(5000)", "sleep 'sleep' 5000"),
        ("sleep('1d', description='until tomorrow')", "sleep 'until tomorrow' 1d"),
        ("sleep('wait', timedelta(days=data))", "sleep 'wait' timedelta(days=data)"),
        ("cancel('no more')", "cancel 'no more'"),
        ("cancel()", "cancel None"),
        ("cancel(f'no more {data}')", "cancel 'no more {data}'"),
        ("do()", "rpc dynamic '<dynamic>' <dynamic>()"),
        ("do(*data)", "rpc dynamic '<dynamic>' <dynamic>()"),
    ],
)
def test_a_call_is_a_step(call: str, line: str) -> None:
    assert first_line(f"await ctx.workflow.{call}") == line


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("'pay'", "'pay'"),
        ("NAME", "'pay it'"),
        ("NAME + ' now'", "'pay it now'"),
        ("f'{NAME} {1}'", "'pay it 1'"),
        ("f'pay {data.id}'", "template 'pay {data.id}'"),
        ("f'pay {data.id!r:>10}'", "template 'pay {data.id!r:>10}'"),
        ("f'{{}} {data}'", "template '{{}} {data}'"),
        ("'pay ' + data.id", "template 'pay {data.id}'"),
        ("data.id + NAME", "template '{data.id}pay it'"),
        ("'pay %s of %d%%' % (data.id, 3)", "template 'pay {data.id} of 3%'"),
        ("'pay %(who)s' % {'who': data.id}", "template 'pay {data.id}'"),
        ("'pay %*d' % (1, 2)", "dynamic '<dynamic>'"),
        ("'pay {} {}'.format(data.id, 'now')", "template 'pay {data.id} now'"),
        ("'pay {0.id} {who[name]}'.format(data, who=data)", "template \"pay {data.id} {data['name']}\""),
        ("'pay {} {}'.format(data)", "dynamic '<dynamic>'"),
        ("' '.join(['pay', data.id])", "template 'pay {data.id}'"),
        ("' '.join(data)", "dynamic '<dynamic>'"),
        ("str(data)", "template '{data}'"),
        ("data", "dynamic '<dynamic>'"),
        ("data.name()", "dynamic '<dynamic>'"),
        ("5", "dynamic '<dynamic>'"),
    ],
)
def test_a_name_is_known_as_far_as_it_is_written(name: str, shown: str) -> None:
    assert first_line(f"await ctx.workflow.do({name}, charge, 1)", "NAME = 'pay it'\n") == f"rpc {shown} charge(1)"


def test_a_variable_that_is_bound_once_stands_for_its_text() -> None:
    body = read("""
        async def body(ctx, data):
            name = f"pay {data.id}"
            await ctx.workflow.do(name, charge, data)
            other = "pay"
            other = data.other
            await ctx.workflow.do(other, charge, data)
    """)
    assert [(step.step_name, step.name_form) for step in body.steps if isinstance(step, RpcStep)] == [
        ("pay {data.id}", NameForm.TEMPLATE),
        (DYNAMIC, NameForm.DYNAMIC),
    ]


def test_options_are_values_where_they_are_known() -> None:
    body = body_of(
        "await ctx.workflow.do('pay', charge, 1, retries=TIMES, backoff=1.5, timeout=data.limit, jitter=-1, surprise=None,"
        " description='on time')",
        "TIMES = 3\n",
    )
    step = body.steps[0]
    assert isinstance(step, RpcStep)
    assert step.description == "on time"
    assert step.options == {"retries": 3, "backoff": 1.5, "timeout": "data.limit", "jitter": -1, "surprise": "None"}


def test_options_that_are_unpacked_are_known_if_they_are_written_in_one_place() -> None:
    assert first_line("await ctx.workflow.do('pay', charge, 1, **OFTEN)", "OFTEN = {'retries': 9}\n").endswith(
        "retries=9"
    )
    assert first_line("await ctx.workflow.do('pay', charge, 1, **data.how)").endswith("**='data.how'")


def test_a_duration_that_is_not_written_leaves_its_source() -> None:
    step = body_of("await ctx.workflow.sleep('wait', data.pause)").steps[0]
    assert isinstance(step, SleepStep)
    assert (step.duration, step.expression) == (DYNAMIC, "data.pause")


@pytest.mark.parametrize(
    ("statement", "output"),
    [
        ("user = await ctx.workflow.do('get', charge, 1)", "user"),
        ("user: str = await ctx.workflow.do('get', charge, 1)", "user"),
        ("user, rest = await ctx.workflow.do('get', charge, 1)", "user, rest"),
        ("data.user = await ctx.workflow.do('get', charge, 1)", "data.user"),
        ("if (user := await ctx.workflow.do('get', charge, 1)): pass", "user"),
        ("user = await asyncio.wait_for(ctx.workflow.do('get', charge, 1), 5)", "user"),
        ("user = (await ctx.workflow.do('get', charge, 1)).user", None),
        ("return await ctx.workflow.do('get', charge, 1)", None),
    ],
)
def test_the_variable_of_a_result_is_known(statement: str, output: str | None) -> None:
    step = body_of(statement).steps[0]
    assert isinstance(step, RpcStep)
    assert step.output_var == output


@pytest.mark.parametrize(
    ("statement", "is_awaited"),
    [
        ("await ctx.workflow.do('pay', charge, 1)", True),
        ("ctx.workflow.do('pay', charge, 1)", False),
        ("lost = ctx.workflow.do('pay', charge, 1)", False),
        ("kept = ctx.workflow.do('pay', charge, 1); await kept", True),
        ("tasks.append(ctx.workflow.do('pay', charge, 1))", True),
        ("asyncio.create_task(ctx.workflow.do('pay', charge, 1))", True),
        ("asyncio.shield(ctx.workflow.do('pay', charge, 1))", False),
        ("await asyncio.gather(*[ctx.workflow.do('pay', charge, 1)])", True),
        ("[ctx.workflow.do('pay', charge, x) for x in data]", False),
        ("print(f'{ctx.workflow.do(1, charge, 1)}')", False),
        ("if ctx.workflow.do('pay', charge, 1): pass", False),
        ("return ctx.workflow.do('pay', charge, 1)", False),
        ("return (await ctx.workflow.do('pay', charge, 1)).id", True),
        ("ctx.workflow.cancel('over')", True),
        ("await (ctx.workflow.do('pay', charge, 1) if data else other())", True),
        ("await ctx.workflow.do('pay', charge, ctx.workflow.cancel())", True),
    ],
)
def test_it_is_known_whether_somebody_waits(statement: str, is_awaited: bool) -> None:
    assert [call.is_awaited for call in body_of(statement).calls][-1] is is_awaited


def test_a_call_tells_its_parts_and_its_place() -> None:
    body = read("""
        async def body(ctx, data):
            for each in data:
                [await ctx.workflow.do("pay", charge, {"amount": x}) for x in each]
            await ctx.workflow.do("mail", "email.send", data)
    """)
    pay, mail = body.calls
    assert (pay.kind, len(pay.loops)) == ("rpc", 2)
    assert isinstance(pay.target, Definition)
    assert pay.target.qualname == "charge"
    assert isinstance(pay.step, RpcStep)
    assert pay.step.data == "{'amount': x}"
    assert pay.step.place == Place("flows.py", pay.node.lineno, 16)
    assert (mail.target, mail.loops) == (Constant("email.send"), ())


def test_functions_that_are_marked_by_way_of_another_name_keep_their_names() -> None:
    body = read("""
        import pikku as p
        billing = func(raises=[ValueError])
        renamed = partial(func, name="billing.later")

        @billing
        def now(ctx, data): ...

        @renamed()
        def later(ctx, data): ...

        @p.func(name=unknown)
        def sometime(ctx, data): ...

        async def body(ctx, data):
            await ctx.workflow.do("a", now, data)
            await ctx.workflow.do("b", later, data)
            await ctx.workflow.do("c", sometime, data)
    """)
    assert drawn(body) == lines("""
        rpc 'a' now(data)
        rpc 'b' billing.later(data)
        rpc 'c' <dynamic>(data)
    """)

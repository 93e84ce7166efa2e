"""What a step gives back, and that it gives it back for ever."""

from dataclasses import dataclass
from functools import partial
from typing import Any, TypedDict

import attrs
import msgspec
import pydantic
import pytest
from tests.e2e.system import System, noted

from pikku import Context, Pikku, Services, UnknownFunctionError, WorkflowContext, func, workflow, workflow_func

Body = WorkflowContext[Services]


@dataclass
class Person:
    name: str
    age: int = 30


class Address(TypedDict):
    street: str


class Parcel(msgspec.Struct):
    weight: float


@attrs.define
class Label:
    text: str


class Invoice(pydantic.BaseModel):
    number: int
    person: str | None = None


@func
async def as_dataclass(ctx: Context[Services], data: Person) -> Person:
    return Person(data.name, data.age + 1)


@func
def as_typed_dict(ctx: Context[Services], data: str) -> Address:
    return {"street": data}


@func
async def as_struct(ctx: Context[Services], data: float) -> Parcel:
    return Parcel(data)


@func
async def as_attrs(ctx: Context[Services], data: str) -> Label:
    return Label(data)


@func
async def as_pydantic(ctx: Context[Services], data: int) -> list[Invoice]:
    return [Invoice(number=data)]


@func(name="plain")
async def without_annotations(ctx, data):  # type: ignore[no-untyped-def]
    return data


@func
async def without_data(ctx: Context[Services]) -> str:
    return "nothing was needed"


@pytest.fixture
def app() -> Pikku[Services]:
    app = Pikku()
    app.add_functions(as_dataclass, as_typed_dict, as_struct, as_attrs, as_pydantic, without_annotations, without_data)
    return app


async def test_a_result_comes_back_in_the_type_of_its_annotation(system: System, app: Pikku[Services]) -> None:
    seen: list[list[Any]] = []

    @workflow_func
    async def all_kinds(ctx: Body, data: Person) -> Person:
        results = [
            await ctx.workflow.do("dataclass", as_dataclass, data),
            await ctx.workflow.do("typed dict", as_typed_dict, "Main St"),
            await ctx.workflow.do("struct", as_struct, 1.5),
            await ctx.workflow.do("attrs", as_attrs, "fragile"),
            await ctx.workflow.do("pydantic", as_pydantic, 7),
        ]
        await ctx.workflow.sleep("long enough to be dropped", "1d")
        seen.append(results)
        return data

    app.wire_workflow(name="all_kinds", func=all_kinds)
    assert await system.run(app, all_kinds, Person("Ada")) == Person("Ada")
    assert seen == [[Person("Ada", 31), {"street": "Main St"}, Parcel(1.5), Label("fragile"), [Invoice(number=7)]]]


async def test_functions_are_called_by_reference_by_name_and_with_plain_data(
    system: System, app: Pikku[Services]
) -> None:
    @workflow_func
    async def mixed(ctx: Body) -> list[Any]:
        return [
            await ctx.workflow.do("by reference", without_data),
            await ctx.workflow.do("by name", "as_dataclass", {"name": "Ada"}),
            await ctx.workflow.do("by given name", "plain", {"a": [1, None]}),
        ]

    app.wire_workflow(name="mixed", func=mixed)
    assert await system.run(app, mixed) == ["nothing was needed", {"name": "Ada", "age": 31}, {"a": [1, None]}]


async def test_functions_are_called_by_attributes(system: System, app: Pikku[Services]) -> None:
    @func(name="people.of.age")
    async def of_age(ctx: Context[Services], data: Person) -> bool:
        return data.age >= 18

    @workflow_func
    async def by_attributes(ctx: Body) -> list[Any]:
        rpc = ctx.workflow.do.rpc
        return [
            await rpc.without_data("one name"),
            await rpc.as_dataclass("with data", Person("Ada"), retries=1, retry_delay="1s"),
            await rpc.people.of.age("with dots", {"name": "Ada", "age": 17}),
        ]

    app.add_functions(of_age)
    app.wire_workflow(name="by_attributes", func=by_attributes)
    assert await system.run(app, by_attributes) == ["nothing was needed", {"name": "Ada", "age": 31}, False]


async def test_an_attribute_that_is_no_function_is_refused_by_its_whole_name(
    system: System, app: Pikku[Services]
) -> None:
    @workflow_func
    async def wrong(ctx: Body) -> str:
        with pytest.raises(UnknownFunctionError, match=r"as_dataclass\.twice"):
            await ctx.workflow.do.rpc.as_dataclass.twice("unknown", Person("Ada"))
        assert not hasattr(ctx.workflow.do.rpc, "__wrapped__")
        return "refused"

    app.wire_workflow(name="wrong", func=wrong)
    assert await system.run(app, wrong) == "refused"


async def test_inline_steps_are_lambdas_functions_and_coroutine_functions(
    system: System, app: Pikku[Services], caplog: pytest.LogCaptureFixture
) -> None:
    async def later() -> int:
        return 2

    eve = Person("Eve")

    def annotated() -> Person:
        return eve

    @workflow_func
    async def inline(ctx: Body) -> list[Any]:
        person = await ctx.workflow.do("annotated", annotated)
        assert person == eve
        assert person is not eve
        return [
            await ctx.workflow.do("lambda", lambda: 1),
            await ctx.workflow.do("coroutine function", later),
            await ctx.workflow.do("lambda that gives a coroutine", lambda: later()),
            await ctx.workflow.do("invoke", lambda: ctx.rpc.invoke("as_dataclass", Person("Bob"))),
        ]

    app.wire_workflow(name="inline", func=inline)
    assert await system.run(app, inline) == [1, 2, 2, {"name": "Bob", "age": 31}]
    [warning] = [record.getMessage() for record in caplog.records if record.name == "pikku.steps"]
    assert "the result of step 'invoke' is a Person, but will be plain JSON" in warning


@pytest.mark.parametrize("value", [0, 0.0, "", False, None, [], {}, "\x00", "é\u202e\u200b🎈", 2**80, 1e-300])
async def test_falsy_and_odd_results_come_back_as_they_were(system: System, app: Pikku[Services], value: Any) -> None:
    executions: list[Any] = []

    @workflow_func
    async def keeps(ctx: Body) -> Any:
        result = await ctx.workflow.do("value", lambda: noted(executions, 1, value))
        await ctx.workflow.sleep("1d")
        assert type(result) is type(value)
        return result

    app.wire_workflow(name="keeps", func=keeps)
    assert await system.run(app, keeps) == value
    assert executions == [1]


async def test_the_first_use_of_a_name_is_its_key_and_later_ones_are_counted(
    system: System, app: Pikku[Services]
) -> None:
    @workflow_func
    async def loop(ctx: Body) -> list[int]:
        calls = [ctx.workflow.do("pay", partial(int, i)) for i in range(3)]
        return [await call for call in reversed(calls)]  # counted when they are made, not when they are awaited

    app.wire_workflow(name="loop", func=loop)
    async with system.connect(app) as pikku:
        handle = await pikku.start(loop)
        assert await system.leap(handle.result()) == [2, 1, 0]
        history = await pikku.workflow_service.get_run_history(handle.run_id)
    assert [(attempt.key, attempt.step_name, attempt.result) for attempt in history] == [
        ("pay", "pay", 0),
        ("pay#1", "pay", 1),
        ("pay#2", "pay", 2),
    ]


async def test_a_step_knows_itself_and_nothing_else_does(system: System, app: Pikku[Services]) -> None:
    seen: list[Any] = []
    ids: list[str] = []

    @func
    async def outer(ctx: Context[Services], data: None) -> None:
        seen.append(ctx.step)
        await ctx.rpc.invoke("inner")

    @func
    def inner(ctx: Context[Services]) -> None:
        seen.append(ctx.step)
        ids.append(ctx.invocation_id)

    @workflow_func
    async def curious(ctx: Body) -> None:
        assert ctx.step is None
        await ctx.workflow.do("look", outer, None)
        assert ctx.step is None
        await ctx.workflow.do("look inline", lambda: seen.append(ctx.step))

    app.add_functions(outer, inner)
    app.wire_workflow(name="curious", func=curious)
    async with system.connect(app) as pikku:
        await system.result(pikku, curious)
        await pikku.rpc.invoke("inner")
    in_outer, in_inner, in_inline, outside = seen
    assert (in_outer.step_name, in_outer.attempt_count) == ("look", 1)
    assert in_inner == in_outer
    assert in_inline.key == "look inline"
    assert in_inline.invocation_id != in_outer.invocation_id
    assert outside is None
    assert ids[0] == in_outer.invocation_id
    assert ids[1] not in ("", ids[0])


async def test_a_workflow_is_started_by_reference_and_by_name_with_typed_and_with_plain_data(
    system: System, app: Pikku[Services]
) -> None:
    @workflow(name="greet", tags=["polite"], description="Says hello")
    async def greet(ctx: Body, data: Person) -> str:
        return f"Hello {data.name}, {data.age}"

    module = type(pytest)("greetings")
    module.greet = greet  # type: ignore[attr-defined]
    app.registry.include(module)
    assert await system.run(app, greet, Person("Ada")) == "Hello Ada, 30"
    await system.clock.advance(1)
    assert await system.run(app, "greet", {"name": "Bob"}) == "Hello Bob, 30"
    runs = await system.service().list_runs(tags=["polite"])
    assert [run.input for run in runs] == [{"name": "Bob"}, {"name": "Ada", "age": 30}]
    assert {(run.status, run.output, run.waiting_on) for run in runs} == {
        ("completed", "Hello Ada, 30", ()),
        ("completed", "Hello Bob, 30", ()),
    }

"""Random workflows, crashed at random writes: every branch gets its own results, whatever the order in which they came."""

import asyncio
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pikku import Client, MemoryStore, Pikku, Services, WorkflowContext, WorkflowService, workflow_func
from pikku.ports.store import RunQuery
from pikku.testing import VirtualClock
from pikku.testing.crashing_store import CrashingStore

Program = list[Any]
"""`["step", name]`, `["sleep", ms]`, `["then", programs…]` one after the other, `["beside", programs…]` side by side."""

steps = st.tuples(st.just("step"), st.sampled_from(["charge", "ship", "tell"])).map(list)
sleeps = st.tuples(st.just("sleep"), st.sampled_from([0, 1_000, 90_000])).map(list)
anything = st.recursive(
    steps | sleeps,
    lambda inner: st.tuples(st.sampled_from(["then", "beside"]), st.lists(inner, min_size=1, max_size=4)).map(
        lambda parts: [parts[0], *parts[1]]
    ),
    max_leaves=14,
)

fan_outs = st.tuples(st.lists(steps | sleeps, min_size=2, max_size=4), st.integers(2, 5)).map(
    lambda branch: ["beside", *([["then", *branch[0]]] * branch[1])]
)
programs = anything | fan_outs

app = Pikku()
chance = random.Random()
executed: list[str] = []


@workflow_func
async def interpret(ctx: WorkflowContext[Services], data: Program) -> Any:
    """Carries out a program. Each step returns its own place in it, so that a result in the wrong place is seen at once."""

    async def carry_out(program: Program, place: str) -> Any:
        match program:
            case ["step", str(name)]:
                assert await ctx.workflow.do(name, lambda: work(place)) == place
                return place
            case ["sleep", int(ms)]:
                await ctx.workflow.sleep("sleep", ms)
                return None
            case ["then", *parts]:
                return [await carry_out(part, f"{place}.{number}") for number, part in enumerate(parts)]
            case ["beside", *parts]:
                branches = (carry_out(part, f"{place}.{number}") for number, part in enumerate(parts))
                return list(await asyncio.gather(*branches))
            case _:
                raise AssertionError(program)

    async def work(place: str) -> str:
        for _ in range(chance.randrange(60)):
            await asyncio.sleep(0)
        executed.append(place)
        return place

    return await carry_out(data, "0")


app.wire_workflow(name="interpret", func=interpret)


def expected(program: Program, place: str) -> Any:
    match program:
        case ["step", _]:
            return place
        case ["sleep", _]:
            return None
        case [_, *parts]:
            return [expected(part, f"{place}.{number}") for number, part in enumerate(parts)]


@settings(max_examples=300)
@given(
    program=programs,
    crashes=st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=3),
    seed=st.integers(0, 2**32),
    dropped=st.booleans(),
)
def test_any_program_ends_right_after_any_crashes(
    program: Program, crashes: list[tuple[int, bool]], seed: int, dropped: bool
) -> None:
    asyncio.run(_live_and_die(program, crashes, seed, dropped))


async def _live_and_die(program: Program, crashes: list[tuple[int, bool]], seed: int, dropped: bool) -> None:
    chance.seed(seed)
    clock = VirtualClock(patience_ms=0)
    store = MemoryStore(clock=clock)
    await store.open()
    for write, before in crashes:
        await _one_life(CrashingStore(store, write, before=before), clock, program, dropped)
        await clock.advance("31s")
    finished = await _finished_places(store)
    executed.clear()
    await _one_life(CrashingStore(store), clock, program, dropped)
    [run] = await store.list_runs(RunQuery())
    assert run.error is None, str(run.error)
    assert run.output == expected(program, "0")
    assert finished.isdisjoint(executed)


async def _finished_places(store: MemoryStore) -> set[str]:
    runs = await store.list_runs(RunQuery())
    history = [attempt for run in runs for attempt in await store.history(run.run_id)]
    return {attempt.result for attempt in history if attempt.status == "succeeded" and attempt.result}


async def _one_life(store: CrashingStore, clock: VirtualClock, program: Program, dropped: bool) -> None:
    service = WorkflowService(store, lease="30s", longest_wait=0 if dropped else "1d")
    async with app.connect(service, clock=clock) as pikku:
        ending = asyncio.create_task(_to_the_end(pikku, store, program))
        crash = asyncio.create_task(store.crashed.wait())
        await clock.run(asyncio.wait([ending, crash], return_when=asyncio.FIRST_COMPLETED))
        for task in (ending, crash):
            task.cancel()
        await asyncio.wait([ending, crash])
        await pikku.abandon()


async def _to_the_end(pikku: Client[Any], store: CrashingStore, program: Program) -> None:
    for handle in await pikku.recover():
        await handle.ended()
    if not await store.list_runs(RunQuery()):
        await (await pikku.start(interpret, program)).ended()

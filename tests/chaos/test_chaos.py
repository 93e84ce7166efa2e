"""Three workers on one server: one of them is killed every half second, and one stands still for longer than its lease
whenever it is let; the server loses power once.

The short form is part of `make test`; `make chaos` sets PIKKU_CHAOS_RUNS for the long one, and PIKKU_CHAOS_SYSTEMS for every
store with every queue, each as store-queue.
"""

import asyncio
import math
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tests.chaos.crew import Crew
from tests.chaos.ground import GROUNDS, Ground
from tests.chaos.until import until
from tests.chaos.worker import (
    EXECUTED_STEPS_OF_AN_ORDER,
    STEPS_OF_AN_ORDER,
    app,
    order,
    outcome_of_order,
    service_at,
)
from tests.environment import marks_of

from pikku import Client
from pikku.model.errors import StoreError
from pikku.testing.servers import PostgresServer, RedisServer

T = TypeVar("T")

RUNS = int(os.environ.get("PIKKU_CHAOS_RUNS", "70"))
SYSTEMS = os.environ.get("PIKKU_CHAOS_SYSTEMS", "postgres-store,redis-store").split(",")
SEED = int(os.environ.get("PIKKU_CHAOS_SEED", "3"))
LAST_RUNS = 20
PAUSE_SECONDS, KILL_SECONDS, FREEZE_SECONDS = 0.04, 0.5, 1.2
LIMIT_SECONDS = 60 + RUNS


@pytest.fixture(params=[pytest.param(each, marks=marks_of(each.partition("-")[2])) for each in SYSTEMS])
def system(request: pytest.FixtureRequest) -> Iterator[tuple[Ground, str]]:
    """An empty store, and a queue."""
    database, _, queue = request.param.partition("-")
    with GROUNDS[database](f"chaos_{queue}") as ground:
        # Under the prefix of the store: on a given server nothing is left, and nobody else's jobs are taken.
        yield ground, f"bullmq:{ground.url}" if queue == "bullmq" else queue


async def test_workers_killed_at_random_and_a_server_that_loses_power_change_no_outcome(
    system: tuple[Ground, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
    record_property: Callable[[str, int], None],
) -> None:
    (server, url, witness), queue = system
    notes, began = tmp_path / "notes", time.monotonic()
    crew = Crew(url, notes, random.Random(SEED), queue=queue)
    async with asyncio.timeout(LIMIT_SECONDS), app.connect(service_at(url, queue)) as pikku, crew:
        await storm(pikku, crew, server)
        await end_in_the_middle(pikku, crew)
        left = await witness.facts()
        assert left.owned == []
        assert left.steps["running"] == 0
        async with Crew(url, notes, random.Random(SEED), size=1, queue=queue):
            await until(lambda: all_ended(pikku))
    seconds = time.monotonic() - began

    facts = await witness.facts()
    runs, lines = facts.runs.total(), notes.read_text().splitlines()
    executions = Counter(line.rsplit(" ", 1)[0] for line in lines)
    again = executed_after_their_end(lines, facts.ends)
    # The first attempt of `charge` is made to fail, so that it has to be executed twice.
    repeated = sum(count - (2 if name.endswith(" charge") else 1) for name, count in executions.items())
    with capsys.disabled():
        sys.stdout.write(
            f"\n{request.node.callspec.id}: {crew.kills} kills, {crew.freezes} freezes, {restarts_of(server)}, {runs} runs, "
            f"{len(lines)} executions of {len(executions)} steps, {repeated} more than needed of unfinished ones, "
            f"{len(again)} of finished ones, {facts.lost} attempts lost, {seconds:.1f} s\n"
        )
    assert facts.runs == {"completed": runs}
    assert runs >= RUNS + LAST_RUNS
    assert [(data, output) for data, output in facts.outcomes if output != outcome_of_order(data)] == []
    assert facts.steps == {"succeeded": runs * STEPS_OF_AN_ORDER}
    assert len(executions) == runs * EXECUTED_STEPS_OF_AN_ORDER
    assert again == []
    assert crew.kills >= RUNS / 20
    assert (facts.owned, facts.due) == ([], [])
    record_property("workers killed", crew.kills)
    record_property("workers frozen for longer than their lease", crew.freezes)
    record_property("servers that lost power", int(server.is_ours))


async def storm(pikku: Client[Any], crew: Crew, server: PostgresServer | RedisServer) -> None:
    """Start runs one after the other, and kill on until all have ended."""
    async with asyncio.TaskGroup() as tasks:
        starting = tasks.create_task(start_all(pikku))
        losing_power = tasks.create_task(lose_power(pikku, server))
        freezing = tasks.create_task(freeze_on(crew))
        while not (starting.done() and losing_power.done() and await insisted(lambda: all_ended(pikku))):
            await asyncio.sleep(KILL_SECONDS)  # the pace of the killer
            await crew.kill_one()
        freezing.cancel()


async def start_all(pikku: Client[Any]) -> None:
    for number in range(RUNS):
        await insisted(lambda: pikku.start(order, number))  # noqa: B023  called before the next number
        await asyncio.sleep(PAUSE_SECONDS)  # the pace of the starter


async def lose_power(pikku: Client[Any], server: PostgresServer | RedisServer) -> None:
    """In the middle: when half of the runs are started."""
    service = pikku.workflow_service

    async def half_are_started() -> bool:
        return len(await insisted(lambda: service.list_runs(limit=RUNS // 2))) == RUNS // 2

    if server.is_ours:
        await until(half_are_started)
        await asyncio.to_thread(server.restart, crash=True)


async def freeze_on(crew: Crew) -> None:
    while True:
        await crew.freeze_one(FREEZE_SECONDS)


async def end_in_the_middle(pikku: Client[Any], crew: Crew) -> None:
    """Tell the workers to end while they have runs and steps in hand."""
    handles = [await pikku.start(order, RUNS + number) for number in range(LAST_RUNS)]
    service = pikku.workflow_service

    async def is_in_the_middle() -> bool:
        return any([await service.get_run_history(handle.run_id) for handle in handles])

    await until(is_in_the_middle)
    assert await crew.dismiss() == [0, 0, 0]


def executed_after_their_end(lines: list[str], ends: dict[tuple[str, str], int]) -> list[str]:
    executed = ((line, *line.split()) for line in lines)
    return [line for line, run_id, key, began_ms in executed if int(began_ms) > ends.get((run_id, key), math.inf)]


async def all_ended(pikku: Client[Any]) -> bool:
    return not await pikku.workflow_service.list_runs(status="running", limit=1)


async def insisted(ask: Callable[[], Awaitable[T]]) -> T:
    """The answer, asked for again and again while the server is away; what was unheard of may have been done."""
    while True:
        try:
            return await ask()
        except StoreError:
            await asyncio.sleep(0.1)


def restarts_of(server: PostgresServer | RedisServer) -> str:
    return "1 restart" if server.is_ours else "no restart (the server is not ours)"

"""Three workers on one PostgreSQL: one of them is killed every half second, and one stands still for longer than its lease
whenever it is let; the server loses power once.

The short form is part of `make test`; `make chaos` sets PIKKU_CHAOS_RUNS for the long one.
"""

import asyncio
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
from tests.chaos.state import ask, until
from tests.chaos.worker import (
    EXECUTED_STEPS_OF_AN_ORDER,
    STEPS_OF_AN_ORDER,
    app,
    order,
    outcome_of_order,
    service_at,
)

from pikku import Client
from pikku.model.errors import StoreError
from pikku.model.failure import LOST
from pikku.testing.servers import PostgresServer

T = TypeVar("T")

RUNS = int(os.environ.get("PIKKU_CHAOS_RUNS", "100"))
QUEUES = os.environ.get("PIKKU_CHAOS_QUEUES", "store").split(",")
SEED = int(os.environ.get("PIKKU_CHAOS_SEED", "3"))
LAST_RUNS = 20
PAUSE_SECONDS, KILL_SECONDS, FREEZE_SECONDS = 0.04, 0.5, 1.2
LIMIT_SECONDS = 60 + RUNS

STILL_OWNED = """
    SELECT 'run ' || run_id || ' ' || owner FROM {schema}.workflow_runs WHERE owner IS NOT NULL
    UNION ALL
    SELECT 'step ' || run_id || ' ' || key || ' ' || owner FROM {schema}.workflow_step WHERE owner IS NOT NULL
"""
RUNS_BY_STATUS = "SELECT status, count(*) FROM {schema}.workflow_runs GROUP BY 1"
STEPS_BY_STATUS = "SELECT status, count(*) FROM {schema}.workflow_step GROUP BY 1"
OUTPUTS = "SELECT input_json::integer AS input, output_json::jsonb::text AS output FROM {schema}.workflow_runs"
ENDS = "SELECT run_id, key, completed_ms FROM {schema}.workflow_step WHERE status = 'succeeded'"
LOST_ATTEMPTS = "SELECT count(*) FROM {schema}.workflow_step_history WHERE error::jsonb ->> 'type' = $1"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of our own, on which what is committed survives; or the one that is given, which nobody restarts."""
    with PostgresServer(durable=True) as server:
        yield server


@pytest.mark.parametrize("queue", QUEUES)
async def test_workers_killed_at_random_and_a_server_that_loses_power_change_no_outcome(
    queue: str, server: PostgresServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = await asyncio.to_thread(server.create_database, f"chaos_{queue}")
    notes, began = tmp_path / "notes", time.monotonic()
    crew = Crew(url, notes, random.Random(SEED), queue=queue)
    async with asyncio.timeout(LIMIT_SECONDS), app.connect(service_at(url, queue)) as pikku, crew:
        await storm(pikku, crew, server)
        await end_in_the_middle(pikku, crew)
        assert await ask(url, STILL_OWNED) == []
        assert "running" not in dict(await ask(url, STEPS_BY_STATUS))
        async with Crew(url, notes, random.Random(SEED), size=1, queue=queue):
            await until(lambda: all_ended(pikku))
    seconds = time.monotonic() - began

    runs, steps = dict(await ask(url, RUNS_BY_STATUS)), dict(await ask(url, STEPS_BY_STATUS))
    lines = notes.read_text().splitlines()
    executions = Counter(line.rsplit(" ", 1)[0] for line in lines)
    again = executed_after_their_end(lines, await ask(url, ENDS))
    [[lost]] = await ask(url, LOST_ATTEMPTS, LOST.type)
    # The first attempt of `charge` is made to fail, so that it has to be executed twice.
    repeated = sum(count - (2 if name.endswith(" charge") else 1) for name, count in executions.items())
    with capsys.disabled():
        sys.stdout.write(
            f"\n{queue}: {crew.kills} kills, {crew.freezes} freezes, {restarts_of(server)}, {sum(runs.values())} runs, "
            f"{len(lines)} executions of {len(executions)} steps, {repeated} more than needed of unfinished ones, "
            f"{len(again)} of finished ones, {lost} attempts lost, {seconds:.1f} s\n"
        )
    assert list(runs) == ["completed"]
    assert runs["completed"] >= RUNS + LAST_RUNS
    assert [row for row in await ask(url, OUTPUTS) if row["output"] != str(outcome_of_order(row["input"]))] == []
    assert steps == {"succeeded": runs["completed"] * STEPS_OF_AN_ORDER}
    assert len(executions) == runs["completed"] * EXECUTED_STEPS_OF_AN_ORDER
    assert again == []
    assert crew.kills >= RUNS / 20
    assert await ask(url, STILL_OWNED) == []


async def storm(pikku: Client[Any], crew: Crew, server: PostgresServer) -> None:
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


async def lose_power(pikku: Client[Any], server: PostgresServer) -> None:
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


def executed_after_their_end(lines: list[str], ends: list[Any]) -> list[str]:
    completed = {(row["run_id"], row["key"]): row["completed_ms"] for row in ends}
    return [line for line in lines if int(line.split()[2]) > completed[line.split()[0], line.split()[1]]]


async def all_ended(pikku: Client[Any]) -> bool:
    return not await pikku.workflow_service.list_runs(status="running", limit=1)


async def insisted(ask: Callable[[], Awaitable[T]]) -> T:
    """The answer, asked for again and again while the server is away; what was unheard of may have been done."""
    while True:
        try:
            return await ask()
        except StoreError:
            await asyncio.sleep(0.1)


def restarts_of(server: PostgresServer) -> str:
    return "1 restart" if server.is_ours else "no restart (PIKKU_TEST_POSTGRES_URL names a server that is not ours)"

"""Two processes on one store, killed at random: every run completes, and no finished step is executed again."""

import asyncio
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest
from tests.servers import Servers

from pikku import WorkflowService
from pikku.app.adapters import store_from
from pikku.model.run import Run

RUNS = 100
RUNS_AT_ONCE = 12
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("scheme", ["sqlite", "file", "postgresql", "redis"])
async def test_two_processes_killed_at_random_complete_all_runs_and_repeat_no_finished_step(
    scheme: str,
    tmp_path: Path,
    servers: Servers,
    capsys: pytest.CaptureFixture[str],
    record_property: Callable[[str, int], None],
) -> None:
    addresses = {
        "sqlite": f"sqlite:///{tmp_path}/state.db",
        "file": f"file:{tmp_path}/state",
    }
    url = addresses.get(scheme) or servers.store_on(scheme, "two_processes")
    notes, chance = tmp_path / "notes", random.Random(7)
    async with WorkflowService(store_from(url)) as service:
        workers = [await spawn(url, notes, RUNS_AT_ONCE) for _ in range(2)]
        kills, enough = 0, False
        try:
            async with asyncio.timeout(240):
                while not (enough and await all_ended(service)):
                    await asyncio.sleep(chance.uniform(0.1, 0.6))  # the workers work meanwhile, who all have begun
                    enough = len(await service.list_runs(limit=RUNS)) == RUNS
                    for victim in range(2) if enough else [chance.randrange(2)]:
                        await end(workers[victim])
                        workers[victim] = await spawn(url, notes, 0 if enough else RUNS_AT_ONCE)
                        kills += 1
        finally:
            for worker in workers:
                await end(worker)
        runs = await service.list_runs(limit=10 * RUNS)
        lines = notes.read_text().splitlines()
        again = [line async for line in executed_after_their_end(service, runs, lines)]
    executions = Counter(line.rsplit(" ", 1)[0] for line in lines)
    repeated = sum(count - 1 for count in executions.values())
    with capsys.disabled():
        sys.stdout.write(
            f"\n{scheme}: {kills} kills, {len(runs)} runs, {sum(executions.values())} executions of "
            f"{len(executions)} steps, {repeated} of unfinished ones again, {len(again)} of finished ones\n"
        )
    assert kills >= 5
    assert repeated > 0, "nobody was killed in the middle of a step"
    assert len(runs) >= RUNS
    assert {run.status.value for run in runs} == {"completed"}
    assert all(run.output == [run.input + 1, *[run.input + 2] * 2, len("inline"), run.input + 3] for run in runs)
    assert len(executions) == len(runs) * 5
    assert again == []
    record_property("workers killed", kills)


async def executed_after_their_end(
    service: WorkflowService, runs: Sequence[Run], notes: Sequence[str]
) -> AsyncIterator[str]:
    ends = {
        (attempt.run_id, attempt.key): attempt.completed_ms or 0
        for run in runs
        for attempt in await service.get_run_history(run.run_id)
        if attempt.status == "succeeded"
    }
    for line in notes:
        run_id, key, began = line.split(" ")
        if int(began) > ends[run_id, key]:  # type: ignore[index]
            yield line


async def all_ended(service: WorkflowService) -> bool:
    return not await service.list_runs(status="running", limit=1)


async def spawn(url: str, notes: Path, runs_to_start: int) -> asyncio.subprocess.Process:
    """A worker that has begun: on a busy machine, it would else be killed before it has done anything, again and again."""
    command = [sys.executable, "-m", "tests.processes.worker", url, str(notes), str(runs_to_start)]
    worker = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert worker.stdout is not None
    assert await worker.stdout.readline() == b"working\n"
    return worker


async def end(worker: asyncio.subprocess.Process) -> None:
    if worker.returncode is None:
        worker.send_signal(signal.SIGKILL)
    await worker.wait()

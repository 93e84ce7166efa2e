"""A store whose runs are executed by worker processes, and the application that they execute."""

import asyncio
import subprocess
import time
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from tests.cli.surroundings import Shop

from pikku import WorkflowService
from pikku.app.adapters import store_from
from pikku.app.configuration import read_configuration
from pikku.cli.applications import named_app
from pikku.model.run import Run, RunStatus
from pikku.model.step import Step
from pikku.ports.store import RunQuery

T = TypeVar("T")

PATIENCE = 30.0
MANY = 1_000

APPLICATION = """
import asyncio
import os
from pathlib import Path

from pikku import Context, Pikku, Services, WorkflowContext, func, workflow_func

NOTES, GATES = Path("notes"), Path("gates")
Body = WorkflowContext[Services]


def note(what: str) -> None:
    with NOTES.open("a") as file:
        file.write(f"{what} {os.getpid()}\\n")


@func
async def double(ctx: Context[Services], data: int) -> int:
    await asyncio.sleep(0.005)
    note("double")
    return 2 * data


@func
async def wait_at_gate(ctx: Context[Services], data: str) -> int:
    note(f"waiting-{data}")
    while not (GATES / data).exists():
        await asyncio.sleep(0.01)
    note(f"passed-{data}")
    return ctx.step.attempt_count


@func
def block_a_thread(ctx: Context[Services], data: str) -> None:
    import time
    note("blocking")
    time.sleep(60)


@func
async def job(ctx: Context[Services], data: str) -> None:
    note(f"job-{data}")
    while not (GATES / data).exists():
        await asyncio.sleep(0.01)
    note(f"done-{data}")


@func
async def block_the_loop(ctx: Context[Services], data: str) -> None:
    import time
    note("blocking")
    time.sleep(60)


@workflow_func
async def doubles(ctx: Body, data: int) -> int:
    note("body")
    for _ in range(3):
        data = await ctx.workflow.do("double", double, data)
    return data


@workflow_func
async def gate(ctx: Body, data: str) -> int:
    return await ctx.workflow.do("wait", wait_at_gate, data)


@workflow_func
async def gate_inline(ctx: Body, data: str) -> str:
    async def wait() -> str:
        note(f"waiting-{data}")
        while not (GATES / data).exists():
            await asyncio.sleep(0.01)
        return "through"

    return await ctx.workflow.do("wait", wait)


@workflow_func
async def blocks(ctx: Body, data: str) -> None:
    await ctx.workflow.do("block", "block_" + data, data)


app = Pikku()
app.add_functions(double, wait_at_gate, block_a_thread, block_the_loop)
if os.environ["PIKKU_QUEUE"] != "store":
    app.wire_queue_worker(queue_name="jobs", func=job)
app.wire_workflow(name="doubles", func=doubles)
app.wire_workflow(name="gate", func=gate)
app.wire_workflow(name="gate inline", func=gate_inline)
app.wire_workflow(name="blocks", func=blocks)
"""


class Works:
    """Starts runs and workers, and reads what has become of them. Every process that is left is killed by `close`."""

    def __init__(self, shop: Shop, url: str) -> None:
        self.shop = shop
        self.url = url
        self._processes: list[subprocess.Popen[str]] = []
        self._gates = shop.folder / "gates"
        self._gates.mkdir()
        (shop.folder / "application_of_workers.py").write_text(APPLICATION)

    def worker(self, *options: str, **environment: str) -> "subprocess.Popen[str]":
        """A worker that has begun to work."""
        process = self.process("worker", *options, **environment)
        assert process.stderr is not None
        line = process.stderr.readline()
        assert line.startswith("pikku: working for application_of_workers:app on "), line
        return process

    def process(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        process = self.shop.process(*arguments, **environment)
        self._processes.append(process)
        return process

    def start(self, workflow: str, data: str) -> str:
        """The id of a run that others will execute."""
        ran = self.shop.pikku("start", workflow, data)
        assert ran.code == 0, ran.err
        return ran.out.strip()

    def start_many(self, times: int, workflow: str, data: object) -> None:
        """Start so many runs at once."""

        async def start() -> None:
            async with named_app(None, read_configuration()).connect() as client:
                await asyncio.gather(*(client.start(workflow, data) for _ in range(times)))

        asyncio.run(start())

    def add_job(self, data: str) -> None:
        async def add() -> None:
            async with named_app(None, read_configuration()).connect() as client:
                await client.queue_service.add("jobs", data)

        asyncio.run(add())

    def open_gate(self, name: str) -> None:
        (self._gates / name).touch()

    def notes(self, what: str) -> list[int]:
        """The ids of the processes that have noted this."""
        file = self.shop.folder / "notes"
        lines = [line.split(" ") for line in file.read_text().splitlines()] if file.exists() else []
        return [int(process) for noted, process in lines if noted == what]

    def runs(self) -> Sequence[Run]:
        return self._read(lambda service: service.store.list_runs(RunQuery(limit=MANY)))

    def steps(self) -> Sequence[Step]:
        async def read(service: WorkflowService) -> Sequence[Step]:
            runs = await service.store.list_runs(RunQuery(limit=MANY))
            snapshots = await service.store.load([run.run_id for run in runs])
            return [step for snapshot in snapshots for step in snapshot.steps.values()]

        return self._read(read)

    def owners(self) -> set[str | None]:
        """Who owns a run or a step."""
        return ({run.owner for run in self.runs()} | {step.owner for step in self.steps()}) - {None}

    def until_completed(self) -> Sequence[Run]:
        """All runs, completed."""
        until(lambda: all(run.status is not RunStatus.RUNNING for run in self.runs()), "the runs to end")
        runs = self.runs()
        wrong = [str(run.error) for run in runs if run.status is not RunStatus.COMPLETED]
        assert not wrong, wrong
        return runs

    def until_noted(self, what: str, times: int = 1) -> None:
        until(lambda: len(self.notes(what)) >= times, what)

    def close(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def _read(self, look: Callable[[WorkflowService], Coroutine[Any, Any, T]]) -> T:
        async def read() -> T:
            async with WorkflowService(store_from(self.url)) as service:
                return await look(service)

        return asyncio.run(read())


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"still waiting for {what}"
        time.sleep(0.02)


def end_of(process: "subprocess.Popen[str]") -> tuple[int, list[str]]:
    """The exit code, and the lines on the standard error after the first."""
    _, err = process.communicate(timeout=PATIENCE)
    return process.returncode, err.splitlines()


def folder_url(folder: Path) -> str:
    return f"sqlite:///{folder}/pikku.db"

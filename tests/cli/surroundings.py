"""A folder with an application in it, and the command as one calls it there."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pikku.cli.main import main
from pikku.model.change import Change, Lease, RunCreated
from pikku.model.ids import RunId
from pikku.model.payload import NULL
from pikku.model.run import Run
from pikku.ports.store import RunQuery
from pikku.stores.sqlite import SqliteStore

SHOP = """
import asyncio
from dataclasses import dataclass

from pikku import Context, Pikku, Services, WorkflowContext, func, workflow_func

tries = []


@dataclass
class Person:
    name: str


class Declined(Exception):
    code = "E402"


@func
async def greet(ctx: Context[Services], data: Person) -> str:
    tries.append(data.name)
    if len(tries) % 2:
        raise Declined("try again")
    return f"Hello {data.name}"


@workflow_func
async def welcome(ctx: WorkflowContext[Services], data: Person) -> dict[str, str]:
    ctx.logger.info("welcoming %s", data.name)
    greeting = await ctx.workflow.do("greet", greet, data, retries=1)
    return {"greeting": greeting}


@workflow_func
async def broken(ctx: WorkflowContext[Services]) -> None:
    try:
        {}["money"]
    except KeyError as error:
        raise Declined("no money") from error


@workflow_func
async def gives_up(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.cancel("not needed")


@workflow_func
async def naps(ctx: WorkflowContext[Services]) -> str:
    await ctx.workflow.sleep("a long nap", "5min")
    return "rested"


@workflow_func
async def works(ctx: WorkflowContext[Services]) -> str:
    return await ctx.workflow.do("hard work", lambda: asyncio.sleep(1.5, "done"))


@workflow_func
async def says(ctx: WorkflowContext[Services], data: str) -> str:
    return await ctx.workflow.do("say [bold]", lambda: data)


@workflow_func
async def event_loop(ctx: WorkflowContext[Services]) -> str:
    return type(asyncio.get_running_loop()).__module__


app = Pikku()
app.add_functions(greet)
app.wire_workflow(name="welcome", func=welcome, tags=["people", "new"])
app.wire_workflow(name="broken", func=broken)
app.wire_workflow(name="gives up", func=gives_up)
app.wire_workflow(name="naps", func=naps)
app.wire_workflow(name="works", func=works)
app.wire_workflow(name="says", func=says)
app.wire_workflow(name="event loop", func=event_loop)
"""

QUIET = ("PIKKU_APP", "PIKKU_STORE", "PIKKU_LEASE", "PIKKU_MIGRATE", "PIKKU_DEBUG", "NO_COLOR")


class Ran(NamedTuple):
    """What a command did: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def is_one_line(ran: Ran, problem: str) -> None:
    """It could not be done, and was told in one line, without the password."""
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert ran.err.startswith("pikku: ")
    assert problem in ran.err
    assert "s3cret" not in ran.err
    assert "Traceback" not in ran.err


class Shop:
    """The folder; `pikku(...)` is the command, called in it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def pikku(self, *arguments: str) -> Ran:
        self._capsys.readouterr()
        code = main(arguments)
        return Ran(code, *self._capsys.readouterr())

    def start(self, *arguments: str) -> str:
        """The id of a run that has been started, and has ended."""
        return str(self.pikku("start", *arguments, "--json").json["run_id"])

    def process(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        """The command in a process of its own."""
        command = [sys.executable, "-c", "import sys; from pikku.cli.main import main; sys.exit(main())", *arguments]
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, cwd=self.folder, env=os.environ | environment, text=True, **streams)  # type: ignore[call-overload,no-any-return]

    def leave(
        self, run_id: str, workflow: str = "naps", lease: Lease | None = None, tags: tuple[str, ...] = ()
    ) -> None:
        """A run as another process left it: due, or under a lease."""
        self.apply(RunCreated(run_id=RunId(run_id), workflow=workflow, input_json=NULL, lease=lease, tags=tags))

    def apply(self, *changes: Change) -> None:
        async def write() -> None:
            store = SqliteStore(self.folder / "pikku.db")
            await store.open()
            await store.apply(changes)
            await store.close()

        asyncio.run(write())

    def runs(self) -> Sequence[Run]:
        async def read() -> Sequence[Run]:
            store = SqliteStore(self.folder / "pikku.db")
            await store.open()
            found = await store.list_runs(RunQuery())
            await store.close()
            return found

        return asyncio.run(read())


def run_id(number: int) -> str:
    """An id whose beginning is like those of others, and whose end is not."""
    return f"01a1fdaf-9733-79ad-b6c9-{number:012d}"

"""The processes of the demo: one starts the runs and kills itself in the middle of them, one takes them over.

With PostgreSQL, one starts the runs, and workers execute them.

python -m pikku.cli.demo_processes victim FOLDER
python -m pikku.cli.demo_processes rescuer FOLDER
python -m pikku.cli.demo_processes starter FOLDER
python -m pikku.cli.demo_processes worker FOLDER
"""

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pikku.app.configuration import read_configuration
from pikku.app.loading import load_app
from pikku.app.pikku import Pikku
from pikku.cli import event_loop
from pikku.cli.demo_stage import Person, Stage
from pikku.cli.main import main
from pikku.runtime.client import Client
from pikku.runtime.handle import RunHandle

SPREAD_S = 1.2
"""The runs begin over this time, so that they are in different places when they are killed."""

LOOK_EVERY_S = 0.01


async def victim(app: Pikku[Any], stage: Stage) -> None:
    """Start a run for everybody, and die as soon as the first one has come to its end."""
    async with app.connect() as pikku:
        handles = await _start(pikku, stage.people())
        while not await _in_the_middle(pikku, handles):  # noqa: ASYNC110  it is the store that tells
            await asyncio.sleep(LOOK_EVERY_S)
        os.kill(os.getpid(), signal.SIGKILL)


async def rescuer(app: Pikku[Any], stage: Stage) -> None:
    """Take over what the dead process has left, as soon as its lease has run out, and wait for the end of all runs."""
    async with app.connect(work=True) as pikku:
        left = await pikku.workflow_service.list_runs(status="running", limit=len(stage.people()))
        handles = [await pikku.handle(run.run_id) for run in left]
        await asyncio.gather(*[handle.ended() for handle in handles])


async def starter(app: Pikku[Any], stage: Stage) -> None:
    """Start a run for everybody."""
    async with app.connect() as pikku:
        await _start(pikku, stage.people())


async def _start(pikku: Client[Any], people: Sequence[Person]) -> Sequence[RunHandle[Any]]:
    handles = []
    for person in people:
        handles.append(await pikku.start("onboarding", person))
        await asyncio.sleep(SPREAD_S / len(people))
    return handles


async def _in_the_middle(pikku: Client[Any], handles: Sequence[RunHandle[Any]]) -> bool:
    """The first run has ended, the last one has finished some of its steps; a lone run need only do the latter."""
    return await _has_begun(pikku, handles[-1]) and (len(handles) == 1 or await _has_ended(pikku, handles[0]))


async def _has_begun(pikku: Client[Any], handle: RunHandle[Any]) -> bool:
    history = await pikku.workflow_service.get_run_history(handle.run_id)
    return len([each for each in history if each.status.final]) >= 2 or await _has_ended(pikku, handle)


async def _has_ended(pikku: Client[Any], handle: RunHandle[Any]) -> bool:
    run = await pikku.workflow_service.get_run(handle.run_id)
    return run is not None and run.status.ended


class _ExecutionFile(logging.FileHandler):
    """Notes each execution of a function: evidence that does not come from the store."""

    def format(self, record: logging.LogRecord) -> str:
        names = ("process", "run_id", "step_name", "attempt_count")
        return json.dumps({name: getattr(record, name, None) for name in names})


def _main(role: str, folder: str) -> None:
    stage = Stage(Path(folder))
    functions = logging.getLogger("pikku.function")
    functions.setLevel(logging.INFO)
    functions.addHandler(_ExecutionFile(stage.executions))
    if role == "worker":
        sys.exit(main(["worker"]))
    app = load_app(read_configuration().app or "")
    event_loop.run({"victim": victim, "rescuer": rescuer, "starter": starter}[role](app, stage))


if __name__ == "__main__":
    _main(*sys.argv[1:])

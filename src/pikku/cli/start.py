"""`pikku start`: start a run, and stay until it has ended."""

import sys
from contextlib import AbstractAsyncContextManager
from typing import Any

import click

from pikku.app.configuration import read_configuration
from pikku.cli.applications import named_app
from pikku.cli.failures import end_text
from pikku.cli.input_json import read_input
from pikku.cli.interruption import run_interruptibly
from pikku.cli.json_output import outcome_as_json, print_json
from pikku.cli.log import verbose_option
from pikku.cli.options import app_option, json_option, queue_option, store_option
from pikku.cli.printable import printable
from pikku.cli.progress import run_line
from pikku.cli.refusal import RUN_FAILED
from pikku.cli.terminal import tell
from pikku.cli.waiting import until_ended
from pikku.model.errors import InvalidDataError
from pikku.model.run import ExecutionMode, Run, RunStatus
from pikku.runtime.client import Client
from pikku.runtime.handle import RunHandle


@click.command(short_help="Start a run of a workflow.")
@click.argument("workflow", metavar="NAME")
@click.argument("data", metavar="[JSON]", required=False)
@click.option("--wait", is_flag=True, help="Show how it goes on, and print its result as JSON.")
@json_option
@app_option
@store_option
@queue_option
@verbose_option
def start(
    workflow: str,
    data: str | None,
    wait: bool,
    as_json: bool,
    app: str | None,
    store: str | None,
    queue: str | None,
) -> int:
    """Start a run of the workflow NAME, and print its id.

    JSON is a literal, @file.json, or - for the standard input; null if left out. Without a queue, the run is executed by this
    process, which stays until it has ended; Ctrl-C hands the run back, and `pikku recover` goes on with it. With a queue,
    workers execute it (see `pikku worker`), and this process stays only with --wait.

    With --wait or --json the id goes to the standard error, and the standard output holds the result alone.

    Exits with 0 if the run is completed, 1 if it failed or was cancelled, 2 if it could not be started.
    """
    value = read_input(data)
    application = named_app(app, read_configuration())
    application.registry.workflow(workflow)  # an unknown name must not create a store
    run = run_interruptibly(
        _run(application.connect(store, queue=queue), workflow, value, wait=wait, id_alone=not (wait or as_json))
    )
    if as_json:
        print_json(outcome_as_json(run))
    elif wait and run.status is RunStatus.COMPLETED:
        print_json(run.output)
    return _told_end(run)


async def _run(
    connection: AbstractAsyncContextManager[Client[Any]], workflow: str, data: Any, *, wait: bool, id_alone: bool
) -> Run:
    async with connection as client:
        handle = await _started(client, workflow, data)
        # Read before anything is said: who then interrupts, interrupts the waiting.
        run = await client.workflow_service.get_run(handle.run_id)
        if id_alone:
            sys.stdout.write(f"{handle.run_id}\n")
            sys.stdout.flush()
        else:
            tell(f"run {handle.run_id}")
        if run is not None and run.mode is not ExecutionMode.INLINE and not (wait or run.status.ended):
            return run
        line = run_line(client.workflow_service, handle.run_id, handle.workflow) if wait else None
        (ended,) = await until_ended(client, [handle], line)
        return ended


async def _started(client: Client[Any], workflow: str, data: Any) -> RunHandle[Any]:
    try:
        return await client.start(workflow, data)
    except InvalidDataError as error:
        if data is not None:
            raise
        raise click.UsageError(f"{error}; give it as JSON after the name of the workflow") from None


def _told_end(run: Run) -> int:
    if run.status in (RunStatus.COMPLETED, RunStatus.RUNNING):
        return 0
    tell(f"pikku: {printable(run.workflow)} run {run.run_id} {end_text(run)}")
    return RUN_FAILED

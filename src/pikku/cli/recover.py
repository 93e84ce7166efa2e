"""`pikku recover`: take over runs whose process died, and stay until they have ended."""

import sys
from collections.abc import Sequence
from typing import Any

import click

from pikku.app.configuration import read_configuration
from pikku.app.pikku import Pikku
from pikku.cli.applications import named_app
from pikku.cli.failures import error_text
from pikku.cli.interruption import run_interruptibly
from pikku.cli.json_output import outcome_as_json, print_json
from pikku.cli.log import verbose_option
from pikku.cli.options import app_option, json_option, queue_option, store_option
from pikku.cli.printable import printable
from pikku.cli.progress import runs_line
from pikku.cli.refusal import RUN_FAILED
from pikku.cli.tables import Column, print_table
from pikku.cli.terminal import Cell, printer, status_cell, tell
from pikku.cli.times import age, distance, now_ms, run_took
from pikku.cli.waiting import until_ended
from pikku.model.ids import RunId
from pikku.model.run import Run, RunStatus
from pikku.ports.store import RunQuery
from pikku.runtime.service import WorkflowService

RUNS_PER_LOOK = 500

TAKEN_OVER = (Column("run", whole=True), Column("workflow"), Column("age"), Column("waiting on", elastic=True))


@click.command(short_help="Take over runs whose process died, and finish them.")
@json_option
@app_option
@store_option
@queue_option
@verbose_option
def recover(as_json: bool, app: str | None, store: str | None, queue: str | None) -> int:
    """Take over the runs that are due: those whose process died and those that were handed back.

    Stays until they have ended. A run whose owner lives is not touched; an owner that died is believed to live until its
    lease has run out. Ctrl-C hands the runs back.

    Exits with 1 if one of them failed.
    """
    ended = run_interruptibly(_recover(named_app(app, read_configuration()), store, queue, as_json=as_json))
    if as_json:
        print_json([outcome_as_json(run) for run in ended])
    return RUN_FAILED if any(run.status is RunStatus.FAILED for run in ended) else 0


async def _recover(app: Pikku[Any], store: str | None, queue: str | None, *, as_json: bool) -> list[Run]:
    async with app.connect(store, queue=queue) as client:
        handles = await client.recover()
        if not handles:
            tell("; ".join(["nothing to recover", *await _others(client.workflow_service, app)]))
            return []
        if not as_json:
            _print_taken_over(await _read(client.workflow_service, [handle.run_id for handle in handles]))
        left = {handle.run_id: None for handle in handles}

        def on_end(run: Run) -> None:
            del left[run.run_id]
            if not as_json:
                _print_end(run)

        line = runs_line(client.workflow_service, left, len(handles))
        return await until_ended(client, handles, line, on_end)


async def _read(service: WorkflowService, run_ids: Sequence[RunId]) -> list[Run]:
    found: list[Run] = []
    for start in range(0, len(run_ids), RUNS_PER_LOOK):
        some = run_ids[start : start + RUNS_PER_LOOK]
        found += await service.store.list_runs(RunQuery(run_ids=some, limit=len(some)))
    return found


async def _others(service: WorkflowService, app: Pikku[Any]) -> list[str]:
    """Why running runs are not taken over."""
    running = await service.list_runs(status=RunStatus.RUNNING, limit=RUNS_PER_LOOK)
    known = [run for run in running if run.workflow in app.registry.workflow_names]
    owned = [run for run in known if run.owner is not None]
    waiting = [run for run in known if run.owner is None]
    return [
        f"{_runs(group)} {what}"
        for group, what in (
            (owned, f"owned by a process that lives or died just now: the next lease ends in {_next(owned)}"),
            (waiting, f"not due yet: the next is in {_next(waiting)}"),
            ([run for run in running if run not in known], "of workflows that this application does not know"),
        )
        if group
    ]


def _runs(group: Sequence[Run]) -> str:
    return "1 run is" if len(group) == 1 else f"{len(group)} runs are"


def _next(group: Sequence[Run]) -> str:
    return distance(min((run.due_ms for run in group if run.due_ms is not None), default=0) - now_ms())


def _print_taken_over(runs: Sequence[Run]) -> None:
    rows = [
        [
            Cell(printable(run.run_id)),
            Cell(printable(run.workflow)),
            Cell(age(run)),
            Cell(printable(", ".join(run.waiting_on))),
        ]
        for run in runs
    ]
    print_table(TAKEN_OVER, rows)
    sys.stdout.flush()


def _print_end(run: Run) -> None:
    what = f" after {run_took(run)}" if run.status is RunStatus.COMPLETED else f": {error_text(run)}"
    printer(sys.stdout)([Cell(f"{printable(run.run_id)}  "), status_cell(run.status), Cell(what)])
    sys.stdout.flush()

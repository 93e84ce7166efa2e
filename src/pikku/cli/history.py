"""`pikku history`: what was done for one run, attempt by attempt."""

import asyncio
from collections.abc import Sequence

import click

from pikku.cli.attempts import outcome_cell
from pikku.cli.discretion import discretion
from pikku.cli.json_output import attempt_as_json, print_json
from pikku.cli.log import verbose_option
from pikku.cli.options import app_option, json_option, secrets_option, store_option
from pikku.cli.printable import printable
from pikku.cli.run_ids import find_run
from pikku.cli.stores import open_store
from pikku.cli.tables import Column, print_table
from pikku.cli.terminal import Cell, status_cell, tell
from pikku.cli.times import attempt_took, distance
from pikku.model.run import Run
from pikku.model.step import Attempt

ATTEMPTS = (
    Column("at"),
    Column("step"),
    Column("kind"),
    Column("attempt"),
    Column("status"),
    Column("took"),
    Column("result or error", elastic=True),
)


@click.command(short_help="List all attempts of all steps of one run.")
@click.argument("run")
@json_option
@secrets_option
@store_option
@app_option
@verbose_option
def history(run: str, as_json: bool, with_secrets: bool, store: str | None, app: str | None) -> None:
    """List all attempts of all steps of the run RUN, in the order of time, counted from its start.

    RUN is its id, or the last characters of it (at least 6), or the first.
    """

    async def read() -> tuple[Run, Sequence[Attempt]]:
        async with open_store(store, app) as service:
            found = await find_run(service, run)
            attempts = await service.get_run_history(found.run_id)
            hiding = discretion(app, with_secrets=with_secrets)
            return await hiding.history(service, found, attempts) if hiding else (found, attempts)

    found, attempts = asyncio.run(read())
    if as_json:
        print_json([attempt_as_json(attempt) for attempt in attempts])
    elif attempts:
        print_table(ATTEMPTS, [_row(found, attempt) for attempt in attempts])
    else:
        tell(f"run {printable(found.run_id)} has no steps yet")


def _row(run: Run, attempt: Attempt) -> list[Cell]:
    return [
        Cell(f"+{distance(attempt.created_ms - run.created_ms)}"),
        Cell(printable(attempt.key)),
        Cell(attempt.kind.value),
        Cell(str(attempt.attempt_count)),
        status_cell(attempt.status),
        Cell(attempt_took(attempt)),
        outcome_cell(attempt),
    ]

"""`pikku runs`: which runs there are."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import click

from pikku.cli.discretion import discretion
from pikku.cli.failures import error_text
from pikku.cli.json_output import print_json, run_as_json
from pikku.cli.log import verbose_option
from pikku.cli.options import app_option, json_option, milliseconds, secrets_option, store_option
from pikku.cli.printable import printable
from pikku.cli.run_ids import find_run
from pikku.cli.stores import open_store
from pikku.cli.tables import Column, print_table
from pikku.cli.terminal import Cell, status_cell, tell
from pikku.cli.times import age, run_took
from pikku.model.errors import nearest
from pikku.model.run import Run, RunStatus

COLUMNS = (
    Column("run", whole=True),
    Column("workflow"),
    Column("status"),
    Column("age"),
    Column("took"),
    Column("waiting on", elastic=True),
    Column("error", elastic=True),
)


def _moment(context: click.Context, parameter: click.Parameter, text: str | None) -> datetime | None:
    """An age, as the moment that lies so far back."""
    distance = milliseconds(context, parameter, text)
    if distance is None:
        return None
    now = datetime.now(UTC)
    return now - min(timedelta(milliseconds=distance), now - datetime.fromtimestamp(0, UTC))


def _statuses(context: click.Context, parameter: click.Parameter, names: tuple[str, ...]) -> list[str]:
    known = [status.value for status in RunStatus]
    for name in names:
        if name not in known:
            raise click.BadParameter(f"there is no status {name!r}{nearest(name, known)}")
    return list(names)


@click.command(short_help="List runs, newest first.")
@click.option(
    "--status",
    "statuses",
    callback=_statuses,
    metavar="STATUS",
    multiple=True,
    help="Only running, completed, failed or cancelled ones; may be repeated.",
)
@click.option("--workflow", metavar="NAME", help="Only runs of this workflow.")
@click.option(
    "--tag", "tags", metavar="TAG", multiple=True, help="Only runs with this tag; repeated: with all of them."
)
@click.option("--since", callback=_moment, metavar="AGE", help="Only runs that are younger than that: 2h, 30min.")
@click.option("--older-than", callback=_moment, metavar="AGE", help="Only runs that are older than that: 1d.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="At most so many.")
@click.option("--before", metavar="RUN", help="The next page: only runs that come after this one in the list.")
@json_option
@secrets_option
@store_option
@app_option
@verbose_option
def runs(
    statuses: list[str],
    workflow: str | None,
    tags: tuple[str, ...],
    since: datetime | None,
    older_than: datetime | None,
    limit: int,
    before: str | None,
    as_json: bool,
    with_secrets: bool,
    store: str | None,
    app: str | None,
) -> None:
    """List runs, newest first."""

    async def listed() -> Sequence[Run]:
        async with open_store(store, app) as service:
            return await service.list_runs(
                status=statuses,
                workflow=workflow,
                tags=tags,
                created_after=since,
                created_before=older_than,
                limit=limit + 1,
                before=None if before is None else (await find_run(service, before)).run_id,
            )

    found = asyncio.run(listed())
    page = found[:limit]
    hiding = discretion(app, with_secrets=with_secrets) if as_json else None
    if as_json:
        print_json([run_as_json(hiding.run(run) if hiding else run) for run in page])
    elif page:
        print_table(COLUMNS, [_row(run) for run in page])
    else:
        tell("no runs")
    if len(found) > limit and sys.stderr.isatty():
        tell(f"there are more: --before {printable(page[-1].run_id)}")


def _row(run: Run) -> list[Cell]:
    return [
        Cell(printable(run.run_id)),
        Cell(printable(run.workflow)),
        status_cell(run.status),
        Cell(age(run)),
        Cell(run_took(run)),
        Cell(printable(", ".join(run.waiting_on))),
        Cell(error_text(run)),
    ]

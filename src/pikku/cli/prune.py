"""`pikku prune`: delete runs that have ended."""

import asyncio
import sys
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

import click

from pikku.app.configuration import read_configuration
from pikku.app.pikku import Pikku
from pikku.cli.applications import named_app
from pikku.cli.json_output import print_json
from pikku.cli.log import verbose_option
from pikku.cli.options import app_option, json_option, milliseconds, store_option
from pikku.cli.printable import printable
from pikku.cli.progress import progress
from pikku.cli.stores import open_store
from pikku.cli.tables import Column, print_table
from pikku.cli.terminal import Cell, status_cell
from pikku.engine.retention import ENDS, Rule, rules_of
from pikku.model.errors import nearest
from pikku.model.retention import Retention
from pikku.model.run import RunStatus
from pikku.runtime.housekeeping import rules_for
from pikku.runtime.pruner import Pruner
from pikku.runtime.service import WorkflowService
from pikku.runtime.system import SystemClock

COLUMNS = (Column("workflow"), Column("status"), Column("runs"))

Tally = Counter[tuple[str, RunStatus]]


def _ends(context: click.Context, parameter: click.Parameter, names: tuple[str, ...]) -> Sequence[RunStatus]:
    known = [status.value for status in ENDS]
    for name in names:
        if name == RunStatus.RUNNING:
            raise click.BadParameter("a running run is not deleted; end it with `pikku cancel` first")
        if name not in known:
            raise click.BadParameter(f"there is no status {name!r}{nearest(name, known)}")
    return [RunStatus(name) for name in names] or ENDS


@click.command(short_help="Delete runs that have ended.")
@click.option(
    "--older-than", callback=milliseconds, metavar="AGE", help="Runs that ended longer ago than that: 30d, 12h."
)
@click.option("--keep", type=click.IntRange(min=0), metavar="N", help="All but the newest N of each workflow.")
@click.option("--workflow", "workflows", metavar="NAME", multiple=True, help="Only of this workflow; may be repeated.")
@click.option(
    "--status",
    "statuses",
    callback=_ends,
    metavar="STATUS",
    multiple=True,
    help="Only completed, failed or cancelled ones; may be repeated.",
)
@click.option("--dry-run", is_flag=True, help="Delete nothing; say what would be deleted.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@store_option
@app_option
@verbose_option
def prune(
    older_than: int | None,
    keep: int | None,
    workflows: tuple[str, ...],
    statuses: Sequence[RunStatus],
    dry_run: bool,
    yes: bool,
    as_json: bool,
    store: str | None,
    app: str | None,
) -> None:
    """Delete runs that have ended, with their steps and their history, in small bites; say how many.

    With --older-than or --keep, the runs for which one of them holds; with neither, what the configured retention does not
    keep. Running runs, and what ended less than a minute ago, are never deleted.
    """
    given = older_than is not None or keep is not None
    retention = Retention(age=older_than, count=keep) if given else None

    async def pruned() -> Tally | None:
        async with open_store(store, app) as service:
            rules = _rules(retention, service, workflows, statuses, app)
            if not (dry_run or yes or _is_agreed(service)):
                return None
            return await _prune(service, rules, dry_run=dry_run)

    tally = asyncio.run(pruned())
    if tally is None:
        click.echo("nothing was deleted")
    elif as_json:
        print_json(_as_json(tally, dry_run=dry_run))
    else:
        _print(tally, dry_run=dry_run)


def _rules(
    retention: Retention | None,
    service: WorkflowService,
    workflows: Collection[str],
    statuses: Sequence[RunStatus],
    app: str | None,
) -> list[Rule]:
    if retention is None:
        return _configured(service, workflows, statuses, app)
    names: Sequence[str | None] = [*workflows]
    if not names:
        # An age is the same for all workflows; to count those of each, one must know which there are.
        names = [None] if retention.count is None else [*_application(app, "--keep").registry.workflow_names]
    return [rule for name in names for rule in rules_of(retention, name, statuses)]


def _configured(
    service: WorkflowService, workflows: Collection[str], statuses: Sequence[RunStatus], app: str | None
) -> list[Rule]:
    registry = _application(app, "the configured retention").registry
    names = [registry.workflow(name).name for name in workflows or registry.workflow_names]
    rules = rules_for(registry, names, service.settings.retention, statuses)
    if not rules:
        raise click.UsageError(
            "no retention is configured; say which runs may go with --older-than 30d or --keep 10000, or set `retention`"
        )
    return [*rules]


def _application(app: str | None, what: str) -> Pikku[Any]:
    configuration = read_configuration()
    if not (app or configuration.app):
        raise click.UsageError(
            f"{what} is about the workflows of an application, and there is none; name it with --app, or give "
            "--older-than, or --keep with --workflow"
        )
    return named_app(app, configuration)


def _is_agreed(service: WorkflowService) -> bool:
    """Whether somebody who sits at the terminal wants it; who does not sit there has said so by calling it."""
    if not sys.stdin.isatty():
        return True
    return click.confirm(f"Delete ended runs from {printable(repr(service.store))}?", err=True)


async def _prune(service: WorkflowService, rules: Collection[Rule], *, dry_run: bool) -> Tally:
    pruner, tally, seen = Pruner(service.store, SystemClock()), Tally(), set[str]()

    async def line() -> str:
        return f"{'found' if dry_run else 'deleted'} {_runs(tally.total())}"

    async with progress(line):
        for rule in rules:
            async for found in pruner.find(rule) if dry_run else pruner.prune(rule):
                # What is not deleted, the next rule finds again.
                new = [run for run in found if run.run_id not in seen]
                seen.update(run.run_id for run in new if dry_run)
                tally.update((run.workflow, run.status) for run in new)
    return tally


def _print(tally: Tally, *, dry_run: bool) -> None:
    if tally:
        rows = [
            [Cell(printable(workflow)), status_cell(status), Cell(str(count))]
            for (workflow, status), count in sorted(tally.items())
        ]
        print_table(COLUMNS, rows)
    click.echo(f"{'would delete' if dry_run else 'deleted'} {_runs(tally.total())}")


def _as_json(tally: Tally, *, dry_run: bool) -> dict[str, Any]:
    runs = [
        {"workflow": workflow, "status": status.value, "runs": count}
        for (workflow, status), count in sorted(tally.items())
    ]
    return {"dry_run": dry_run, "total": tally.total(), "runs": runs}


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count} runs"

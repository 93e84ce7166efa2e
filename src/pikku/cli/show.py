"""`pikku show`: everything about one run."""

import asyncio
import sys
from collections.abc import Sequence

import click

from pikku.cli.attempts import by_step, outcome_cell
from pikku.cli.discretion import discretion
from pikku.cli.failures import causes, error_text, failure_text, stack_lines
from pikku.cli.json_output import attempt_as_json, compact_json, print_json, run_as_json
from pikku.cli.log import verbose_option
from pikku.cli.options import app_option, json_option, secrets_option, store_option
from pikku.cli.printable import printable, shortened
from pikku.cli.run_ids import find_run
from pikku.cli.stores import open_store
from pikku.cli.tables import Column, print_fields, print_table
from pikku.cli.terminal import Cell, printer, status_cell
from pikku.cli.times import age, attempt_took, clock_time, distance, now_ms, run_took
from pikku.model.run import Run, RunStatus
from pikku.model.step import Attempt

LONGEST_VALUE = 2_000

STEPS = (
    Column("step"),
    Column("kind"),
    Column("status"),
    Column("attempts"),
    Column("took"),
    Column("result or error", elastic=True),
)

Field = tuple[str, Sequence[Cell]]


@click.command(short_help="Show everything about one run.")
@click.argument("run")
@click.option("--stack", "with_stack", is_flag=True, help="Show the stacks of errors too.")
@json_option
@secrets_option
@store_option
@app_option
@verbose_option
def show(run: str, with_stack: bool, as_json: bool, with_secrets: bool, store: str | None, app: str | None) -> None:
    """Show everything about the run RUN: its id, or the last characters of it (at least 6), or the first."""

    async def read() -> tuple[Run, Sequence[Attempt]]:
        async with open_store(store, app) as service:
            found = await find_run(service, run)
            attempts = await service.get_run_history(found.run_id)
            hiding = discretion(app, with_secrets=with_secrets)
            return await hiding.history(service, found, attempts) if hiding else (found, attempts)

    found, attempts = asyncio.run(read())
    steps = by_step(attempts)
    if as_json:
        print_json({**run_as_json(found), "steps": [attempt_as_json(attempt) for attempt in steps]})
        return
    print_fields([*_about(found), *_values(found), *_end(found, with_stack)])
    if steps:
        printer(sys.stdout)([])
        print_table(STEPS, [_row(attempt) for attempt in steps])


def _about(run: Run) -> list[Field]:
    took = f", after {run_took(run)}"
    fields: list[tuple[str, Cell]] = [
        ("run", Cell(printable(run.run_id))),
        ("workflow", Cell(printable(run.workflow))),
        ("version", Cell(printable(run.version or ""))),
        ("tags", Cell(printable(", ".join(run.tags)))),
        ("status", status_cell(run.status)),
        ("started", Cell(f"{clock_time(run.created_ms)}, {age(run)} ago")),
        ("changed", Cell("" if run.status.ended else clock_time(run.updated_ms))),
        ("ended", Cell("" if run.completed_ms is None else clock_time(run.completed_ms) + took)),
        ("waiting on", Cell(printable(", ".join(run.waiting_on)))),
        ("owner", Cell(_owner(run))),
    ]
    return [(name, [cell]) for name, cell in fields if cell.text]


def _owner(run: Run) -> str:
    if run.status.ended or (run.due_ms is None and run.owner is None):
        return ""
    left = (run.due_ms or 0) - now_ms()
    if run.owner is None:
        return f"nobody, due in {distance(left)}" if left > 0 else "nobody, due now: `pikku recover` goes on with it"
    lease = (
        f"its lease ends in {distance(left)}" if left > 0 else "its lease has run out: `pikku recover` takes it over"
    )
    return f"{printable(run.owner)} (epoch {run.epoch}), {lease}"


def _values(run: Run) -> list[Field]:
    values = [("input", compact_json(run.input))]
    if run.status is RunStatus.COMPLETED:
        values.append(("output", compact_json(run.output)))
    return [(name, [Cell(_within_limit(text))]) for name, text in values]


def _within_limit(text: str) -> str:
    if len(text) <= LONGEST_VALUE:
        return text
    return f"{shortened(text, LONGEST_VALUE)} ({len(text):,} characters; --json shows all)"


def _end(run: Run, with_stack: bool) -> list[Field]:
    if run.error is None:
        return []
    if run.status is RunStatus.CANCELLED:
        return [("reason", [Cell(error_text(run))])]
    fields: list[Field] = []
    for number, each in enumerate([run.error, *causes(run.error)]):
        stack = [Cell(line, "dim") for line in stack_lines(each)] if with_stack else []
        fields.append(("error" if number == 0 else "caused by", [Cell(failure_text(each), "red"), *stack]))
    return fields


def _row(attempt: Attempt) -> list[Cell]:
    return [
        Cell(printable(attempt.key)),
        Cell(attempt.kind.value),
        status_cell(attempt.status),
        Cell(str(attempt.attempt_count)),
        Cell(attempt_took(attempt)),
        outcome_cell(attempt),
    ]

"""A report on the terminal."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from benchmarks.budget import budget_rows
from benchmarks.report import Report
from benchmarks.rows import BUDGET_HEAD, HEAD, rows_of


def print_report(console: Console, report: Report) -> None:
    """A table for each section, the budget, and what it was measured on."""
    for section in report.sections:
        if section.figures:
            console.print(_table(section.title, HEAD, rows_of(report, section)))
    console.print(_table("The budget", BUDGET_HEAD, budget_rows(report)))
    for name, why in report.missing.items():
        console.print(f"no figures of {name}: {why}", style="red", highlight=False)
    about = {**report.machine, **report.versions}
    console.print(", ".join(f"{name} {value}" for name, value in about.items()), highlight=False)
    console.print(f"{report.rounds} rounds, {report.seconds:.0f} s", highlight=False)


def _table(title: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(title=title, title_justify="left")
    for number, name in enumerate(head):
        table.add_column(name, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    return table

"""Measures in rounds, and prints the median of each figure beside the rate of the plainest writes by the same driver.

Usage: python -m bench [--rounds 3] [--scale 100000] [--only NAME]
"""

import argparse
import asyncio
import os
import statistics
from collections import defaultdict
from collections.abc import Sequence

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench.database import Database
from bench.postgres_database import PostgresDatabase
from bench.redis_database import RedisDatabase
from bench.trials import Trial, trials, yardsticks


def main() -> None:
    options = argparse.ArgumentParser(prog="make bench", description="How fast it is on this machine.")
    options.add_argument("--rounds", type=int, default=3, help="how often everything but the sleepers is measured")
    options.add_argument("--scale", type=int, default=100_000, help="how many sleeping runs; 0 for none")
    options.add_argument("--only", default="", help="only trials whose name has this in it, such as redis or rpc_steps")
    chosen = options.parse_args()
    console = Console()
    databases: Sequence[Database] = (PostgresDatabase(), RedisDatabase())
    for database in databases:
        some = [trial for trial in trials(database, chosen.scale) if chosen.only in trial.name]
        if some:
            console.print(_table(database, _figures(database, some, chosen.rounds, console)))
    console.print(
        f"load of this machine over the last minute: {os.getloadavg()[0]:.2f}, on {os.cpu_count()} processors"
    )


def _figures(database: Database, some: Sequence[Trial], rounds: int, console: Console) -> dict[str, list[float]]:
    figures = defaultdict[str, list[float]](list)
    measured = [yardsticks(database), *some]
    with database.running(), Progress(console=console, transient=True) as progress:
        task = progress.add_task("measuring", total=rounds * len(measured))
        for number in range(rounds):
            for trial in measured:
                progress.update(task, description=trial.name)
                if number == 0 or trial.often:
                    for name, value in asyncio.run(trial.measure(database.empty())).items():
                        figures[name].append(value)
                progress.advance(task)
    return figures


def _table(database: Database, figures: dict[str, list[float]]) -> Table:
    unit = statistics.median(figures[database.yardstick])
    table = Table("what", "median", "lowest", "highest", f"x {database.unit}", title=database.title)
    for name, values in figures.items():
        middle = statistics.median(values)
        ratio = middle / unit if "/s" in name else middle * unit / 1_000 if name.endswith(" ms") else None
        shown = (f"{each:,.1f}" for each in (middle, min(values), max(values)))
        table.add_row(name, *shown, "" if ratio is None else f"{ratio:.2f}")
    for column in table.columns[1:]:
        column.justify = "right"
    return table


if __name__ == "__main__":
    main()

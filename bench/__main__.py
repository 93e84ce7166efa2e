"""Measures in rounds, and prints the median of each figure beside the rate of plain INSERTs.

Usage: python -m bench [--rounds 3] [--scale 100000] [--only NAME]
"""

import argparse
import asyncio
import os
import statistics
from collections import defaultdict

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench.trials import INSERTS, Trial, trials
from pikku.testing.servers import PostgresServer


def main() -> None:
    options = argparse.ArgumentParser(prog="make bench", description="How fast it is on this machine.")
    options.add_argument("--rounds", type=int, default=3, help="how often everything but the sleepers is measured")
    options.add_argument("--scale", type=int, default=100_000, help="how many sleeping runs; 0 for none")
    options.add_argument("--only", default="", help="only trials whose name has this in it")
    chosen = options.parse_args()
    console, figures = Console(), defaultdict[str, list[float]](list)
    chosen_trials = [
        trial for trial in trials(chosen.scale) if chosen.only in _name(trial) or _name(trial) == "inserts"
    ]
    with PostgresServer(durable=True) as server, Progress(console=console) as progress:
        task = progress.add_task("measuring", total=chosen.rounds * len(chosen_trials))
        for number in range(chosen.rounds):
            for trial in chosen_trials:
                progress.update(task, description=_name(trial))
                if number == 0 or _name(trial) != "sleepers":
                    _measure(server, trial, figures)
                progress.advance(task)
    console.print(_table(figures))
    console.print(
        f"load of this machine over the last minute: {os.getloadavg()[0]:.2f}, on {os.cpu_count()} processors"
    )


def _measure(server: PostgresServer, trial: Trial, figures: dict[str, list[float]]) -> None:
    url = server.create_database("bench")
    for name, value in asyncio.run(trial(url)).items():
        figures[name].append(value)


def _name(trial: Trial) -> str:
    return str(getattr(trial, "func", trial).__name__)


def _table(figures: dict[str, list[float]]) -> Table:
    inserts = statistics.median(figures[INSERTS])
    table = Table("what", "median", "lowest", "highest", "x INSERT", title="PostgreSQL, fsync on")
    for name, values in figures.items():
        middle = statistics.median(values)
        ratio = middle / inserts if "/s" in name else middle * inserts / 1_000 if name.endswith(" ms") else None
        shown = (f"{each:,.1f}" for each in (middle, min(values), max(values)))
        table.add_row(name, *shown, "" if ratio is None else f"{ratio:.2f}")
    for column in table.columns[1:]:
        column.justify = "right"
    return table


if __name__ == "__main__":
    main()

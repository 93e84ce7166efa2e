"""The command. Usage: python -m benchmarks [--quick] [--rounds 3] [--only NAME] [--scale 1] [--out FILE]"""

import argparse
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from rich.console import Console

from benchmarks.plan import plan
from benchmarks.report import LATEST, save
from benchmarks.running import measure_plan
from benchmarks.size import Size
from benchmarks.tables import print_report
from benchmarks.trial import Group

WIDTH = 140
"""Columns where there is no terminal that says how many it has."""


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and write the file. Gives 1 if some trial gave no figures."""
    chosen = _options().parse_args(arguments)
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
    groups = [
        some for group in plan(Size(chosen.scale), quick=chosen.quick) if (some := _only(group, chosen.only)).trials
    ]
    told = _teller(console, sum(1 if trial.once else chosen.rounds for group in groups for trial in group.trials))
    report = measure_plan(groups, chosen.rounds, Size(chosen.scale), quick=chosen.quick, tell=told)
    print_report(console, report)
    if not chosen.only or chosen.out != LATEST:
        save(report, chosen.out)
        console.print(f"written to {chosen.out.name}")
    return 1 if report.missing else 0


def _teller(console: Console, total: int) -> Callable[[str], None]:
    """Tells what is measured now, how much of all that is, and how long it has taken so far."""
    began, numbers = time.monotonic(), count(1)

    def tell(text: str) -> None:
        seconds = int(time.monotonic() - began)
        console.print(f"{next(numbers):>4}/{total} {seconds // 60:>3}:{seconds % 60:02} {text}", highlight=False)

    return tell


def _only(group: Group, text: str) -> Group:
    if text in group.name:
        return group
    return group._replace(trials=tuple(trial for trial in group.trials if text in trial.name))


def _options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m benchmarks", description="How fast it is on this machine.")
    options.add_argument("--quick", action="store_true", help="the main rows only, within 90 seconds")
    options.add_argument(
        "--rounds", type=int, default=3, help="how often each trial is measured, in turn with the others"
    )
    options.add_argument(
        "--only", default="", help="groups or trials with this in their name, such as latency or postgres"
    )
    options.add_argument(
        "--scale", type=float, default=1.0, help="of the workloads: less than 1 to try the benchmark itself"
    )
    options.add_argument("--out", type=Path, default=LATEST, help="the file; with --only, none unless it is given")
    return options


if __name__ == "__main__":
    sys.exit(main())

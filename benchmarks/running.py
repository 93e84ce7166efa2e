"""Measures a plan: each group in rounds, each trial in a fresh process, on the same servers."""

import datetime as dt
import platform
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.environments import interpreter, measure_in
from benchmarks.figure import Row, measured
from benchmarks.grounds import Grounds
from benchmarks.machine import load, machine
from benchmarks.report import Report, Section
from benchmarks.size import Size
from benchmarks.trial import BULLMQ, DBOS, MAIN, Group, Trial

Measure = Callable[[str, str, str, dict[str, Any]], dict[str, Any]]
"""What a call in an environment gives, at an address, with options."""
Tell = Callable[[str], None]


def measure_plan(
    groups: Sequence[Group], rounds: int, size: Size, *, quick: bool, tell: Tell, measure: Measure = measure_in
) -> Report:
    """All figures. What fails is told among the missing, and all others are measured."""
    began, at_first = time.monotonic(), load()
    missing: dict[str, str] = {}
    with Grounds() as grounds:
        sections = [_measure_group(group, rounds, grounds, missing, tell, measure) for group in groups]
        versions = {"Python": platform.python_version(), **grounds.versions(), **_libraries(measure)}
    return Report(
        date=dt.datetime.now(dt.UTC).date().isoformat(),
        seconds=round(time.monotonic() - began, 1),
        rounds=rounds,
        scale=size.scale,
        quick=quick,
        machine={**machine(), "load before": f"{at_first:.2f}", "load after": f"{load():.2f}"},
        versions=versions,
        sections=tuple(sections),
        missing=missing,
    )


def _measure_group(
    group: Group, rounds: int, grounds: Grounds, missing: dict[str, str], tell: Tell, measure: Measure
) -> Section:
    found = defaultdict[Row, list[float]](list)
    for number in range(rounds):
        for trial in group.trials:
            if trial.name in missing or (number and trial.once):
                continue
            tell(f"{trial.name}, round {number + 1} of {rounds}")
            try:
                figures = measure(trial.environment, trial.call, grounds.empty(trial.store), trial.options)
            except RuntimeError as error:
                missing[trial.name] = str(error)
                continue
            for row in trial.rows:
                if row.key in figures:
                    found[row].append(figures[row.key])
    figures_in_order = [measured(row, found[row]) for row in _rows(group.trials) if row in found]
    return Section(group.name, group.title, tuple(figures_in_order))


def _rows(trials: Sequence[Trial]) -> list[Row]:
    return [row for trial in trials for row in trial.rows]


def _libraries(measure: Measure) -> dict[str, str]:
    found: dict[str, str] = {}
    for environment in DBOS, BULLMQ, MAIN:
        if interpreter(environment) is not None:
            found |= measure(environment, "benchmarks.versions:installed", "", {})
    return dict(sorted(found.items()))

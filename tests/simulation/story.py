"""The trace of a seed, for people."""

import re
from collections.abc import Sequence

from tests.simulation.scenario import Report

RUN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
LAST = 40
FATES = re.compile(r" (is (killed|frozen|asleep|blocked|cut off|asked to leave)$|begins, |has left|turns fair|a storm)")


def told(lines: Sequence[str], names: dict[str, str] | None = None) -> list[str]:
    """The lines with short names for runs, by the order in which they appear."""
    known = {} if names is None else names

    def short(found: re.Match[str]) -> str:
        return known.setdefault(found[0], f"#{len(known) + 1}")

    return [RUN_ID.sub(short, line) for line in lines]


def excerpt(report: Report) -> list[str]:
    """The last of what happened to the runs that the problem names, and to all processes."""
    concerned = set(RUN_ID.findall(report.problem or ""))
    names: dict[str, str] = {}
    every = zip(report.trace, told(report.trace, names), strict=True)
    lines = [short for line, short in every if concerned & set(RUN_ID.findall(line)) or FATES.search(line)]
    return [*lines[-LAST:], *told([f"            {report.problem}"], names)]

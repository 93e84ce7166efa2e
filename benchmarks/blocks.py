"""The parts of the documentation that figures are in, as Markdown, by the names that pages call them."""

from collections.abc import Iterable
from typing import NamedTuple

from benchmarks.budget import budget_rows
from benchmarks.charts.pictures import PICTURES
from benchmarks.report import Report
from benchmarks.rows import BUDGET_HEAD, HEAD, rows_of
from benchmarks.wording import ratio

UNKNOWN = "Not measured yet: `make bench`, then `make bench-docs`.\n"


class Comparison(NamedTuple):
    """A row of ratios: of ours to the plainest writes, and to the same by DBOS."""

    what: str
    figure: str
    write: str
    dbos: str = ""


COMPARISONS = (
    Comparison("one run, a step after the other, PostgreSQL", "inline.postgres.lone.500", "inline.postgres.one",
               "inline.postgres.dbos.lone"),
    Comparison("one run, a step after the other, SQLite", "inline.sqlite.lone.500", "inline.sqlite.one",
               "inline.sqlite.dbos.lone"),
    Comparison("one run, a step after the other, Redis", "inline.redis.lone.500", "inline.redis.one"),
    Comparison("200 runs of 20 steps at once, PostgreSQL", "inline.postgres.many_runs", "inline.postgres.one",
               "inline.postgres.dbos.many_runs"),
    Comparison("200 runs of 20 steps at once, SQLite", "inline.sqlite.many_runs", "inline.sqlite.one",
               "inline.sqlite.dbos.many_runs"),
    Comparison("200 runs of 20 steps at once, Redis", "inline.redis.many_runs", "inline.redis.one"),
    Comparison("steps of 200 runs through one worker, PostgreSQL", "workers.postgres.store.1.200", "workers.postgres.one"),
    Comparison("steps of 200 runs through one worker, Redis", "workers.redis.store.1.200", "workers.redis.one"),
    Comparison("runs started", "latency.postgres.starts", "latency.postgres.one", "latency.postgres.dbos.enqueued"),
    Comparison("a queued run of one step, from start to result", "latency.postgres.store.p50", "latency.postgres.one",
               "latency.postgres.dbos.p50"),
    Comparison("the same, DBOS polling every 10 ms", "latency.postgres.store.p50", "latency.postgres.one",
               "latency.postgres.dbos.quick.p50"),
)  # fmt: skip


def block(name: str, report: Report | None) -> str:
    """The Markdown of a name. Raises `KeyError` for a name that nothing has."""
    kind, _, what = name.partition(":")
    if kind not in ("about", "budget", "ratios", "table", "chart"):
        raise KeyError(name)
    if report is None:
        return UNKNOWN
    match kind:
        case "about":
            return _about(report)
        case "budget":
            return _table(BUDGET_HEAD, budget_rows(report))
        case "ratios":
            return _ratios(report)
        case "chart":
            return f"![{PICTURES[what].title}](charts/{what}.svg)\n"
        case _:
            sections = [section for section in report.sections if section.name == what]
            return "".join(_table(HEAD, rows_of(report, section)) for section in sections) or UNKNOWN


def _about(report: Report) -> str:
    facts = {**report.machine, **report.versions}
    told = ", ".join(f"{name} {value}" for name, value in facts.items())
    return f"Measured on {report.date} in {report.seconds / 60:.0f} minutes, {report.rounds} rounds: {told}.\n"


def _ratios(report: Report) -> str:
    rows = [
        (what, ratio(report.ratio(figure, write)), ratio(report.ratio(figure, dbos)))
        for what, figure, write, dbos in COMPARISONS
        if report.figure(figure) is not None
    ]
    return _table(("how many times as fast as", "plain committed writes, one after the other", "DBOS"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    rule = ("---", *("---:" for _ in head[1:]))
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, rule, *rows))

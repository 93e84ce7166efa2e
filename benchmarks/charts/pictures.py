"""Which figures are drawn, in which picture."""

from collections.abc import Sequence
from typing import NamedTuple

from benchmarks.charts.bars import Bar, Panel, draw
from benchmarks.report import Report
from benchmarks.wording import amount


class Scale(NamedTuple):
    """A panel, by the names of its figures; a figure may have a shorter label here than in its table."""

    title: str
    figures: dict[str, str]


class Picture(NamedTuple):
    """A file of panels."""

    title: str
    scales: Sequence[Scale]


PICTURES = {
    "steps": Picture(
        "Durable steps a second on PostgreSQL",
        (
            Scale(
                "One after the other: a commit for each step",
                {
                    "inline.postgres.one": "committed INSERTs, asyncpg",
                    "inline.postgres.lone.500": "Pikku, one run of 500 steps",
                    "inline.postgres.dbos.lone": "DBOS, one run of 500 steps",
                },
            ),
            Scale(
                "Many runs at once: steps of several runs share a commit",
                {
                    "inline.postgres.batch": "rows by INSERTs of 200 rows, asyncpg",
                    "inline.postgres.many_runs": "Pikku, 200 runs × 20 steps",
                    "workers.postgres.store.1.200": "Pikku, 200 runs × 10 through a worker",
                    "workers.postgres.pgqueuer.1.200": "the same through PgQueuer",
                    "inline.postgres.dbos.many_runs": "DBOS, 200 runs × 20 steps",
                },
            ),
        ),
    ),
    "latency": Picture(
        "Milliseconds from start to result of a run of one step, through a worker",
        (
            Scale(
                "Half of them are done within",
                {
                    "latency.redis.store.p50": "Pikku, Redis",
                    "latency.postgres.store.p50": "Pikku, PostgreSQL",
                    "latency.postgres.pgqueuer.p50": "Pikku, PgQueuer",
                    "latency.redis.bullmq.p50": "Pikku, BullMQ",
                    "latency.postgres.dbos.quick.p50": "DBOS, polling every 10 ms",
                },
            ),
            Scale(
                "95 of 100 are done within",
                {
                    "latency.redis.store.p95": "Pikku, Redis",
                    "latency.postgres.store.p95": "Pikku, PostgreSQL",
                    "latency.postgres.pgqueuer.p95": "Pikku, PgQueuer",
                    "latency.redis.bullmq.p95": "Pikku, BullMQ",
                    "latency.postgres.dbos.quick.p95": "DBOS, polling every 10 ms",
                },
            ),
            Scale(
                "Half of them, with the defaults of both",
                {"latency.postgres.store.p50": "Pikku, PostgreSQL", "latency.postgres.dbos.p50": "DBOS"},
            ),
        ),
    ),
    "flatness": Picture(
        "What a step costs on PostgreSQL when there is more of everything",
        (
            Scale(
                "Microseconds a step, by the number of runs at once",
                {f"flat.{runs}": f"{runs:,} run{'s' if runs > 1 else ''}" for runs in (1, 10, 100, 1_000, 10_000)},
            ),
            Scale(
                "Steps a second of one run, by the number of its steps",
                {f"inline.postgres.lone.{steps}": f"{steps:,} steps" for steps in (500, 1_000, 10_000)},
            ),
        ),
    ),
}


def picture(report: Report, name: str) -> str:
    """The text of an SVG file."""
    title, scales = PICTURES[name]
    return draw(title, [_panel(report, scale) for scale in scales])


def _panel(report: Report, scale: Scale) -> Panel:
    found = ((report.figure(name), label) for name, label in scale.figures.items())
    bars = [
        Bar(label, figure.median, amount(figure.median, figure.unit), figure.system)
        for figure, label in found
        if figure is not None
    ]
    return Panel(scale.title, bars)

"""The budget of the design: what is promised, and whether it is kept."""

from collections.abc import Callable
from typing import NamedTuple

from benchmarks.report import Report
from benchmarks.wording import amount

Value = Callable[[Report], float | None]


class Promise(NamedTuple):
    """`measured` is at most or at least `bound`."""

    what: str
    bound: float
    unit: str
    measured: Value
    is_most: bool

    def row(self, report: Report) -> tuple[str, str, str, str]:
        """What, budget, measured, met or not."""
        value = self.measured(report)
        budget = f"{'at most' if self.is_most else 'at least'} {amount(self.bound, self.unit)}"
        if value is None:
            return self.what, budget, "", "not measured"
        met = value <= self.bound if self.is_most else value >= self.bound
        return self.what, budget, amount(value, self.unit), "met" if met else "missed"


def budget_rows(report: Report) -> list[tuple[str, str, str, str]]:
    """One row for each promise."""
    return [promise.row(report) for promise in PROMISES]


def _at_most(what: str, bound: float, unit: str, name: str) -> Promise:
    return Promise(what, bound, unit, lambda report: report.median(name), is_most=True)


def _at_least(what: str, bound: float, unit: str, name: str) -> Promise:
    return Promise(what, bound, unit, lambda report: report.median(name), is_most=False)


def _ratio_at_least(what: str, bound: float, name: str, other: str) -> Promise:
    return Promise(what, bound, "x", lambda report: report.ratio(name, other), is_most=False)


def _slower_at_most(what: str, bound: float, name: str, other: str) -> Promise:
    """How many times the time of the other."""
    return Promise(what, bound, "x", lambda report: report.ratio(other, name), is_most=True)


def _plain_write(store: str, title: str, write: str) -> Promise:
    what = f"time of a step of one run by that of {write}, {title}"
    return _slower_at_most(what, 1.5, f"inline.{store}.lone.500", f"inline.{store}.one")


PROMISES = (
    _plain_write("postgres", "PostgreSQL", "a committed INSERT"),
    _plain_write("redis", "Redis", "a SET"),
    _plain_write("sqlite", "SQLite", "a commit of one row"),
    _at_least("200 runs × 20 inline steps at once, PostgreSQL", 50_000, "/s", "inline.postgres.many_runs"),
    _ratio_at_least("the same, times DBOS", 100, "inline.postgres.many_runs", "inline.postgres.dbos.many_runs"),
    _at_least("RPC steps of 200 runs × 10, one worker, PostgreSQL", 10_000, "/s", "workers.postgres.store.1.200"),
    _at_most("a run of one RPC step from start to result, p50, PostgreSQL", 4, "ms", "latency.postgres.store.p50"),
    _at_least("the same steps through PgQueuer", 3_000, "/s", "workers.postgres.pgqueuer.1.200"),
    _at_least("the same steps through BullMQ", 1_500, "/s", "workers.redis.bullmq.1.200"),
    _at_least("RPC steps of 200 runs × 10, one worker, Redis", 10_000, "/s", "workers.redis.store.1.200"),
    _at_most("a run of one RPC step from start to result, p50, Redis", 3, "ms", "latency.redis.store.p50"),
    _at_least("runs started, PostgreSQL", 10_000, "/s", "latency.postgres.starts"),
    _at_least("runs started, Redis", 10_000, "/s", "latency.redis.starts"),
    _at_most("time of a run of 10,000 steps by that of 1,000, PostgreSQL", 11, "x", "inline.postgres.growth"),
    _slower_at_most("cost of a step of 10,000 runs at once by that of 100", 1.5, "flat.10000", "flat.100"),
    _at_least("replay of 10,000 steps", 200_000, "/s", "replay.body"),
    _at_least("100,000 sleepers woken, PostgreSQL", 2_000, "/s", "sleepers.postgres.woken"),
    _at_least("100,000 sleepers woken, Redis", 2_000, "/s", "sleepers.redis.woken"),
    _at_most("memory that 50,000 more sleepers add to a worker, PostgreSQL", 5, "MB", "sleepers.postgres.growth"),
    _at_most("memory that 50,000 more sleepers add to a worker, Redis", 5, "MB", "sleepers.redis.growth"),
    _at_most("import pikku", 120, "ms", "startup.import"),
    _at_most("pikku --help", 200, "ms", "startup.help"),
)

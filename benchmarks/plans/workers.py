"""Remote mode: workers in processes of their own, by queue and by number, beside the queue of DBOS."""

from benchmarks.figure import Row
from benchmarks.ours.application import HAND_OFF, can_hand_off
from benchmarks.plans.durable_steps import STORES, yardstick
from benchmarks.size import Size
from benchmarks.trial import BULLMQ, DBOS, MAIN, Group, Trial

QUEUES = {"postgres": ("store", "pgqueuer"), "redis": ("store", "bullmq")}
QUEUE_TITLES = {"store": "the state as queue", "pgqueuer": "PgQueuer", "bullmq": "BullMQ"}
WORKERS = (1, 2, 4)
CROWDS = ((1_000, 1), (200, 10))
"""Runs, and steps of each."""
LONE_RUNS = 200
STARTS = 10_000
FAN_OUT = 1_000
DBOS_RUNS, DBOS_LONE_RUNS = 200, 5
QUICK_POLLING = 0.01


def worker_groups(size: Size) -> list[Group]:
    """For each server, one group of throughput and one of latency and starts."""
    return [group for store in QUEUES for group in (_throughput(store, size), _latency(store, size))]


def _throughput(store: str, size: Size) -> Group:
    prefix = f"workers.{store}"
    trials = [_steps(prefix, store, queue, workers, size) for queue in QUEUES[store] for workers in WORKERS]
    trials.append(_otherwise(_steps(prefix, store, "store", 1, size), "uvloop", "on uvloop", {"uvloop": True}))
    if can_hand_off():
        trials.append(_queued(_steps(prefix, store, "store", 1, size)))
    trials.append(_fan_out(prefix, store, size))
    return Group(prefix, f"RPC steps through workers, {STORES[store]}", (*_yardsticks(prefix, store, size), *trials))


def _steps(prefix: str, store: str, queue: str, workers: int, size: Size) -> Trial:
    name = f"{prefix}.{queue}.{workers}"
    how = f"{QUEUE_TITLES[queue]}, {workers} worker{'s' if workers > 1 else ''}"
    crowds = [(size.of(runs), steps) for runs, steps in CROWDS]
    rows = tuple(
        Row(f"{name}.{runs}", f"{runs:,} runs × {steps}, {how}", "/s", f"{crowd}", limit=f"{prefix}.batch")
        for (runs, steps), (crowd, _) in zip(CROWDS, crowds, strict=True)
    )
    options = {"queue": queue, "workers": workers, "crowds": crowds}
    quick: dict[str, int] | None = {} if queue == "store" and workers == 1 else None
    call, environment = "benchmarks.ours.remote:steps_at_once", _environment(queue)
    return Trial(name, call, rows, store, options, environment, quick=quick)


def _queued(trial: Trial) -> Trial:
    """With no step executed where its body is."""
    return _otherwise(trial, "queued", "every step through the queue", {HAND_OFF: False})


def _otherwise(trial: Trial, name: str, how: str, options: dict[str, bool]) -> Trial:
    """The same with other options of the worker."""
    rows = tuple(
        row._replace(name=row.name.replace(trial.name, f"{trial.name}.{name}"), title=f"{row.title}, {how}")
        for row in trial.rows
    )
    return trial._replace(name=f"{trial.name}.{name}", rows=rows, options=trial.options | options, quick=None)


def _fan_out(prefix: str, store: str, size: Size) -> Trial:
    row = Row(
        f"{prefix}.fan_out", f"one run of {FAN_OUT:,} RPC steps at once, 2 workers", "/s", limit=f"{prefix}.batch"
    )
    options = {"queue": "store", "workers": 2, "steps": size.of(FAN_OUT)}
    return Trial(row.name, "benchmarks.ours.remote:fan_out", (row,), store, options)


def _latency(store: str, size: Size) -> Group:
    prefix = f"latency.{store}"
    trials = [_lone_runs(prefix, store, queue, size) for queue in QUEUES[store]]
    if can_hand_off():
        trials.append(_queued(_lone_runs(prefix, store, "store", size)))
    trials.append(_starts(prefix, store, size))
    if store == "postgres":
        trials += _dbos(prefix, size)
    title = f"Starting runs, and runs of one RPC step from start to result, {STORES[store]}"
    return Group(prefix, title, (*_yardsticks(prefix, store, size), *trials))


def _lone_runs(prefix: str, store: str, queue: str, size: Size) -> Trial:
    name, rival = f"{prefix}.{queue}", f"{prefix}.dbos" if store == "postgres" else ""
    rows = _percentiles(name, QUEUE_TITLES[queue], f"{prefix}.one", rival)
    options = {"queue": queue, "runs": size.of(LONE_RUNS)}
    quick = {"runs": size.of(LONE_RUNS // 2)} if queue == "store" else None
    call, environment = "benchmarks.ours.remote:lone_runs", _environment(queue)
    return Trial(name, call, rows, store, options, environment, quick=quick)


def _starts(prefix: str, store: str, size: Size) -> Trial:
    rival = f"{prefix}.dbos.enqueued" if store == "postgres" else ""
    row = Row(f"{prefix}.starts", "runs started", "/s", limit=f"{prefix}.batch", rival=rival)
    return Trial(
        row.name,
        "benchmarks.ours.remote:starts",
        (row,),
        store,
        {"runs": size.of(STARTS)},
        quick={"runs": size.of(STARTS // 5)},
    )


def _dbos(prefix: str, size: Size) -> list[Trial]:
    usual = _dbos_queue(f"{prefix}.dbos", "DBOS", 1.0, DBOS_LONE_RUNS, size)
    quick = _dbos_queue(f"{prefix}.dbos.quick", "DBOS, polling every 10 ms", QUICK_POLLING, LONE_RUNS // 2, size)
    return [usual, quick._replace(quick={"lone_runs": size.of(DBOS_LONE_RUNS)})]


def _dbos_queue(name: str, system: str, polling: float, lone_runs: int, size: Size) -> Trial:
    prefix = name.partition(".dbos")[0]
    rows = (
        Row(f"{name}.enqueued", f"{system}: runs enqueued", "/s", "enqueued", f"{prefix}.batch", system="DBOS"),
        Row(
            f"{name}.done",
            f"{system}: {DBOS_RUNS} queued runs of one step",
            "/s",
            "done",
            f"{prefix}.batch",
            system="DBOS",
        ),
        *_percentiles(name, system, f"{prefix}.one", "", system="DBOS"),
    )
    options = {"runs": size.of(DBOS_RUNS), "lone_runs": size.of(lone_runs), "polling": polling}
    return Trial(name, "benchmarks.rivals.dbos:queued", rows, "postgres", options, DBOS)


def _percentiles(name: str, how: str, limit: str, rival: str, system: str = "pikku") -> tuple[Row, ...]:
    parts = ("p50", "p95", "p99")
    return tuple(
        Row(f"{name}.{part}", f"start to result, {how}, {part}", "ms", part, limit, rival and f"{rival}.{part}", system)
        for part in parts
    )


def _yardsticks(prefix: str, store: str, size: Size) -> tuple[Trial, ...]:
    written = yardstick(prefix, store, size)
    return () if written is None else (written,)


def _environment(queue: str) -> str:
    return BULLMQ if queue == "bullmq" else MAIN

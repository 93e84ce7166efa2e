"""Inline mode on every store, beside the plainest writes there, and beside DBOS where it has the same store."""

from benchmarks.figure import Row
from benchmarks.size import Size
from benchmarks.trial import DBOS, Group, Trial

STORES = {"postgres": "PostgreSQL", "redis": "Redis", "sqlite": "SQLite", "file": "files", "memory": "memory"}
WITH_DBOS = ("postgres", "sqlite")
QUICK_STORES = ("postgres", "redis")
CONNECTIONS = 16
BATCH = 200
SHORT, LONG, LONGEST = 500, 1_000, 10_000
RUNS, STEPS = 200, 20
TIMES = 3
AT_ONCE = ((1, 100), (10, 50), (100, 10), (1_000, 2), (10_000, 1))
"""Runs at once, and how often: few of them are over before much can be measured."""
STEPS_AT_ONCE = 10


def inline_groups(size: Size) -> list[Group]:
    """One group for each store, and one for cost by the number of runs at once."""
    groups = [_store(store, size) for store in STORES]
    groups[0] = groups[0]._replace(trials=(*groups[0].trials, _replay(size)))
    return [*groups, _flatness(size)]


def yardstick(prefix: str, store: str, size: Size) -> Trial | None:
    """What the driver alone does there; `None` where nothing is written."""
    match store:
        case "postgres":
            call, options, rows = _inserts(prefix, size)
        case "redis":
            call, options, rows = "redis:sets", {"rows": BATCH}, _sets(prefix)
        case "sqlite":
            call, options, rows = "sqlite:commits", {"rows": BATCH}, _commits(prefix)
        case "file":
            call, options, rows = (
                "file:appends",
                {},
                (_raw(f"{prefix}.one", "lines written through to the disk", "one"),),
            )
        case _:
            return None
    quick = {"seconds": size.seconds / 4} if store in QUICK_STORES else None
    return Trial(
        f"{prefix} yardstick",
        f"benchmarks.yardsticks.{call}",
        rows,
        store,
        {**options, "seconds": size.seconds},
        quick=quick,
    )


def _inserts(prefix: str, size: Size) -> tuple[str, dict[str, int], tuple[Row, ...]]:
    rows = (
        _raw(f"{prefix}.one", "committed INSERTs, one connection", "one"),
        _raw(f"{prefix}.many", f"committed INSERTs, {CONNECTIONS} connections", "many"),
        _raw(f"{prefix}.batch", f"rows by committed INSERTs of {BATCH} rows", "batch"),
    )
    return "postgres:inserts", {"connections": CONNECTIONS, "rows": BATCH}, rows


def _sets(prefix: str) -> tuple[Row, ...]:
    return (
        _raw(f"{prefix}.one", "SETs", "one"),
        _raw(f"{prefix}.script", "scripts of one SET", "script"),
        _raw(f"{prefix}.batch", f"SETs in pipelines of {BATCH}", "batch"),
    )


def _commits(prefix: str) -> tuple[Row, ...]:
    return (
        _raw(f"{prefix}.one", "commits of one row", "one"),
        _raw(f"{prefix}.batch", f"rows by commits of {BATCH} rows", "batch"),
    )


def _raw(name: str, title: str, key: str) -> Row:
    return Row(name, title, "/s", key, system="raw")


def _store(store: str, size: Size) -> Group:
    prefix = f"inline.{store}"
    written = yardstick(prefix, store, size)
    rivals = _dbos(prefix, store, size) if store in WITH_DBOS else ()
    ours = (_lone_run(prefix, store, size), _many_runs(prefix, store, size), _fan_out(prefix, store, size))
    first = () if written is None else (written,)
    return Group(prefix, f"Inline steps, {STORES[store]}", (*first, *ours, *rivals))


def _lone_run(prefix: str, store: str, size: Size) -> Trial:
    limit = "" if store == "memory" else f"{prefix}.one"
    known = (SHORT, LONG) if store == "file" else (SHORT, LONG, LONGEST)
    rows = [
        Row(f"{prefix}.lone.{steps}", f"one run of {steps:,} steps", "/s", f"{size.of(steps)}", limit)
        for steps in known
    ]
    if store in WITH_DBOS:
        rows[0] = rows[0]._replace(rival=f"{prefix}.dbos.lone")
    if LONGEST in known:  # files are not for that: it would take a minute, and say nothing new
        rows.append(Row(f"{prefix}.growth", f"time of {LONGEST:,} steps by that of {LONG:,}", "x", "growth"))
    lengths = [size.of(each) for each in known]
    quick = {"lengths": lengths[:1]} if store in QUICK_STORES else None
    call = "benchmarks.ours.inline:lone_run"
    return Trial(f"{prefix} one run", call, tuple(rows), store, {"lengths": lengths}, quick=quick)


def _many_runs(prefix: str, store: str, size: Size) -> Trial:
    runs = size.of(RUNS)
    row = Row(
        f"{prefix}.many_runs",
        f"{RUNS} runs of {STEPS} steps at once",
        "/s",
        f"{runs}",
        limit=f"{prefix}.batch" if store in ("postgres", "redis", "sqlite") else "",
        rival=f"{prefix}.dbos.many_runs" if store in WITH_DBOS else "",
    )
    options = {"crowds": [(runs, size.of(STEPS), TIMES)]}
    quick: dict[str, int] | None = {} if store in QUICK_STORES else None
    return Trial(f"{prefix} many runs", "benchmarks.ours.inline:many_runs", (row,), store, options, quick=quick)


def _fan_out(prefix: str, store: str, size: Size) -> Trial:
    limit = f"{prefix}.batch" if store in ("postgres", "redis", "sqlite") else ""
    row = Row(f"{prefix}.fan_out", f"one run of {LONG:,} steps at once", "/s", limit=limit)
    return Trial(f"{prefix} fan-out", "benchmarks.ours.inline:fan_out", (row,), store, {"steps": size.of(LONG)})


def _dbos(prefix: str, store: str, size: Size) -> tuple[Trial, ...]:
    lone = Row(f"{prefix}.dbos.lone", f"DBOS: one run of {SHORT} steps", "/s", limit=f"{prefix}.one", system="DBOS")
    title = f"DBOS: {RUNS} runs of {STEPS} steps at once"
    many = Row(f"{prefix}.dbos.many_runs", title, "/s", limit=f"{prefix}.batch", system="DBOS")
    module = "benchmarks.rivals.dbos"
    quick: dict[str, int] | None = {} if store == "postgres" else None
    options = {"runs": size.of(RUNS), "steps": size.of(STEPS)}
    plain = (_dbos_plain(prefix, store, options, size),) if store == "postgres" else ()
    return (
        *plain,
        Trial(f"{lone.name}", f"{module}:lone_run", (lone,), store, {"steps": size.of(SHORT)}, DBOS, quick=quick),
        Trial(
            f"{many.name}", f"{module}:many_runs", (many,), store, options, DBOS, once=store == "sqlite", quick=quick
        ),
    )


def _dbos_plain(prefix: str, store: str, options: dict[str, int], size: Size) -> Trial:
    title = "DBOS, plain functions"
    rows = (
        Row(
            f"{prefix}.dbos.plain.lone",
            f"{title}: one run of {SHORT} steps",
            "/s",
            "lone",
            f"{prefix}.one",
            system="DBOS",
        ),
        Row(
            f"{prefix}.dbos.plain.many", f"{title}: {RUNS} runs at once", "/s", "many", f"{prefix}.batch", system="DBOS"
        ),
    )
    options = {"lone_steps": size.of(SHORT), **options}
    return Trial(f"{prefix}.dbos.plain", "benchmarks.rivals.dbos:plain_runs", rows, store, options, DBOS)


def _replay(size: Size) -> Trial:
    rows = (
        Row("replay.body", f"replay of {LONGEST:,} steps: the body", "/s", "replay"),
        Row("replay.recovery", f"replay of {LONGEST:,} steps: from `recover`, with loading", "/s", "recovery"),
    )
    return Trial("replay", "benchmarks.ours.replay:replay", rows, "postgres", {"steps": size.of(LONGEST)})


def _flatness(size: Size) -> Group:
    crowds = [(runs if runs == 1 else size.of(runs), STEPS_AT_ONCE, size.of(times)) for runs, times in AT_ONCE]
    rows = tuple(
        Row(f"flat.{runs}", f"a step of {runs:,} run{'s at once' if runs > 1 else ''}", "µs", f"{crowd} µs")
        for (runs, _), (crowd, _, _) in zip(AT_ONCE, crowds, strict=True)
    )
    options = {"crowds": crowds}
    trial = Trial("flatness", "benchmarks.ours.inline:many_runs", rows, "postgres", options)
    return Group("flatness", "Cost of a step by the number of runs at once, PostgreSQL", (trial,))

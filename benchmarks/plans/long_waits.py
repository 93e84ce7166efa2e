"""Runs that sleep, and runs whose worker dies."""

from benchmarks.figure import Row
from benchmarks.plans.durable_steps import STORES
from benchmarks.size import Size
from benchmarks.trial import Group, Trial

STORES_OF_WORKERS = ("postgres", "redis")
SLEEPERS = 100_000
ORPHANS = 20
LEASE_MS = 1_000


def waiting_groups(size: Size) -> list[Group]:
    """For each server, one group of sleepers; and one of recoveries."""
    recoveries = tuple(_recovery(store, size) for store in STORES_OF_WORKERS)
    group = Group("recovery", f"A worker is killed, another one is there; leases of {LEASE_MS} ms", recoveries)
    return [*(_sleepers(store, size) for store in STORES_OF_WORKERS), group]


def _sleepers(store: str, size: Size) -> Group:
    name = f"sleepers.{store}"
    rows = (
        Row(f"{name}.put", "put to sleep", "/s", "put to sleep"),
        Row(f"{name}.woken", "woken, and their bodies ended", "/s", "woken"),
        Row(f"{name}.before", "memory of the worker before", "MB", "MB before"),
        Row(f"{name}.half", "memory with half of them asleep", "MB", "MB of half"),
        Row(f"{name}.all", "memory with all of them asleep", "MB", "MB of all"),
        Row(f"{name}.growth", "memory that the second half has added", "MB", "MB more for the second half"),
    )
    call, options = "benchmarks.ours.sleepers:sleepers", {"count": size.of(SLEEPERS)}
    title = f"{SLEEPERS:,} sleeping runs and one worker, {STORES[store]}"
    return Group(name, title, (Trial(name, call, rows, store, options, once=True),))


def _recovery(store: str, size: Size) -> Trial:
    name = f"recovery.{store}"
    rows = (
        Row(f"{name}.seconds", f"{ORPHANS} runs finished elsewhere, {STORES[store]}", "s", "seconds"),
        Row(f"{name}.leases", f"the same by the lease, {STORES[store]}", "x", "leases"),
    )
    options = {"queue": "store", "runs": size.of(ORPHANS), "lease_ms": LEASE_MS}
    return Trial(name, "benchmarks.ours.recovery:recovery", rows, store, options)

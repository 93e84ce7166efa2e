"""The words of the contract: changes with everything left out but the point, and short ways to look at what they did.

Unless a test says otherwise there is one run, `RUN`, and its steps are written under epoch 1.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from pikku.model.change import (
    Applied,
    Change,
    FailedAttempt,
    Lease,
    Refusal,
    Refused,
    RunCreated,
    RunDeleted,
    RunMoved,
    RunReleased,
    RunWoken,
    Standing,
    StepInserted,
    StepMoved,
)
from pikku.model.failure import Failure
from pikku.model.ids import RunId, new_run_id
from pikku.model.payload import NULL, Json
from pikku.model.run import Run, RunStatus
from pikku.model.step import Step, StepCall, StepKind, StepStatus
from pikku.ports.store import Snapshot, Store
from pikku.testing.clock import START

WORKFLOW = "onboarding"
FUNCTION = "email.send"
TTL = 30_000
LONG = "365d"
"""Longer than any lease, sleep or delay in these tests."""

ANN = Lease("ann", TTL)
BOB = Lease("bob", TTL)

BROKEN = Failure(type="shop.errors.Broken", message="it broke", code="BROKEN")
ABANDONED = Failure(type="pikku.RunEnded", message="the run ended first", code="RUN_ENDED")


def run_id(number: int) -> RunId:
    """The n-th id of a run; ids sort by their number."""
    return new_run_id(round(START.timestamp() * 1_000) + number, number.to_bytes(10, "big"))


RUN = run_id(1)
OTHER = run_id(2)
NOBODY = run_id(999_999)
"""The id of no run."""


def json(value: object) -> Json:
    return Json(msgspec.json.encode(value).decode())


def created(run: RunId = RUN, by: Lease | None = None, **fields: Any) -> RunCreated:
    """A new run: with a lease owned in epoch 1, without one due at once in epoch 0."""
    return RunCreated(run_id=run, lease=by, **{"workflow": WORKFLOW, "input_json": NULL, **fields})


def ended(
    status: RunStatus = RunStatus.COMPLETED, run: RunId = RUN, *, epoch: int | None = 1, **fields: Any
) -> RunMoved:
    return RunMoved(run_id=run, epoch=epoch, status=status, abandon=ABANDONED, **fields)


def released(due_in: int | None = None, run: RunId = RUN, *, epoch: int = 1, seen_wakes: int = 0) -> RunReleased:
    return RunReleased(run_id=run, epoch=epoch, due_in=due_in, seen_wakes=seen_wakes)


def woken(run: RunId = RUN) -> RunWoken:
    return RunWoken(run_id=run)


def deleted(run: RunId = RUN) -> RunDeleted:
    return RunDeleted(run_id=run)


def pending() -> Standing:
    return Standing(StepStatus.PENDING)


def scheduled(due_in: int | None = 0, attempt: int = 1, failed: FailedAttempt | None = None) -> Standing:
    return Standing(StepStatus.SCHEDULED, attempt, due_in=due_in, failed=failed)


def running(attempt: int = 1, ran_ms: int | None = 0, failed: FailedAttempt | None = None) -> Standing:
    return Standing(StepStatus.RUNNING, attempt, ran_ms=ran_ms, failed=failed)


def succeeded(result: object = None, attempt: int = 1, ran_ms: int | None = 0) -> Standing:
    return Standing(StepStatus.SUCCEEDED, attempt, result_json=json(result), ran_ms=ran_ms)


def failed(error: Failure = BROKEN, attempt: int = 1, ran_ms: int | None = 0) -> Standing:
    return Standing(StepStatus.FAILED, attempt, error=error, ran_ms=ran_ms)


def inserted(
    key: str = "pay", standing: Standing | None = None, run: RunId = RUN, *, epoch: int = 1, **call: Any
) -> StepInserted:
    """A step of the body's own, succeeded unless told otherwise."""
    fields = {"name": key, "kind": StepKind.INLINE, "position": 0, **call}
    return StepInserted(
        run_id=run, epoch=epoch, call=StepCall(key=key, **fields), standing=standing or succeeded("receipt")
    )


def remote(
    key: str = "mail",
    due_in: int | None = 0,
    run: RunId = RUN,
    *,
    epoch: int = 1,
    function: str = FUNCTION,
    **call: Any,
) -> StepInserted:
    """A step for step workers, due now unless told otherwise."""
    fields = {"kind": StepKind.RPC, "rpc_name": function, "remote": True, **call}
    return inserted(key, scheduled(due_in), run, epoch=epoch, **fields)


def stays(standing: Standing | None = None) -> StepInserted:
    """A remote step `mail` that the owner of its run executes, shown to be running unless told otherwise."""
    return inserted("mail", standing or running(), kind=StepKind.RPC, rpc_name=FUNCTION, remote=True)


def nap(due_in: int, key: str = "nap") -> StepInserted:
    """A sleep."""
    return inserted(key, scheduled(due_in), kind=StepKind.SLEEP)


def moved(
    key: str = "pay",
    standing: Standing | None = None,
    run: RunId = RUN,
    *,
    was: StepStatus = StepStatus.SCHEDULED,
    attempt: int = 1,
    run_epoch: int | None = 1,
    step_epoch: int | None = None,
    only_when_due: bool = False,
) -> StepMoved:
    """A step goes on under its run's epoch 1; with a `step_epoch`, under that alone."""
    return StepMoved(
        run_id=run,
        key=key,
        from_status=was,
        from_attempt=attempt,
        standing=standing or succeeded("receipt"),
        run_epoch=run_epoch if step_epoch is None else None,
        step_epoch=step_epoch,
        only_when_due=only_when_due,
    )


def every_change_of(run: RunId = RUN, *, epoch: int = 1, key: str = "pay") -> list[Change]:
    """One of every change of an existing run, as its owner or an operator would make it."""
    return [
        ended(run=run, epoch=epoch),
        ended(RunStatus.CANCELLED, run, epoch=None),
        released(0, run, epoch=epoch),
        woken(run),
        inserted("new", run=run, epoch=epoch),
        moved(key, run=run, run_epoch=epoch),
        moved(key, run=run, step_epoch=epoch),
    ]


async def make(store: Store, *changes: Change) -> None:
    """Apply the changes in one batch, all of which must be made."""
    outcomes = await store.apply(changes)
    assert len(outcomes) == len(changes)
    for change, outcome in zip(changes, outcomes, strict=True):
        assert isinstance(outcome, Applied), f"{change} was refused: {outcome}"


async def why_not(store: Store, change: Change) -> Refusal | None:
    """Why the change alone is refused, `None` if it was made."""
    (outcome,) = await store.apply([change])
    return outcome.why if isinstance(outcome, Refused) else None


async def snapshot(store: Store, run: RunId = RUN) -> Snapshot:
    (found,) = await store.load([run])
    return found


async def run_of(store: Store, run: RunId = RUN) -> Run:
    """The run as readers get it, which must be known."""
    found = await store.get_run(run)
    assert found is not None, f"{run} is not known"
    return found


async def step_of(store: Store, key: str = "pay", run: RunId = RUN) -> Step:
    return (await snapshot(store, run)).steps[key]


async def claimed(store: Store, lease: Lease = BOB, limit: int = 100, workflow: str = WORKFLOW) -> list[RunId]:
    """The ids of the runs that one claim gets."""
    return ids(await store.claim_runs(lease, [workflow], limit))


async def claimed_steps(store: Store, lease: Lease = BOB, limit: int = 100, function: str = FUNCTION) -> list[str]:
    """The keys of the steps that one claim gets, in order."""
    return sorted(each.step.key for each in await store.claim_steps(lease, [function], limit))


async def claimed_step(store: Store, lease: Lease = BOB, function: str = FUNCTION) -> Step:
    """The only step that one claim gets."""
    (claimed,) = await store.claim_steps(lease, [function], 10)
    return claimed.step


def ids(runs: Iterable[Run]) -> list[RunId]:
    return [run.run_id for run in runs]

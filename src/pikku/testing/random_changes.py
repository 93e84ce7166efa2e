"""Random changes, drawn by who knows what is there: most are right in all they rely on, some are those of a late owner.

The legal moves of a step are those of `pikku.engine.transitions`.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from pikku.engine.transitions import STEP_MOVES
from pikku.model.change import (
    Change,
    FailedAttempt,
    Held,
    Lease,
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
from pikku.model.ids import RunId
from pikku.model.payload import Json
from pikku.model.run import ExecutionMode, RunStatus
from pikku.model.step import Seen, Step, StepCall, StepKind, StepStatus
from pikku.ports.store import RunQuery, Snapshot
from pikku.testing.contracts.scene import ABANDONED, run_id

T = TypeVar("T")

RUNS = [run_id(number) for number in range(9)]
UNKNOWN = run_id(77)
WORKFLOWS = ["onboarding", "Onboarding"]
FUNCTIONS = ["email.send", "it's; --"]
KEYS = ["pay", "pay#1", "Pay", "../長", "mail", "a/b", "nap"]
POSITIONS = {key: position for position, key in enumerate(KEYS)}
TAGS = ["vip", "eu", '"']
LEASES = [Lease(owner, ttl) for owner in ("ann", "bob", "zoë") for ttl in (1_000, 30_000)]

Known = Mapping[RunId, Snapshot]

ENDS = [status for status in RunStatus if status.ended]
OPEN = [status for status in StepStatus if not status.final]
FAILURE = Failure(type="shop.errors.Broken", message="it broke", code="BROKEN", fields={"left": 0})
VALUES = st.sampled_from([Json(text) for text in ("0", '""', "null", '{"a":[1.0,"長"]}')])
MOMENTS = st.sampled_from([0, 1, 500, 40_000])
REMOTE_FIRST = [*[StepStatus.SCHEDULED] * 3, StepStatus.RUNNING, StepStatus.SUCCEEDED]
"""How remote steps stand at first: most are put up for workers, some stay with their runs."""


@st.composite
def _honest(draw: DrawFn) -> bool:
    """Most changes are right in all they rely on; the others are wrong in some of it, as a late owner is."""
    return draw(st.sampled_from([True] * 5 + [False]))


def _about(right: T, wrong: Sequence[T], *, honest: bool) -> SearchStrategy[T]:
    return st.just(right) if honest else st.sampled_from([right, *wrong])


def _epochs(right: int, *, honest: bool) -> SearchStrategy[int]:
    return _about(right, [right - 1, right + 1], honest=honest)


def _run_of(known: Known, run: RunId) -> tuple[int, int, Mapping[str, Step]]:
    """Epoch, wakes and steps of a run, known or not."""
    found = known.get(run)
    return (found.run.epoch, found.run.wakes, found.steps) if found else (0, 0, {})


def running_in(known: Known) -> list[RunId]:
    return [run for run, found in known.items() if not found.run.status.ended]


def _unfinished(steps: Mapping[str, Step]) -> list[str]:
    return [key for key, step in steps.items() if not step.status.final]


def jobs_of(known: Known, workflows: Sequence[str] | None = None) -> list[Step]:
    """The steps that step workers are for, of these workflows if any are named; those of ended runs are all finished."""
    wanted = (found for found in known.values() if workflows is None or found.run.workflow in workflows)
    steps = [step for found in wanted for step in found.steps.values()]
    return [step for step in steps if step.call.remote and not step.status.final]


def _run_ids(known: Known, *, honest: bool) -> SearchStrategy[RunId]:
    running = running_in(known)
    return st.sampled_from(running if honest and running else [*RUNS, UNKNOWN])


@st.composite
def created(draw: DrawFn, known: Known) -> Change:
    new = [run for run in RUNS if run not in known]
    honest = draw(_honest())
    return RunCreated(
        run_id=draw(st.sampled_from(new if new and honest else RUNS)),
        workflow=draw(st.sampled_from(WORKFLOWS)),
        input_json=draw(VALUES),
        mode=draw(st.sampled_from(ExecutionMode)),
        tags=tuple(draw(st.lists(st.sampled_from(TAGS), max_size=2))),
        version=draw(st.sampled_from([None, "", "1"])),
        lease=draw(st.sampled_from([None, *LEASES])),
    )


@st.composite
def run_moved(draw: DrawFn, known: Known) -> Change:
    honest = draw(_honest())
    run = draw(_run_ids(known, honest=honest))
    status = draw(st.sampled_from(ENDS))
    completed = status is RunStatus.COMPLETED
    return RunMoved(
        run_id=run,
        epoch=draw(st.none() | _epochs(_run_of(known, run)[0], honest=honest)),
        status=status,
        abandon=ABANDONED,
        output_json=draw(VALUES) if completed else None,
        error=None if completed else FAILURE,
    )


@st.composite
def run_released(draw: DrawFn, known: Known) -> Change:
    honest = draw(_honest())
    run = draw(_run_ids(known, honest=honest))
    epoch, wakes, _ = _run_of(known, run)
    return RunReleased(
        run_id=run,
        epoch=draw(_epochs(epoch, honest=honest)),
        due_in=draw(st.none() | MOMENTS),
        seen_wakes=draw(_about(wakes, [0, wakes + 1], honest=honest)),
    )


@st.composite
def run_woken(draw: DrawFn, known: Known) -> Change:
    return RunWoken(run_id=draw(_run_ids(known, honest=draw(_honest()))))


@st.composite
def run_deleted(draw: DrawFn, known: Known) -> Change:
    ended = [run for run, found in known.items() if found.run.status.ended]
    honest = draw(_honest())
    return RunDeleted(run_id=draw(st.sampled_from(ended if honest and ended else [*RUNS, UNKNOWN])))


@st.composite
def _standings(draw: DrawFn, status: StepStatus, attempt: int, *, may_retry: bool) -> Standing:
    behind = None
    if may_retry and not status.final and draw(st.booleans()):
        behind, attempt = FailedAttempt(attempt, FAILURE, draw(st.none() | MOMENTS)), attempt + 1
    return Standing(
        status,
        attempt,
        result_json=draw(VALUES) if status is StepStatus.SUCCEEDED else None,
        error=FAILURE if status is StepStatus.FAILED else None,
        due_in=draw(st.sampled_from([None, 0, 0, 0, 500, 40_000]))
        if status in (StepStatus.PENDING, StepStatus.SCHEDULED)
        else None,
        ran_ms=draw(st.none() | MOMENTS),
        failed=behind,
    )


@st.composite
def _calls(draw: DrawFn, keys: Sequence[str], *, remote: bool) -> StepCall:
    key = draw(st.sampled_from(keys))
    kind = StepKind.RPC if remote else draw(st.sampled_from(StepKind))
    return StepCall(
        key=key,
        name=key,
        kind=kind,
        position=POSITIONS[key],
        rpc_name=draw(st.sampled_from(FUNCTIONS)) if kind is StepKind.RPC else None,
        data_json=draw(st.none() | VALUES),
        remote=remote,
        seen=draw(st.sampled_from([None, Seen(0, ()), Seen(1, ("pay",))])),
    )


@st.composite
def step_inserted(draw: DrawFn, known: Known) -> Change:
    honest = draw(_honest())
    run = draw(_run_ids(known, honest=honest))
    epoch, _, steps = _run_of(known, run)
    new = [key for key in KEYS if key not in steps]
    remote = draw(st.booleans())
    status = draw(st.sampled_from(REMOTE_FIRST if honest and remote else list(StepStatus)))
    return StepInserted(
        run_id=run,
        epoch=draw(_epochs(epoch, honest=honest)),
        call=draw(_calls(new if honest and new else KEYS, remote=remote)),
        standing=draw(_standings(status, 1, may_retry=True)),
    )


@st.composite
def step_moved(draw: DrawFn, known: Known) -> Change:
    honest = draw(_honest())
    waiting = [run for run, found in known.items() if _unfinished(found.steps)]
    run = draw(st.sampled_from(waiting) if honest and waiting else _run_ids(known, honest=honest))
    epoch, _, steps = _run_of(known, run)
    unfinished = _unfinished(steps)
    key = draw(st.sampled_from(unfinished if honest and unfinished else KEYS))
    step = steps.get(key)
    recorded, attempt = (step.status, step.attempt_count) if step else (StepStatus.RUNNING, 1)
    was = draw(_about(StepStatus.RUNNING if recorded.final else recorded, OPEN, honest=honest))
    status = draw(st.sampled_from(sorted(STEP_MOVES[was])))
    return StepMoved(
        run_id=run,
        key=key,
        from_status=was,
        from_attempt=draw(_about(attempt, [attempt - 1, attempt + 1], honest=honest)),
        standing=draw(_standings(status, attempt, may_retry=was is not StepStatus.PENDING)),
        run_epoch=draw(st.none() | _epochs(epoch, honest=honest)),
        step_epoch=draw(st.none() | _epochs(step.epoch if step else 0, honest=honest)),
        only_when_due=draw(st.sampled_from([False, False, True])),
    )


def batches(*kinds: SearchStrategy[Change], most: int = 5) -> SearchStrategy[list[Change]]:
    return st.lists(st.one_of(*kinds), min_size=1, max_size=most)


@st.composite
def held(draw: DrawFn, known: Known) -> Held:
    honest = draw(_honest())
    run = draw(_run_ids(known, honest=honest))
    epoch, _, steps = _run_of(known, run)
    owned = [key for key, step in steps.items() if step.owner is not None]
    key = draw(st.sampled_from([None, *owned, *([] if honest else [*steps, "unknown"])]))
    right = epoch if key is None else steps[key].epoch if key in steps else 0
    return Held(run, draw(_epochs(right, honest=honest)), key)


@st.composite
def queries(draw: DrawFn, known: Known) -> RunQuery:
    times = [found.run.created_ms + off for found in known.values() for off in (0, 1)]
    moments = st.none() | st.sampled_from([0, *times])
    return RunQuery(
        run_ids=draw(st.just([]) | st.lists(st.sampled_from([*RUNS, UNKNOWN]), max_size=4)),
        statuses=draw(st.just([]) | st.lists(st.sampled_from(RunStatus), max_size=3)),
        workflow=draw(st.sampled_from([None, None, *WORKFLOWS])),
        tags=draw(st.just([]) | st.lists(st.sampled_from(TAGS), max_size=2)),
        created_from=draw(moments),
        created_until=draw(moments),
        ended_for=draw(st.none() | st.sampled_from([0, 1, 500, 30_000])),
        before=draw(st.none() | st.sampled_from([*RUNS, UNKNOWN])),
        skip=draw(st.sampled_from([0, 0, 1, 3])),
        limit=draw(st.sampled_from([1, 2, 100])),
        bare=draw(st.booleans()),
    )


def parts() -> SearchStrategy[dict[RunId, list[str]]]:
    """Steps to load, of some of the runs."""
    return st.dictionaries(st.sampled_from([*RUNS, UNKNOWN]), st.lists(st.sampled_from([*KEYS, "unknown"]), max_size=3))


def some_of(names: Sequence[str]) -> SearchStrategy[list[str]]:
    return st.sampled_from([list(names), list(names), [names[0]], []])

"""Random changes against a store and against the memory store, which must agree after every one of them.

Needs `hypothesis`. Several owners with fresh and stale epochs write, claim, renew and let time pass, through two stores on
the same data; the legal moves of a step are those of `pikku.engine.transitions`.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from hypothesis.strategies import DrawFn, SearchStrategy

from pikku.engine.transitions import STEP_MOVES
from pikku.model.change import (
    Change,
    FailedAttempt,
    Held,
    Lease,
    RunCreated,
    RunMoved,
    RunReleased,
    RunWoken,
    Standing,
    StepInserted,
    StepMoved,
)
from pikku.model.enact import as_read
from pikku.model.failure import Failure
from pikku.model.ids import RunId
from pikku.model.payload import Json
from pikku.model.run import ExecutionMode, Run, RunStatus
from pikku.model.step import Seen, Step, StepCall, StepKind, StepStatus
from pikku.ports.store import RunQuery, Snapshot, Store
from pikku.stores.memory import MemoryStore
from pikku.testing.contracts.scene import run_id
from pikku.testing.contracts.stores import Stores

T = TypeVar("T")

RUNS = [run_id(number) for number in range(9)]
ENOUGH = 3
UNKNOWN = run_id(77)
WORKFLOWS = ["onboarding", "Onboarding"]
FUNCTIONS = ["email.send", "it's; --"]
KEYS = ["pay", "pay#1", "Pay", "../長", "mail", "a/b", "nap"]
POSITIONS = {key: position for position, key in enumerate(KEYS)}
TAGS = ["vip", "eu", '"']
LEASES = [Lease(owner, ttl) for owner in ("ann", "bob", "zoë") for ttl in (1_000, 30_000)]
LEAPS = [1, 500, 1_000, 30_000, 40_000]

Known = Mapping[RunId, Snapshot]

ENDS = [status for status in RunStatus if status.ended]
OPEN = [status for status in StepStatus if not status.final]
FAILURE = Failure(type="shop.errors.Broken", message="it broke", code="BROKEN", fields={"left": 0})
VALUES = st.sampled_from([Json(text) for text in ("0", '""', "null", '{"a":[1.0,"長"]}')])
MOMENTS = st.sampled_from([0, 1, 500, 40_000])


def store_machine(fresh: Callable[[], Stores]) -> type[RuleBasedStateMachine]:
    """The state machine of a store; `fresh` gives stores on empty data of their own, at every call.

    def test_my_store_agrees_with_the_memory_store(tmp_path):
        run_state_machine_as_test(store_machine(lambda: Stores(…)), settings=settings(max_examples=60))
    """
    return type("StoreMachine", (_StoreMachine,), {"fresh": staticmethod(fresh)})


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


def _running(known: Known) -> list[RunId]:
    return [run for run, found in known.items() if not found.run.status.ended]


def _unfinished(steps: Mapping[str, Step]) -> list[str]:
    return [key for key, step in steps.items() if not step.status.final]


def _run_ids(known: Known, *, honest: bool) -> SearchStrategy[RunId]:
    running = _running(known)
    return st.sampled_from(running if honest and running else [*RUNS, UNKNOWN])


@st.composite
def _created(draw: DrawFn, known: Known) -> Change:
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
def _run_moved(draw: DrawFn, known: Known) -> Change:
    honest = draw(_honest())
    run = draw(_run_ids(known, honest=honest))
    status = draw(st.sampled_from(ENDS))
    completed = status is RunStatus.COMPLETED
    return RunMoved(
        run_id=run,
        epoch=draw(st.none() | _epochs(_run_of(known, run)[0], honest=honest)),
        status=status,
        abandon=FAILURE,
        output_json=draw(VALUES) if completed else None,
        error=None if completed else FAILURE,
    )


@st.composite
def _run_released(draw: DrawFn, known: Known) -> Change:
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
def _run_woken(draw: DrawFn, known: Known) -> Change:
    return RunWoken(run_id=draw(_run_ids(known, honest=draw(_honest()))))


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
def _step_inserted(draw: DrawFn, known: Known) -> Change:
    honest = draw(_honest())
    run = draw(_run_ids(known, honest=honest))
    epoch, _, steps = _run_of(known, run)
    new = [key for key in KEYS if key not in steps]
    remote = draw(st.booleans())
    status = draw(st.sampled_from([StepStatus.SCHEDULED] if honest and remote else list(StepStatus)))
    return StepInserted(
        run_id=run,
        epoch=draw(_epochs(epoch, honest=honest)),
        call=draw(_calls(new if honest and new else KEYS, remote=remote)),
        standing=draw(_standings(status, 1, may_retry=True)),
    )


@st.composite
def _step_moved(draw: DrawFn, known: Known) -> Change:
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


def _changes(*kinds: SearchStrategy[Change], most: int = 5) -> SearchStrategy[list[Change]]:
    return st.lists(st.one_of(*kinds), min_size=1, max_size=most)


@st.composite
def _held(draw: DrawFn, known: Known) -> Held:
    honest = draw(_honest())
    run = draw(_run_ids(known, honest=honest))
    epoch, _, steps = _run_of(known, run)
    owned = [key for key, step in steps.items() if step.owner is not None]
    key = draw(st.sampled_from([None, *owned, *([] if honest else [*steps, "unknown"])]))
    right = epoch if key is None else steps[key].epoch if key in steps else 0
    return Held(run, draw(_epochs(right, honest=honest)), key)


@st.composite
def _queries(draw: DrawFn, known: Known) -> RunQuery:
    times = [found.run.created_ms + off for found in known.values() for off in (0, 1)]
    moments = st.none() | st.sampled_from([0, *times])
    return RunQuery(
        run_ids=draw(st.just([]) | st.lists(st.sampled_from([*RUNS, UNKNOWN]), max_size=4)),
        statuses=draw(st.just([]) | st.lists(st.sampled_from(RunStatus), max_size=3)),
        workflow=draw(st.sampled_from([None, None, *WORKFLOWS])),
        tags=draw(st.just([]) | st.lists(st.sampled_from(TAGS), max_size=2)),
        created_from=draw(moments),
        created_until=draw(moments),
        before=draw(st.none() | st.sampled_from([*RUNS, UNKNOWN])),
        limit=draw(st.sampled_from([1, 2, 100])),
    )


def _some(names: Sequence[str]) -> SearchStrategy[list[str]]:
    return st.sampled_from([list(names), list(names), [names[0]], []])


def _as_it_is(answer: T) -> T:
    return answer


class _StoreMachine(RuleBasedStateMachine):
    """Two stores on the same data, `mine` and `theirs`, and the memory store as the oracle, by one clock."""

    fresh: ClassVar[Callable[[], Stores]]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.stores = type(self).fresh()
        self.oracle = MemoryStore(clock=self.stores.clock)
        self.wait(self.oracle.open())
        self.mine, self.theirs = self.wait(self.stores.open()), self.wait(self.stores.open())

    def teardown(self) -> None:
        self.wait(self.stores.close())
        self.runner.close()

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        self.apply([data.draw(_created(self.known()), label="change") for _ in range(ENOUGH)])

    @rule(data=st.data())
    def write_steps(self, data: st.DataObject) -> None:
        known = self.known()
        self.apply(data.draw(_changes(_step_inserted(known), _step_moved(known)), label="changes"))

    @rule(data=st.data())
    def change_runs(self, data: st.DataObject) -> None:
        known = self.known()
        self.apply(data.draw(_changes(_created(known), _run_released(known), _run_woken(known)), label="changes"))

    @rule(data=st.data())
    def change_anything(self, data: st.DataObject) -> None:
        known = self.known()
        kinds = [_step_inserted, _step_moved, _created, _run_released, _run_woken]
        # Ends are rare, so that runs live long enough to have a history.
        kinds += [_run_moved] if len(_running(known)) > ENOUGH else []
        self.apply(data.draw(_changes(*(kind(known) for kind in kinds), most=8), label="changes"))

    @rule(lease=st.sampled_from(LEASES), workflows=_some(WORKFLOWS), limit=st.sampled_from([1, 2, 100]))
    def claim_runs(self, lease: Lease, workflows: list[str], limit: int) -> None:
        runs = [found.run for found in self.known().values() if found.run.workflow in workflows]
        limit = self.fair(limit, [run.due_ms for run in runs if not run.status.ended])
        expected = self.wait(self.oracle.claim_runs(lease, workflows, limit))
        claimed = self.wait(self.mine.claim_runs(lease, workflows, limit))
        self.same("claimed runs", _runs_by_id(claimed), _runs_by_id(expected))
        self.compare()

    @rule(lease=st.sampled_from(LEASES), functions=_some(FUNCTIONS), limit=st.sampled_from([1, 2, 100]))
    def claim_steps(self, lease: Lease, functions: list[str], limit: int) -> None:
        steps = [step for found in self.known().values() for step in found.steps.values() if not found.run.status.ended]
        waiting = [step for step in steps if step.call.remote and step.call.rpc_name in functions]
        limit = self.fair(limit, [step.due_ms for step in waiting if not step.status.final])
        expected = self.wait(self.oracle.claim_steps(lease, functions, limit))
        claimed = self.wait(self.mine.claim_steps(lease, functions, limit))
        self.same("claimed steps", _steps_by_key(claimed), _steps_by_key(expected))
        self.compare()

    @rule(data=st.data(), lease=st.sampled_from(LEASES))
    def renew(self, data: st.DataObject, lease: Lease) -> None:
        held = data.draw(st.lists(_held(self.known()), max_size=5, unique=True), label="held")
        self.same("lost leases", set(self.mine.renew(lease, held)), set(self.oracle.renew(lease, held)))
        self.compare()

    @rule(ms=st.sampled_from(LEAPS))
    def let_time_pass(self, ms: int) -> None:
        self.wait(self.stores.clock.advance(ms))
        self.compare()

    @rule(data=st.data(), workflows=_some(WORKFLOWS), functions=_some(FUNCTIONS))
    def read(self, data: st.DataObject, workflows: list[str], functions: list[str]) -> None:
        query = data.draw(_queries(self.known()), label="query")
        self.agree(f"list_runs({query})", lambda store: store.list_runs(query), list)
        self.agree("next_due", lambda store: store.next_due(workflows, functions))
        for run in [*RUNS, UNKNOWN]:
            self.agree_on_run(run)

    @rule(reopen=st.booleans())
    def change_hands(self, *, reopen: bool) -> None:
        """From now on the other store writes, and this one reads."""
        if reopen:
            self.wait(self.mine.close())
            self.wait(self.mine.open())
        self.mine, self.theirs = self.theirs, self.mine
        self.compare()

    def apply(self, changes: Sequence[Change]) -> None:
        self.same("outcomes", list(self.wait(self.mine.apply(changes))), list(self.wait(self.oracle.apply(changes))))
        self.compare()

    def compare(self) -> None:
        self.agree("load", lambda store: store.load([*RUNS, UNKNOWN]), _snapshots_by_id)
        self.agree("list_runs", lambda store: store.list_runs(RunQuery()), list)
        self.agree("next_due", lambda store: store.next_due(WORKFLOWS, FUNCTIONS))
        for run in RUNS:
            self.agree_on_history(run)

    def agree_on_run(self, run: RunId) -> None:
        self.agree(f"get_run({run})", lambda store: store.get_run(run))

    def agree_on_history(self, run: RunId) -> None:
        self.agree(f"history({run})", lambda store: store.history(run), list)

    def agree(
        self, what: str, ask: Callable[[Store], Coroutine[Any, Any, Any]], view: Callable[[Any], Any] = _as_it_is
    ) -> None:
        """The other store than the one that wrote says what the oracle says."""
        self.same(what, view(self.wait(ask(self.theirs))), view(self.wait(ask(self.oracle))))

    def same(self, what: str, found: object, expected: object) -> None:
        assert found == expected, f"{what}\n  the store says  {found}\n  and should say  {expected}"

    def fair(self, limit: int, dues: Collection[int | None]) -> int:
        """A limit that does not cut between two that are due since the same instant: either may then be taken."""
        now = self.stores.clock.now()
        due = sorted(each for each in dues if each is not None and each <= now)
        while 0 < limit < len(due) and due[limit - 1] == due[limit]:
            limit += 1
        return limit

    def known(self) -> Known:
        return {found.run.run_id: found for found in self.wait(self.oracle.load(RUNS))}

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(coroutine)


def _runs_by_id(runs: Sequence[Run]) -> dict[RunId, Run]:
    """Claimed runs in any order; what is derived from steps is for readers."""
    found = {run.run_id: msgspec.structs.replace(run, waiting_on=()) for run in runs}
    assert len(found) == len(runs), "a run was claimed twice"
    return found


def _steps_by_key(steps: Sequence[Step]) -> dict[tuple[RunId, str], Step]:
    found = {(step.run_id, step.key): step for step in steps}
    assert len(found) == len(steps), "a step was claimed twice"
    return found


def _snapshots_by_id(snapshots: Sequence[Snapshot]) -> dict[RunId, tuple[Run, dict[str, Step], int]]:
    found = {each.run.run_id: (as_read(each.run, each.steps), dict(each.steps), each.now) for each in snapshots}
    assert len(found) == len(snapshots), "a run was loaded twice"
    return found

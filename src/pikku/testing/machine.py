"""Random changes against a store and against the memory store, which must agree after every one of them.

Needs `hypothesis`. Several owners with fresh and stale epochs write, claim, renew and let time pass, through two stores on
the same data; the legal moves of a step are those of `pikku.engine.transitions`.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
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

RUNS = [run_id(number) for number in range(4)]
UNKNOWN = run_id(77)
WORKFLOWS = ["onboarding", "Onboarding"]
FUNCTIONS = ["email.send", "it's; --"]
KEYS = ["pay", "pay#1", "Pay", "../長", "mail"]
TAGS = ["vip", "eu", '"']
LEASES = [Lease(owner, ttl) for owner in ("ann", "bob", "zoë") for ttl in (1_000, 30_000)]
LEAPS = [0, 1, 250, 1_000, 30_000, 3_600_000]

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
def _epochs(draw: DrawFn, right: int) -> int:
    return right + draw(st.sampled_from([0, 0, 0, 0, -1, 1]))


def _likely(right: T, others: Sequence[T]) -> SearchStrategy[T]:
    return st.sampled_from([right, right, right, *others])


def _run_of(known: Known, run: RunId) -> tuple[int, int, Mapping[str, Step]]:
    """Epoch, wakes and steps of a run, known or not."""
    found = known.get(run)
    return (found.run.epoch, found.run.wakes, found.steps) if found else (0, 0, {})


def _run_ids(known: Known) -> SearchStrategy[RunId]:
    running = [run for run, found in known.items() if not found.run.status.ended]
    return st.sampled_from([*running, *running, *RUNS, UNKNOWN])


_created: SearchStrategy[Change] = st.builds(
    RunCreated,
    run_id=st.sampled_from(RUNS),
    workflow=st.sampled_from(WORKFLOWS),
    input_json=VALUES,
    mode=st.sampled_from(ExecutionMode),
    tags=st.lists(st.sampled_from(TAGS), max_size=2).map(tuple),
    version=st.sampled_from([None, "", "1"]),
    lease=st.sampled_from([None, *LEASES]),
)


@st.composite
def _run_moved(draw: DrawFn, known: Known) -> Change:
    run = draw(_run_ids(known))
    status = draw(st.sampled_from(ENDS))
    completed = status is RunStatus.COMPLETED
    return RunMoved(
        run_id=run,
        epoch=draw(st.none() | _epochs(_run_of(known, run)[0])),
        status=status,
        abandon=FAILURE,
        output_json=draw(VALUES) if completed else None,
        error=None if completed else FAILURE,
    )


@st.composite
def _run_released(draw: DrawFn, known: Known) -> Change:
    run = draw(_run_ids(known))
    epoch, wakes, _ = _run_of(known, run)
    return RunReleased(
        run_id=run,
        epoch=draw(_epochs(epoch)),
        due_in=draw(st.none() | MOMENTS),
        seen_wakes=draw(_likely(wakes, [0, wakes + 1])),
    )


@st.composite
def _run_woken(draw: DrawFn, known: Known) -> Change:
    return RunWoken(run_id=draw(_run_ids(known)))


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
        due_in=draw(st.none() | MOMENTS) if status in (StepStatus.PENDING, StepStatus.SCHEDULED) else None,
        ran_ms=draw(st.none() | MOMENTS),
        failed=behind,
    )


@st.composite
def _calls(draw: DrawFn) -> StepCall:
    key = draw(st.sampled_from(KEYS))
    kind = draw(st.sampled_from([*StepKind, StepKind.RPC]))
    rpc = kind is StepKind.RPC
    return StepCall(
        key=key,
        name=key,
        kind=kind,
        position=KEYS.index(key),
        rpc_name=draw(st.sampled_from(FUNCTIONS)) if rpc else None,
        data_json=draw(st.none() | VALUES),
        remote=rpc and draw(st.sampled_from([True, True, False])),
        seen=draw(st.sampled_from([None, Seen(0, ()), Seen(1, ("pay",))])),
    )


@st.composite
def _step_inserted(draw: DrawFn, known: Known) -> Change:
    run, call = draw(_run_ids(known)), draw(_calls())
    status = draw(_likely(StepStatus.SCHEDULED, list(StepStatus)))
    standing = draw(_standings(status, 1, may_retry=True))
    return StepInserted(run_id=run, epoch=draw(_epochs(_run_of(known, run)[0])), call=call, standing=standing)


@st.composite
def _step_moved(draw: DrawFn, known: Known) -> Change:
    run = draw(_run_ids(known))
    epoch, _, steps = _run_of(known, run)
    key = draw(st.sampled_from([*steps, *steps, *steps, *KEYS]))
    step = steps.get(key)
    recorded = step.status if step and not step.status.final else StepStatus.RUNNING
    was, attempt = draw(_likely(recorded, OPEN)), step.attempt_count if step else 1
    status = draw(st.sampled_from(sorted(STEP_MOVES[was])))
    return StepMoved(
        run_id=run,
        key=key,
        from_status=was,
        from_attempt=draw(_likely(attempt, [attempt + 1])),
        standing=draw(_standings(status, attempt, may_retry=was is not StepStatus.PENDING)),
        run_epoch=draw(st.none() | _epochs(epoch)),
        step_epoch=draw(st.none() | _epochs(step.epoch if step else 0)),
        only_when_due=draw(st.booleans()),
    )


def _changes(known: Known) -> SearchStrategy[list[Change]]:
    of_runs = [_run_moved(known), _run_released(known), _run_woken(known)]
    of_steps = [_step_inserted(known), _step_moved(known)]
    # Ends are rare, so that runs live long enough to have a history.
    return st.lists(
        st.one_of(_created, *of_steps, *of_steps, *of_runs[1:], *of_steps, of_runs[0]), min_size=1, max_size=6
    )


@st.composite
def _held(draw: DrawFn, known: Known) -> Held:
    run = draw(_run_ids(known))
    epoch, _, steps = _run_of(known, run)
    key = draw(st.none() | st.sampled_from([*steps, "unknown"]))
    right = epoch if key is None else steps[key].epoch if key in steps else 0
    return Held(run, draw(_epochs(right)), key)


def _queries() -> SearchStrategy[RunQuery]:
    return st.builds(
        RunQuery,
        run_ids=st.lists(st.sampled_from([*RUNS, UNKNOWN]), max_size=2),
        statuses=st.lists(st.sampled_from(RunStatus), max_size=2),
        workflow=st.sampled_from([None, None, *WORKFLOWS]),
        tags=st.lists(st.sampled_from(TAGS), max_size=1),
        before=st.sampled_from([None, None, *RUNS, UNKNOWN]),
        limit=st.sampled_from([1, 2, 100]),
    )


def _some(names: Sequence[str]) -> SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), unique=True).map(sorted) | st.just(list(names))


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

    @rule(data=st.data())
    def change(self, data: st.DataObject) -> None:
        changes = data.draw(_changes(self.known()), label="changes")
        self.same("outcomes", list(self.wait(self.mine.apply(changes))), list(self.wait(self.oracle.apply(changes))))
        self.compare()

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

    @rule(query=_queries())
    def list_runs(self, query: RunQuery) -> None:
        self.agree(f"list_runs({query})", lambda store: store.list_runs(query), list)

    @rule(workflows=_some(WORKFLOWS), functions=_some(FUNCTIONS))
    def ask_what_is_due(self, workflows: list[str], functions: list[str]) -> None:
        self.agree("next_due", lambda store: store.next_due(workflows, functions))

    @rule()
    def open_again(self) -> None:
        self.wait(self.mine.close())
        self.wait(self.mine.open())
        self.compare()

    @rule()
    def swap(self) -> None:
        """From now on the other store writes."""
        self.mine, self.theirs = self.theirs, self.mine

    def compare(self) -> None:
        self.agree("load", lambda store: store.load([*RUNS, UNKNOWN]), _snapshots_by_id)
        self.agree("list_runs", lambda store: store.list_runs(RunQuery()), list)
        self.agree("next_due", lambda store: store.next_due(WORKFLOWS, FUNCTIONS))
        for run in RUNS:
            self.agree_on_history(run)

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

"""Random changes against a store and against the memory store, which must agree after every one of them.

Needs `hypothesis`. Several owners with fresh and stale epochs write, claim, renew and let time pass, through two stores on
the same data.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import Any, ClassVar, TypeVar

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from pikku.model.change import Change, Lease
from pikku.model.enact import as_read
from pikku.model.ids import RunId
from pikku.model.run import Run
from pikku.model.step import Step
from pikku.ports.store import ClaimedStep, RunQuery, Snapshot, Store
from pikku.stores.memory import MemoryStore
from pikku.testing.contracts.stores import Stores
from pikku.testing.random_changes import (
    FUNCTIONS,
    LEASES,
    RUNS,
    UNKNOWN,
    WORKFLOWS,
    Known,
    batches,
    created,
    held,
    jobs_of,
    parts,
    queries,
    run_deleted,
    run_moved,
    run_released,
    run_woken,
    running_in,
    some_of,
    step_inserted,
    step_moved,
)

T = TypeVar("T")

ENOUGH = 3
"""So many runs are there from the beginning, and are left when runs end."""

LIMITS = st.sampled_from([1, 2, 100])
LEAPS = st.sampled_from([1, 500, 1_000, 30_000, 40_000])


def store_machine(fresh: Callable[[], Stores]) -> type[RuleBasedStateMachine]:
    """The state machine of a store; `fresh` gives stores on empty data of their own, at every call.

    def test_my_store_agrees_with_the_memory_store(tmp_path):
        run_state_machine_as_test(store_machine(lambda: Stores(…)), settings=settings(max_examples=60))
    """
    return type("StoreMachine", (_StoreMachine,), {"fresh": staticmethod(fresh)})


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
        self.apply([data.draw(created({}), label="change") for _ in range(ENOUGH)])
        self.write_steps(data)

    @rule(data=st.data())
    def write_steps(self, data: st.DataObject) -> None:
        known = self.known()
        self.apply(data.draw(batches(step_inserted(known), step_moved(known)), label="changes"))

    @rule(data=st.data())
    def change_runs(self, data: st.DataObject) -> None:
        known = self.known()
        self.apply(data.draw(batches(created(known), run_released(known), run_woken(known)), label="changes"))

    @rule(data=st.data())
    def change_anything(self, data: st.DataObject) -> None:
        known = self.known()
        kinds = [step_inserted, step_moved, created, run_released, run_woken, run_deleted]
        # Ends are rare, so that runs live long enough to have a history.
        kinds += [run_moved] if len(running_in(known)) > ENOUGH else []
        self.apply(data.draw(batches(*(kind(known) for kind in kinds), most=8), label="changes"))

    @rule(lease=st.sampled_from(LEASES), workflows=some_of(WORKFLOWS), limit=LIMITS)
    def claim_runs(self, lease: Lease, workflows: list[str], limit: int) -> None:
        runs = [found.run for found in self.known().values() if found.run.workflow in workflows]
        limit = self.fair(limit, [run.due_ms for run in runs if not run.status.ended])
        expected = self.wait(self.oracle.claim_runs(lease, workflows, limit))
        claimed = self.wait(self.mine.claim_runs(lease, workflows, limit))
        self.same("claimed runs", _runs_by_id(claimed), _runs_by_id(expected))
        self.compare()

    @precondition(lambda self: bool(jobs_of(self.known())))
    @rule(
        lease=st.sampled_from(LEASES),
        functions=some_of(FUNCTIONS),
        limit=LIMITS,
        workflows=st.none() | some_of(WORKFLOWS),
    )
    def claim_steps(self, lease: Lease, functions: list[str], limit: int, workflows: list[str] | None) -> None:
        waiting = [step for step in jobs_of(self.known(), workflows) if step.call.rpc_name in functions]
        limit = self.fair(limit, [step.due_ms for step in waiting])
        expected = self.wait(self.oracle.claim_steps(lease, functions, limit, workflows))
        claimed = self.wait(self.mine.claim_steps(lease, functions, limit, workflows))
        self.same("claimed steps", _steps_by_key(claimed), _steps_by_key(expected))
        self.compare()

    @rule(data=st.data(), lease=st.sampled_from(LEASES))
    def renew(self, data: st.DataObject, lease: Lease) -> None:
        leases = data.draw(st.lists(held(self.known()), max_size=5, unique=True), label="held")
        self.same("lost leases", set(self.mine.renew(lease, leases)), set(self.oracle.renew(lease, leases)))
        self.compare()

    @rule(ms=LEAPS)
    def let_time_pass(self, ms: int) -> None:
        self.wait(self.stores.clock.advance(ms))
        self.compare()

    @rule(data=st.data(), workflows=some_of(WORKFLOWS), functions=some_of(FUNCTIONS))
    def read(self, data: st.DataObject, workflows: list[str], functions: list[str]) -> None:
        query = data.draw(queries(self.known()), label="query")
        self.agree(f"list_runs({query})", lambda store: store.list_runs(query), list)
        self.agree("next_due", lambda store: store.next_due(workflows, functions))
        only = data.draw(parts(), label="only")
        self.agree(f"load(…, {only})", lambda store: store.load([*RUNS, UNKNOWN], only), _snapshots_by_id)
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
        for run in self.known():
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


def _steps_by_key(steps: Sequence[ClaimedStep]) -> dict[tuple[RunId, str], ClaimedStep]:
    found = {(each.step.run_id, each.step.key): each for each in steps}
    assert len(found) == len(steps), "a step was claimed twice"
    return found


def _snapshots_by_id(snapshots: Sequence[Snapshot]) -> dict[RunId, tuple[Run, dict[str, Step], int]]:
    found = {each.run.run_id: (as_read(each.run, each.steps), dict(each.steps), each.now) for each in snapshots}
    assert len(found) == len(snapshots), "a run was loaded twice"
    return found

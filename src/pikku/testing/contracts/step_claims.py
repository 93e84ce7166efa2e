"""Step workers: one at a time executes a remote step, and what a dead one left is done again."""

import asyncio
from collections.abc import Sequence

from pikku.model.change import FailedAttempt, Lease
from pikku.model.failure import LOST
from pikku.model.step import StepStatus
from pikku.ports.store import ClaimedStep, Store
from pikku.testing.contracts.scene import (
    ANN,
    BOB,
    BROKEN,
    FUNCTION,
    LONG,
    OTHER,
    RUN,
    TTL,
    WORKFLOW,
    claimed_step,
    claimed_steps,
    created,
    ended,
    failed,
    inserted,
    make,
    moved,
    nap,
    pending,
    released,
    remote,
    run_id,
    scheduled,
    snapshot,
    stays,
    step_of,
)
from pikku.testing.contracts.stores import Stores


class StepClaimContract:
    """claim_steps."""

    async def test_a_claimed_step_runs_under_its_own_lease(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail", data_json='{"to":"ada"}'))
        await stores.clock.advance("1s")
        step = await claimed_step(store, Lease("worker", 7_000))
        now = stores.clock.now()
        assert (step.run_id, step.key, step.call.data_json) == (RUN, "mail", '{"to":"ada"}')
        assert (step.status, step.attempt_count) == (StepStatus.RUNNING, 1)
        assert (step.owner, step.epoch, step.due_ms, step.running_ms) == ("worker", 1, now + 7_000, now)
        found = await snapshot(store)
        assert found.steps["mail"] == step
        assert (found.run.owner, found.run.epoch) == ("ann", 1)

    async def test_a_step_is_claimable_when_it_is_due_and_not_before(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail", 5_000))
        await stores.clock.advance(4_999)
        assert await claimed_steps(store) == []
        await stores.clock.advance(1)
        assert await claimed_steps(store) == ["mail"]
        assert await claimed_steps(store) == []

    async def test_nobody_needs_to_own_the_run_of_a_step(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail"), released(None))
        assert await claimed_steps(store) == ["mail"]

    async def test_a_step_left_by_its_worker_comes_with_its_next_attempt(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail"))
        await claimed_steps(store, ANN)
        began = stores.clock.now()
        await stores.clock.advance(TTL - 1)
        assert await claimed_steps(store, BOB) == []
        await stores.clock.advance(1)
        step = await claimed_step(store, BOB)
        assert (step.attempt_count, step.epoch, step.owner) == (2, 2, "bob")
        lost, current = await store.history(RUN)
        assert (lost.status, lost.attempt_count, lost.error) == (StepStatus.FAILED, 1, LOST)
        assert (lost.created_ms, lost.completed_ms, lost.result_json) == (began, began + TTL, None)
        assert (current.status, current.attempt_count, current.error) == (StepStatus.RUNNING, 2, None)

    async def test_every_lost_attempt_is_in_the_history(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail"))
        for _ in range(4):
            assert await claimed_steps(store) == ["mail"]
            await stores.clock.advance(TTL)
        assert [(each.attempt_count, each.error) for each in await store.history(RUN)] == [
            (1, LOST),
            (2, LOST),
            (3, LOST),
            (4, None),
        ]

    async def test_an_attempt_that_never_began_is_not_lost(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail"))
        await stores.clock.advance("1h")
        assert await claimed_steps(store) == ["mail"]
        assert (await step_of(store, "mail")).attempt_count == 1
        assert len(await store.history(RUN)) == 1

    async def test_a_step_that_its_worker_scheduled_again_is_claimable_by_all(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail"))
        await claimed_steps(store, ANN)
        retry = scheduled(1_000, 2, FailedAttempt(1, BROKEN, ran_ms=0))
        await make(store, moved("mail", retry, was=StepStatus.RUNNING, step_epoch=1))
        step = await step_of(store, "mail")
        assert (step.owner, step.epoch) == (None, 1)
        assert await claimed_steps(store, BOB) == []
        await stores.clock.advance("1s")
        step = await claimed_step(store, BOB)
        assert (step.attempt_count, step.epoch) == (2, 2)
        assert [each.error for each in await store.history(RUN)] == [BROKEN, None]

    async def test_a_step_that_stays_with_its_run_is_not_claimed_until_it_is_given_to_workers(
        self, stores: Stores
    ) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), stays())
        await stores.clock.advance("1h")
        assert await claimed_steps(store) == []
        assert await store.next_due((), [FUNCTION]) is None
        given = scheduled(0, 2, FailedAttempt(1, LOST))
        await make(store, moved("mail", given, was=StepStatus.RUNNING))
        step = await claimed_step(store, BOB)
        assert (step.attempt_count, step.epoch, step.owner) == (2, 1, "bob")
        assert [(each.attempt_count, each.error) for each in await store.history(RUN)] == [(1, LOST), (2, None)]

    async def test_finished_steps_are_not_claimed(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("done"), remote("failed"))
        assert await claimed_steps(store) == ["done", "failed"]
        await make(store, moved("done", was=StepStatus.RUNNING, step_epoch=1))
        await make(store, moved("failed", failed(), was=StepStatus.RUNNING, step_epoch=1))
        await stores.clock.advance(LONG)
        assert await claimed_steps(store) == []

    async def test_steps_of_ended_runs_are_not_claimed(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail"), created(OTHER, by=ANN), remote("other", run=OTHER), ended())
        assert await claimed_steps(store) == ["other"]

    async def test_only_remote_steps_are_claimed(self, stores: Stores) -> None:
        store = await stores.open()
        own = inserted("own", scheduled(0), rpc_name=FUNCTION)
        await make(store, created(by=ANN), own, nap(0), inserted("idle", pending(), rpc_name=FUNCTION))
        await stores.clock.advance("1h")
        assert await claimed_steps(store) == []

    async def test_a_claim_is_of_the_named_functions_only(self, stores: Stores) -> None:
        store = await stores.open()
        functions = ("email.send", "pay", "Email.Send")
        await make(store, created(by=ANN), *(remote(name, function=name) for name in functions))
        assert _keys(await store.claim_steps(BOB, ["pay", "unknown"], 10)) == ["pay"]
        assert await store.claim_steps(BOB, [], 10) == []
        assert await claimed_steps(store, function="email.send") == ["email.send"]
        assert _keys(await store.claim_steps(BOB, {*functions}, 10)) == ["Email.Send"]

    async def test_a_claim_tells_the_workflow_of_each_step(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), created(OTHER, by=ANN, workflow="billing"))
        await make(store, remote("mail"), remote("invoice", run=OTHER))
        claims = await store.claim_steps(BOB, [FUNCTION], 10)
        assert {each.step.key: each.workflow for each in claims} == {"mail": WORKFLOW, "invoice": "billing"}

    async def test_a_claim_may_be_of_the_named_workflows_only(self, stores: Stores) -> None:
        store = await stores.open()
        workflows = ("onboarding", "billing", "Onboarding")
        await make(store, *(created(run_id(n), by=ANN, workflow=name) for n, name in enumerate(workflows)))
        await make(store, *(remote(name, run=run_id(n)) for n, name in enumerate(workflows)))
        assert _keys(await store.claim_steps(BOB, [FUNCTION], 10, ["billing", "unknown"])) == ["billing"]
        assert list(await store.claim_steps(BOB, [FUNCTION], 10, [])) == []
        assert list(await store.claim_steps(BOB, ["pay"], 10, workflows)) == []
        assert sorted(_keys(await store.claim_steps(BOB, [FUNCTION], 10, {*workflows}))) == ["Onboarding", "onboarding"]

    async def test_a_step_of_another_workflow_is_left_for_others(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail"))
        assert list(await store.claim_steps(BOB, [FUNCTION], 10, ["billing"])) == []
        step = await step_of(store, "mail")
        assert (step.status, step.owner, step.epoch) == (StepStatus.SCHEDULED, None, 0)
        assert await claimed_steps(store) == ["mail"]

    async def test_steps_of_other_workflows_do_not_use_up_the_limit(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN, workflow="busy"), *(remote(f"busy {n}") for n in range(20)))
        await stores.clock.advance(1)
        await make(store, created(OTHER, by=ANN), remote("mail", run=OTHER))
        assert _keys(await store.claim_steps(BOB, [FUNCTION], 1, [WORKFLOW])) == ["mail"]

    async def test_the_steps_that_are_due_the_longest_are_claimed_first(self, stores: Stores) -> None:
        store = await stores.open()
        dues = {"third": 3_000, "first": 1_000, "second": 2_000}
        await make(store, created(by=ANN), *(remote(key, due_in) for key, due_in in dues.items()))
        await stores.clock.advance("10s")
        order = [key for _ in range(3) for key in await claimed_steps(store, limit=1)]
        assert order == ["first", "second", "third"]

    async def test_a_claim_takes_no_more_steps_than_its_limit(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), *(remote(f"mail {n}") for n in range(5)))
        first, second = await claimed_steps(store, limit=3), await claimed_steps(store, limit=3)
        assert (len(first), len(second)) == (3, 2)
        assert sorted(first + second) == [f"mail {n}" for n in range(5)]

    async def test_other_functions_do_not_use_up_the_limit(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), *(remote(f"busy {n}", function="busy") for n in range(20)))
        await stores.clock.advance(1)
        await make(store, remote("mail"))
        assert await claimed_steps(store, limit=1) == ["mail"]

    async def test_concurrent_claims_give_each_step_to_one(self, stores: Stores) -> None:
        mine, theirs = await stores.open(), await stores.open()
        runs = [run_id(number) for number in range(10)]
        await make(mine, *(created(run, by=ANN) for run in runs))
        await make(mine, *(remote(f"mail {n}", run=run) for run in runs for n in range(4)))
        claims = [_claim_all(store, Lease(f"worker {n}", TTL)) for n in range(4) for store in (mine, theirs)]
        taken = [step for each in await asyncio.gather(*claims) for step in each]
        assert sorted(taken) == sorted((run, f"mail {n}") for run in runs for n in range(4))


def _keys(claims: Sequence[ClaimedStep]) -> list[str]:
    return [each.step.key for each in claims]


async def _claim_all(store: Store, lease: Lease) -> list[tuple[str, str]]:
    taken: list[tuple[str, str]] = []
    while steps := await store.claim_steps(lease, [FUNCTION], 7):
        found = [(each.step.run_id, each.step.key) for each in steps]
        assert not set(taken) & set(found), "a step was claimed again under a lease that has not run out"
        taken += found
    return taken

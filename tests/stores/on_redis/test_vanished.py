"""A key that has vanished, because the server throws keys out or somebody has deleted it, hinders no other run."""

import pytest
from tests.stores.on_redis.surroundings import says

from pikku.model.change import Applied, Held, Refusal, Refused
from pikku.model.run import RunStatus
from pikku.ports.store import RunQuery, Store
from pikku.testing.contracts.scene import (
    ANN,
    FUNCTION,
    OTHER,
    RUN,
    WORKFLOW,
    claimed,
    created,
    ended,
    ids,
    inserted,
    make,
    moved,
    remote,
    run_of,
)


async def test_of_a_run_that_has_vanished_nothing_is_claimed_or_listed(
    store: Store, redis_url: str, redis_prefix: str
) -> None:
    await make(store, created(), created(OTHER))
    says(redis_url, "DEL", f"{{{redis_prefix}}}:run:{RUN}")
    for bare in (True, False):
        assert ids(await store.list_runs(RunQuery(bare=bare))) == [OTHER]
    assert await claimed(store) == [OTHER]
    assert await store.next_due([WORKFLOW], []) != 0


@pytest.mark.parametrize("workflows", [None, [WORKFLOW]])
async def test_of_a_run_that_has_vanished_no_step_is_claimed(
    store: Store, redis_url: str, redis_prefix: str, workflows: list[str] | None
) -> None:
    await make(store, created(by=ANN), created(OTHER, by=ANN), remote(), remote(run=OTHER))
    says(redis_url, "DEL", f"{{{redis_prefix}}}:run:{RUN}")
    assert [each.step.run_id for each in await store.claim_steps(ANN, [FUNCTION], 9, workflows)] == [OTHER]
    assert await store.next_due([], [FUNCTION]) != 0


@pytest.mark.parametrize("kind", ["steps", "open"])
async def test_a_batch_is_made_whole_although_steps_have_vanished(
    store: Store, redis_url: str, redis_prefix: str, kind: str
) -> None:
    await make(store, created(by=ANN), created(OTHER, by=ANN), remote(), remote(run=OTHER))
    says(redis_url, "DEL", f"{{{redis_prefix}}}:{kind}:{RUN}")
    assert await store.next_due([], [FUNCTION], besides=ANN.owner) == 0
    assert store.renew(ANN, [Held(RUN, 0, "mail")]) == [Held(RUN, 0, "mail")]
    assert [each.step.run_id for each in await store.claim_steps(ANN, [FUNCTION], 9)] == [OTHER]

    gone, made = await store.apply([moved("mail"), inserted("pay", run=OTHER)])
    assert gone == Refused(Refusal.MISSING)
    assert isinstance(made, Applied)
    await make(store, ended(), ended(run=OTHER))
    assert (await run_of(store)).status is (await run_of(store, OTHER)).status is RunStatus.COMPLETED

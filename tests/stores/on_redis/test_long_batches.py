"""A batch that is too long for a server is refused before it is sent, and its changes are then written one by one."""

import pytest

from pikku import Pikku, Services, WorkflowContext, WorkflowService, workflow_func
from pikku.model.errors import StoreError
from pikku.stores.redis import RedisStore, packing
from pikku.testing.contracts.scene import created, json, run_id

LIMIT = 20_000


@pytest.fixture
def _short_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "LONGEST_BATCH", LIMIT)


@workflow_func
async def large(ctx: WorkflowContext[Services], data: int) -> int:
    return len(await ctx.workflow.do("large", lambda: "x" * (LIMIT // 2)))


@pytest.mark.usefixtures("_short_batches")
async def test_nothing_of_it_is_written(redis_url: str, redis_prefix: str) -> None:
    store = RedisStore(redis_url, prefix=redis_prefix)
    await store.open()
    runs = [run_id(number) for number in range(3)]
    with pytest.raises(StoreError, match=r"a batch of 3 changes has .* at most 20000 at once; write fewer"):
        await store.apply([created(run, input_json=json("x" * (LIMIT // 2))) for run in runs])
    assert await store.load(runs) == []
    await store.close()


@pytest.mark.usefixtures("_short_batches")
async def test_runs_with_large_results_go_on_all_the_same(redis_url: str, redis_prefix: str) -> None:
    app = Pikku()
    app.wire_workflow(name="large", func=large)
    async with app.connect(WorkflowService(RedisStore(redis_url, prefix=redis_prefix))) as pikku:
        handles = [await pikku.start(large, number) for number in range(10)]
        assert [await handle.result("30s") for handle in handles] == [LIMIT // 2] * 10

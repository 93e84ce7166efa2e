"""Listing runs, newest first, page by page."""

from pikku.model.ids import RunId
from pikku.model.run import RunStatus
from pikku.ports.store import RunQuery, Store
from pikku.testing.contracts.scene import (
    ANN,
    NOBODY,
    OTHER,
    RUN,
    created,
    ended,
    ids,
    inserted,
    make,
    pending,
    run_id,
    run_of,
)
from pikku.testing.contracts.stores import Stores


class ListingContract:
    """list_runs."""

    async def test_an_empty_store_lists_nothing(self, stores: Stores) -> None:
        store = await stores.open()
        assert list(await store.list_runs(RunQuery())) == []

    async def test_the_newest_comes_first_whatever_its_id(self, stores: Stores) -> None:
        store = await stores.open()
        for number in (2, 1, 3):
            await make(store, created(run_id(number)))
            await stores.clock.advance("1s")
        assert await _listed(store) == [run_id(3), run_id(1), run_id(2)]

    async def test_runs_of_one_instant_are_listed_by_id(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, *(created(run_id(number)) for number in (2, 4, 1, 3)))
        assert await _listed(store) == [run_id(4), run_id(3), run_id(2), run_id(1)]

    async def test_listed_runs_are_as_readers_get_them(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN, tags=("a", "b")), created(OTHER, by=ANN), ended(run=OTHER))
        await stores.clock.advance("1s")
        await make(store, inserted("pay", pending()))
        assert list(await store.list_runs(RunQuery())) == [await run_of(store, OTHER), await run_of(store)]

    async def test_by_id(self, stores: Stores) -> None:
        store = await _with_runs(stores, 5)
        assert await _listed(store, run_ids=[run_id(1), NOBODY, run_id(3)]) == [run_id(3), run_id(1)]
        assert await _listed(store, run_ids={NOBODY}) == []

    async def test_by_status(self, stores: Stores) -> None:
        store = await stores.open()
        for number, status in enumerate(RunStatus):
            await make(store, created(run_id(number), by=ANN))
            if status.ended:
                await make(store, ended(status, run_id(number)))
        for number, status in enumerate(RunStatus):
            assert await _listed(store, statuses=[status]) == [run_id(number)]
        assert await _listed(store, statuses={RunStatus.RUNNING, RunStatus.FAILED}) == [run_id(2), run_id(0)]
        assert len(await _listed(store, statuses=[])) == 4

    async def test_by_workflow(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(RUN, workflow="billing"), created(OTHER, workflow="Billing"))
        assert await _listed(store, workflow="billing") == [RUN]
        assert await _listed(store, workflow="bill") == []

    async def test_by_tags_all_of_which_must_be_there(self, stores: Stores) -> None:
        store = await stores.open()
        tags = ((), ("vip",), ("vip", "eu"), ("eu",), ("vip2", "EU"), ('vip","eu',))
        await make(store, *(created(run_id(number), tags=each) for number, each in enumerate(tags)))
        assert await _listed(store, tags=["vip"]) == [run_id(2), run_id(1)]
        assert await _listed(store, tags=["eu", "vip"]) == [run_id(2)]
        assert await _listed(store, tags={"eu"}) == [run_id(3), run_id(2)]
        assert await _listed(store, tags=["unknown", "vip"]) == []
        assert await _listed(store, tags=["vi%"]) == []
        assert await _listed(store, tags=['vip","eu']) == [run_id(5)]

    async def test_by_time_of_creation_from_and_until(self, stores: Stores) -> None:
        store = await _with_runs(stores, 5)
        times = {run.run_id: run.created_ms for run in await store.list_runs(RunQuery())}
        second, fourth = times[run_id(1)], times[run_id(3)]
        assert await _listed(store, created_from=second) == [run_id(n) for n in (4, 3, 2, 1)]
        assert await _listed(store, created_from=second + 1) == [run_id(n) for n in (4, 3, 2)]
        assert await _listed(store, created_until=fourth) == [run_id(n) for n in (2, 1, 0)]
        assert await _listed(store, created_until=fourth + 1) == [run_id(n) for n in (3, 2, 1, 0)]
        assert await _listed(store, created_from=second, created_until=fourth) == [run_id(2), run_id(1)]
        assert await _listed(store, created_from=fourth, created_until=second) == []
        assert await _listed(store, created_from=0) == [run_id(n) for n in (4, 3, 2, 1, 0)]
        assert await _listed(store, created_until=0) == []

    async def test_all_conditions_hold_together(self, stores: Stores) -> None:
        store = await stores.open()
        await make(
            store,
            created(run_id(1), by=ANN, workflow="billing", tags=("vip",)),
            created(run_id(2), by=ANN, workflow="billing", tags=("vip",)),
            created(run_id(3), by=ANN, workflow="billing"),
            created(run_id(4), by=ANN, tags=("vip",)),
            ended(run=run_id(1)),
            ended(run=run_id(3)),
            ended(run=run_id(4)),
        )
        done = [RunStatus.COMPLETED]
        assert await _listed(store, workflow="billing", tags=["vip"], statuses=done) == [run_id(1)]
        assert await _listed(store, workflow="billing", tags=["vip"], statuses=done, run_ids=[run_id(2)]) == []

    async def test_a_page_has_at_most_its_limit(self, stores: Stores) -> None:
        store = await _with_runs(stores, 5)
        assert await _listed(store, limit=2) == [run_id(4), run_id(3)]
        assert await _listed(store, limit=5) == await _listed(store, limit=50)

    async def test_a_page_has_a_hundred_runs_unless_told_otherwise(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, *(created(run_id(number)) for number in range(105)))
        assert len(await _listed(store)) == 100

    async def test_paging_loses_and_doubles_nothing(self, stores: Stores) -> None:
        store = await stores.open()
        # Ten runs of each instant, so that pages end in the midst of an instant.
        for first in range(0, 250, 10):
            await make(store, *(created(run_id(number)) for number in range(first, first + 10)))
            await stores.clock.advance(1)
        assert await _all_pages(store, limit=7) == [run_id(number) for number in reversed(range(250))]

    async def test_paging_goes_on_when_runs_come_and_go(self, stores: Stores) -> None:
        store = await _with_runs(stores, 6)
        first = await _listed(store, statuses=[RunStatus.RUNNING], limit=2)
        await make(store, ended(run=first[-1], epoch=0), created(run_id(50)))
        rest = await _listed(store, statuses=[RunStatus.RUNNING], before=first[-1])
        assert (first, rest) == ([run_id(5), run_id(4)], [run_id(n) for n in (3, 2, 1, 0)])

    async def test_pages_of_a_selection(self, stores: Stores) -> None:
        store = await stores.open()
        names = ("billing", "other")
        await make(store, *(created(run_id(n), workflow=names[n % 2], tags=("a",)) for n in range(40)))
        found = await _all_pages(store, limit=3, workflow="billing", tags=["a"])
        assert found == [run_id(number) for number in reversed(range(0, 40, 2))]

    async def test_there_is_nothing_after_the_last_page_or_an_unknown_run(self, stores: Stores) -> None:
        store = await _with_runs(stores, 3)
        assert await _listed(store, before=run_id(0)) == []
        assert await _listed(store, before=NOBODY) == []


async def _listed(store: Store, **query: object) -> list[RunId]:
    return ids(await store.list_runs(RunQuery(**query)))  # type: ignore[arg-type]


async def _all_pages(store: Store, *, limit: int, **query: object) -> list[RunId]:
    found: list[RunId] = []
    last: RunId | None = None
    while page := await _listed(store, limit=limit, before=last, **query):
        assert len(page) <= limit
        assert not set(page) & set(found), "a run is on two pages"
        found += page
        last = page[-1]
    return found


async def _with_runs(stores: Stores, count: int) -> Store:
    """A store with runs number 0, 1, …, each created a second after the one before."""
    store = await stores.open()
    for number in range(count):
        await stores.clock.advance("1s")
        await make(store, created(run_id(number)))
    return store

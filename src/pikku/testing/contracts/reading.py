"""Reading a run."""

from pikku.model.step import StepStatus
from pikku.testing.contracts.scene import (
    ANN,
    NOBODY,
    OTHER,
    RUN,
    claimed_steps,
    created,
    ended,
    inserted,
    make,
    moved,
    nap,
    pending,
    remote,
    run_id,
    run_of,
    running,
    scheduled,
    snapshot,
)
from pikku.testing.contracts.stores import Stores


class ReadingContract:
    """load and get_run."""

    async def test_an_unknown_run_is_none(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created())
        assert await store.get_run(NOBODY) is None

    async def test_loading_leaves_unknown_runs_out(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(RUN), created(OTHER))
        found = await store.load([NOBODY, OTHER, run_id(77), RUN])
        assert {each.run.run_id for each in found} == {RUN, OTHER}
        assert len(found) == 2
        assert list(await store.load([NOBODY])) == []
        assert list(await store.load([])) == []

    async def test_a_loaded_run_comes_with_all_its_steps_by_key(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(RUN, by=ANN), created(OTHER, by=ANN))
        await make(store, inserted("a"), inserted("b", pending()), nap(1_000), remote("mail"))
        await make(store, inserted("theirs", run=OTHER))
        found = {each.run.run_id: each for each in await store.load([OTHER, RUN])}
        assert {run: set(each.steps) for run, each in found.items()} == {
            RUN: {"a", "b", "nap", "mail"},
            OTHER: {"theirs"},
        }
        assert all(step.key == key and step.run_id == RUN for key, step in found[RUN].steps.items())

    async def test_of_a_run_only_the_named_steps_may_be_loaded(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("a"), inserted("b"), remote("mail"))
        whole = await snapshot(store)
        (found,) = await store.load([RUN], {RUN: ["mail", "a", "unknown", "a", "\x00"]})
        assert found.steps == {"a": whole.steps["a"], "mail": whole.steps["mail"]}
        assert (found.run, found.now) == (whole.run, whole.now)

    async def test_a_run_may_be_loaded_without_its_steps(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("a"))
        (found,) = await store.load([RUN], {RUN: ()})
        assert (found.run.run_id, found.run.owner, found.steps) == (RUN, "ann", {})

    async def test_runs_whose_steps_are_not_named_are_loaded_with_all_of_them(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(RUN, by=ANN), created(OTHER, by=ANN))
        await make(store, inserted("a"), inserted("b"), inserted("a", run=OTHER), inserted("b", run=OTHER))
        found = await store.load([RUN, OTHER, NOBODY], {RUN: {"b"}, NOBODY: {"b"}})
        assert {each.run.run_id: set(each.steps) for each in found} == {RUN: {"b"}, OTHER: {"a", "b"}}
        assert len(await store.load([RUN], {OTHER: {"b"}})) == 1
        assert set((await snapshot(store)).steps) == {"a", "b"}

    async def test_the_named_steps_of_an_ended_run_can_be_loaded(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("a"), inserted("b"), ended())
        (found,) = await store.load([RUN], {RUN: ["b"]})
        assert set(found.steps) == {"b"}

    async def test_named_steps_are_as_another_store_left_them(self, stores: Stores) -> None:
        mine, theirs = await stores.open(), await stores.open()
        await make(mine, created(by=ANN), remote("mail"), remote("other"))
        await mine.load([RUN], {RUN: ["mail"]})
        await make(theirs, moved("mail"), moved("other"))
        (found,) = await mine.load([RUN], {RUN: ["mail"]})
        assert found.steps["mail"].status is StepStatus.SUCCEEDED

    async def test_a_run_without_steps_can_be_loaded(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created())
        assert (await snapshot(store)).steps == {}

    async def test_a_snapshot_tells_the_time_of_the_store(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created())
        await stores.clock.advance("1h")
        assert (await snapshot(store)).now == stores.clock.now()

    async def test_a_loaded_run_tells_who_owns_it(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN))
        run, read = (await snapshot(store)).run, await run_of(store)
        assert (run.owner, run.epoch, run.due_ms) == (read.owner, read.epoch, read.due_ms) == ("ann", 1, read.due_ms)

    async def test_a_run_waits_on_its_unfinished_steps(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN))
        assert (await run_of(store)).waiting_on == ()
        await make(
            store,
            inserted("scheduled", scheduled()),
            inserted("done"),
            inserted("running", running()),
            nap(1_000, "a nap"),
            inserted("pending", pending()),
        )
        assert (await run_of(store)).waiting_on == ("a nap", "pending", "running", "scheduled")
        await make(store, moved("running", was=StepStatus.RUNNING), moved("scheduled"))
        assert (await run_of(store)).waiting_on == ("a nap", "pending")
        await make(store, ended())
        assert (await run_of(store)).waiting_on == ()

    async def test_the_last_interaction_is_that_of_the_run_and_its_steps(self, stores: Stores) -> None:
        store, clock = await stores.open(), stores.clock
        await make(store, created(by=ANN), created(OTHER, by=ANN))
        born = clock.now()
        await clock.advance("1s")
        await make(store, inserted("pay", pending()), remote("mail"))
        assert (await run_of(store)).updated_ms == born + 1_000
        await clock.advance("1s")
        await make(store, moved("pay", was=StepStatus.PENDING))
        assert (await run_of(store)).updated_ms == born + 2_000
        await clock.advance("1s")
        await claimed_steps(store)
        assert (await run_of(store)).updated_ms == born + 3_000
        assert ((await run_of(store)).created_ms, (await run_of(store, OTHER)).updated_ms) == (born, born)

    async def test_another_store_reads_the_same(self, stores: Stores) -> None:
        mine, theirs = await stores.open(), await stores.open()
        await make(mine, created(by=ANN, tags=("a",)), inserted("pay"), nap(1_000))
        assert await theirs.get_run(RUN) == await mine.get_run(RUN)
        assert await snapshot(theirs) == await snapshot(mine)
        assert await theirs.history(RUN) == await mine.history(RUN)
        await make(theirs, moved("nap"), ended())
        assert await snapshot(mine) == await snapshot(theirs)
        assert await run_of(mine) == await run_of(theirs)

"""A store of files loses its process or its disk at every operation."""

import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tests.stores.folder_scene import CLOCK, opened, state, state_of
from tests.stores.mortal_disk import FullDisk, Killed, MortalDisk, PowerLoss

from pikku.model.change import Change, FailedAttempt
from pikku.model.errors import StoreUnavailableError
from pikku.model.run import RunStatus
from pikku.ports.store import Store
from pikku.stores.file import FileStore
from pikku.testing.contracts.scene import (
    ANN,
    BOB,
    BROKEN,
    FUNCTION,
    OTHER,
    WORKFLOW,
    created,
    deleted,
    ended,
    inserted,
    make,
    moved,
    remote,
    run_id,
    run_of,
    scheduled,
    snapshot,
    why_not,
    woken,
)

OVER = run_id(5)

BEFORE: list[Change] = [
    created(by=ANN),
    created(OTHER, by=ANN),
    inserted("old", scheduled()),
    remote("mail", run=OTHER),
    remote("post", run=OTHER),
    created(OVER, by=ANN),
    inserted("pay", run=OVER),
    inserted("mail", run=OVER),
    ended(run=OVER),
]
BATCHES: dict[str, list[Change]] = {
    "a run": [created(run_id(7))],
    "a step": [inserted("pay")],
    "the first step of a run": [created(run_id(7), by=ANN), inserted("pay", run=run_id(7))],
    "a step with its attempt": [moved("old", scheduled(0, 2, FailedAttempt(1, BROKEN, 5)))],
    "many runs": [inserted("pay"), moved("old"), inserted("pay", run=OTHER), woken(OTHER), created(run_id(7))],
    "the end of a run": [ended(RunStatus.FAILED, OTHER, error=BROKEN)],
    "the deletion of a run": [deleted(OVER)],
    "a run in the place of another": [deleted(OVER), created(OVER, by=ANN), inserted("new", run=OVER), inserted("pay")],
}
Mortal = TypeVar("Mortal", bound=MortalDisk)

BREAKS = {"killed": MortalDisk, "power lost": PowerLoss}


@pytest.fixture(params=BREAKS)
def mortal(request: pytest.FixtureRequest) -> type[MortalDisk]:
    return BREAKS[request.param]


class TestCrash:
    """For every k: the process dies at its k-th operation on the disk."""

    @pytest.mark.parametrize("name", BATCHES)
    async def test_a_batch_is_there_wholly_or_not_at_all(
        self, name: str, mortal: type[MortalDisk], tmp_path: Path
    ) -> None:
        before, after = await _states(tmp_path, BATCHES[name])
        seen = []
        for folder, disk in _dying(tmp_path, mortal):
            returned = await _apply_until_death(folder, disk, BATCHES[name])
            seen.append(await state_of(folder))
            assert list((folder / ".new").iterdir()) == []
            assert not (folder / "journal.json").exists()
            assert _with_steps(folder) <= {path.stem for path in (folder / "runs").iterdir()}
            assert seen[-1] == after if returned else seen[-1] in (before, after)
            if returned:
                break
        assert seen[0] == before
        assert len(seen) > 4

    async def test_a_batch_that_was_finished_does_not_come_back(self, tmp_path: Path) -> None:
        folder, disk = tmp_path / "state", PowerLoss()
        async with opened(folder, disk) as store:
            await make(store, *BEFORE)
            await make(store, woken())
            await make(store, woken())
            disk.crash()
        async with opened(folder) as store:
            assert (await run_of(store)).wakes == 2

    async def test_a_claim_is_made_wholly_or_not_at_all(self, mortal: type[MortalDisk], tmp_path: Path) -> None:
        for folder, disk in _dying(tmp_path, mortal):
            await _begin(folder)
            returned = True
            async with opened(folder, disk) as store:
                disk.left = int(folder.name)
                try:
                    await store.claim_steps(BOB, [FUNCTION], 10)
                except Killed:
                    returned = False
                disk.crash()
            async with opened(folder) as store:
                owners = {step.owner for step in (await snapshot(store, OTHER)).steps.values()}
            assert owners == {"bob"} if returned else owners in ({None}, {"bob"})
            if returned:
                return

    async def test_who_redoes_a_batch_may_die_too(self, mortal: type[MortalDisk], tmp_path: Path) -> None:
        batch = BATCHES["many runs"]
        _, after = await _states(tmp_path, batch)
        for folder, disk in _dying(tmp_path, mortal):
            await _leave_journal(folder, batch)
            disk.left = int(folder.name)
            died = False
            store = FileStore(folder, clock=CLOCK, disk=disk)
            try:
                await store.open()
            except Killed:
                died = True
            disk.crash()
            await store.close()
            assert died or not (folder / "journal.json").exists()
            assert await state_of(folder) == after
            if not died:
                return

    @pytest.mark.parametrize(
        "verb", [state, lambda store: store.next_due([WORKFLOW], []), lambda store: store.apply([])]
    )
    async def test_who_finds_a_journal_redoes_it(self, verb: Callable[[Store], Any], tmp_path: Path) -> None:
        batch = BATCHES["many runs"]
        _, after = await _states(tmp_path, batch)
        folder = tmp_path / "state"
        await _begin(folder)
        async with opened(folder) as witness:
            await state(witness)
            await _leave_journal(folder, batch, begun=True)
            await verb(witness)
            assert not (folder / "journal.json").exists()
            assert await state(witness) == after

    async def test_setting_up_can_be_finished_by_another(self, mortal: type[MortalDisk], tmp_path: Path) -> None:
        for folder, disk in _dying(tmp_path, mortal):
            disk.left = int(folder.name)
            store = FileStore(folder, clock=CLOCK, disk=disk)
            died = False
            try:
                await store.open()
            except Killed:
                died = True
            disk.crash()
            await store.close()
            assert await state_of(folder) == [[]]
            if not died:
                return

    @pytest.mark.parametrize("name", BATCHES)
    async def test_a_full_disk_leaves_nothing_half_written(self, name: str, tmp_path: Path) -> None:
        before, after = await _states(tmp_path, BATCHES[name])
        for folder, disk in _dying(tmp_path, FullDisk):
            await _begin(folder)
            async with opened(folder, disk) as store:
                disk.left = int(folder.name)
                try:
                    await store.apply(BATCHES[name])
                except StoreUnavailableError as error:
                    assert "No space left" in str(error)  # noqa: PT017  every k-th operation, until one is not full
                    assert list((folder / ".new").iterdir()) == []
                    failed = True
                else:
                    failed = False
                disk.left = sys.maxsize
                found = await state(store)
                # Where there was no room to write, nothing has happened; a document that could not be moved in is redone.
                assert found in ([before, after] if disk.failed == "replace" else [before] if failed else [after])
                assert found == await state_of(folder)
                await store.apply(BATCHES[name])
                assert await why_not(store, woken()) is None
            if not failed:
                return

    async def test_what_a_dead_process_was_writing_is_cleaned_up(self, tmp_path: Path) -> None:
        folder = tmp_path / "state"
        await _begin(folder)
        before = await state_of(folder)
        (folder / ".new" / "0.json").write_text('{"run_id"')
        assert await state_of(folder) == before
        assert list((folder / ".new").iterdir()) == []


async def _states(tmp_path: Path, batch: list[Change]) -> tuple[list[Any], list[Any]]:
    folder = tmp_path / "undisturbed"
    await _begin(folder)
    before = await state_of(folder)
    async with opened(folder) as store:
        await make(store, *batch)
    return before, await state_of(folder)


async def _begin(folder: Path) -> None:
    async with opened(folder) as store:
        await make(store, *BEFORE)


def _with_steps(folder: Path) -> set[str]:
    return {path.name for path in (folder / "steps").iterdir() if any(path.iterdir())}


def _dying(tmp_path: Path, mortal: type[Mortal]) -> Iterator[tuple[Path, Mortal]]:
    return ((tmp_path / str(left), mortal()) for left in count())


async def _apply_until_death(folder: Path, disk: MortalDisk, batch: list[Change]) -> bool:
    await _begin(folder)
    async with opened(folder, disk) as store:
        disk.left = int(folder.name)
        try:
            await make(store, *batch)
        except Killed:
            return False
        finally:
            disk.crash()
    return True


async def _leave_journal(folder: Path, batch: list[Change], *, begun: bool = False) -> None:
    """Die right after the journal has been written and one document replaced."""
    if not begun:
        await _begin(folder)
    for left in count():
        disk = MortalDisk()
        async with opened(folder, disk) as store:
            disk.left = left
            with pytest.raises(Killed):
                await make(store, *batch)
        if (folder / "journal.json").exists() and disk.done.count("replace") == 2:
            return
        if (folder / "journal.json").exists():
            (folder / "journal.json").unlink()

"""What is particular to files: layout, names, what people do to them, and damage."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.stores.folder_scene import CLOCK, document, made, names, opened, run_path, state, state_of, step_path

from pikku.model.change import Applied, FailedAttempt, Held, Refusal
from pikku.model.errors import ForeignStoreError, NewerStoreError, StoreError, StoreUnavailableError
from pikku.model.ids import RunId
from pikku.model.payload import Json
from pikku.ports.store import RunQuery
from pikku.stores.file import FileStore
from pikku.stores.file.written_time import read_time, write_time
from pikku.testing.contracts.scene import (
    ANN,
    BOB,
    BROKEN,
    FUNCTION,
    OTHER,
    RUN,
    WORKFLOW,
    claimed,
    created,
    ended,
    every_change_of,
    inserted,
    json,
    make,
    moved,
    remote,
    run_of,
    scheduled,
    snapshot,
    succeeded,
    why_not,
    woken,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
async def store(folder: Path) -> AsyncIterator[FileStore]:
    async with opened(folder) as store:
        yield store


class TestDocuments:
    async def test_a_run_is_a_readable_document(self, folder: Path, store: FileStore) -> None:
        data = json({"who": "Ada", "tags": [], "n": 10**30})
        await make(store, created(by=ANN, input_json=data, tags=("a",)), ended(output_json=Json("null")))
        run = await run_of(store)
        found = document(run_path(folder))
        assert found == {
            "run_id": RUN,
            "workflow": WORKFLOW,
            "status": "completed",
            "mode": "inline",
            "tags": ["a"],
            "input": {"who": "Ada", "tags": [], "n": 10**30},
            "output": None,
            "created_at": run.created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "updated_at": found["created_at"],
            "completed_at": found["created_at"],
            "epoch": 1,
        }
        assert '\n  "workflow": "onboarding",\n' in run_path(folder).read_text()

    async def test_a_step_is_one_document_with_its_attempts(self, folder: Path, store: FileStore) -> None:
        again = scheduled(0, 2, FailedAttempt(1, BROKEN, 5))
        await make(store, created(by=ANN), inserted("pay it", again, data_json=Json("null")))
        assert "result" not in document(step_path(folder, "pay it"))
        await make(store, moved("pay it", succeeded({"id": 1.50}, 2), attempt=2))
        found = document(step_path(folder, "pay it"))
        assert (found["key"], found["data"], found["result"]) == ("pay it", None, {"id": 1.5})
        assert [(each["attempt_count"], each["error"]["message"]) for each in found["attempts"]] == [(1, "it broke")]
        (path,) = (folder / "steps" / RUN).iterdir()
        assert path.name.startswith("pay-it~")

    async def test_hostile_keys_stay_in_their_folder(self, folder: Path, store: FileStore) -> None:
        keys = [
            "../../../x",
            "/etc/x",
            "a/b",
            "a\\b",
            "\0",
            "",
            ".",
            "..",
            "A",
            "a",
            "x" * 5_000,
            "長" * 999,
            "\x1b[2J",
        ]
        await make(store, created(by=ANN), *(inserted(key, position=at) for at, key in enumerate(keys)))
        names = [path.name for path in (folder / "steps" / RUN).iterdir()]
        assert len({name.casefold() for name in names}) == len(keys)
        assert all(name.isascii() and len(name) < 80 and "/" not in name for name in names)
        assert [path.name for path in folder.parent.iterdir()] == [folder.name]

    @pytest.mark.parametrize("bad", ["../runs/x", "", ".", "a/b", "a\0b", "x" * 200, "長", "a.json", "-rf", "~", "/x"])
    async def test_an_id_that_is_no_plain_name_is_no_run(self, bad: str, store: FileStore) -> None:
        hostile = RunId(bad)
        assert (await store.get_run(hostile), await store.load([hostile]), await store.history(hostile)) == (
            None,
            [],
            [],
        )
        assert list(await store.list_runs(RunQuery(run_ids=[hostile]))) == []
        assert store.renew(ANN, [Held(hostile, 1)]) == [Held(hostile, 1)]
        for change in every_change_of(hostile):
            assert await why_not(store, change) is Refusal.MISSING
        with pytest.raises(StoreError, match="cannot be the id of a run"):
            await store.apply([created(), created(hostile)])
        assert await store.get_run(RUN) is None

    @pytest.mark.parametrize("text", ["nope", '"\\ud800"', "[" * 980 + "]" * 980])
    async def test_what_no_document_can_hold_is_refused_whole(self, text: str, store: FileStore) -> None:
        with pytest.raises(StoreError, match="nothing was written"):
            await store.apply([created(OTHER), created(input_json=Json(text))])
        assert await store.list_runs(RunQuery()) == []

    @pytest.mark.parametrize("unix_ms", [0, 1, -1, 1_762_162_200_250, -(10**12), 10**14, 10**17, -(10**17)])
    def test_times_come_back_to_the_millisecond(self, unix_ms: int) -> None:
        assert read_time(write_time(unix_ms)) == unix_ms

    def test_times_are_readable(self) -> None:
        assert write_time(1_762_162_200_250) == "2025-11-03T09:30:00.250Z"
        assert read_time("2025-11-03T10:30:00.250+01:00") == 1_762_162_200_250


class TestFolder:
    async def test_a_new_folder_is_marked(self, folder: Path, store: FileStore) -> None:
        assert document(folder / "pikku.json") == {"application": "pikku", "version": 1}

    async def test_an_empty_folder_is_taken(self, folder: Path) -> None:
        assert await state_of(made(folder)) == [[]]

    @pytest.mark.parametrize("name", ["notes.txt", ".git", "runs/mine", "journal.json"])
    async def test_a_folder_of_something_else_is_left_alone(self, name: str, folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text("mine")
        before = names(folder)
        with pytest.raises(ForeignStoreError, match="not a store of Pikku"):
            await FileStore(folder).open()
        assert names(folder) == before

    @pytest.mark.parametrize("text", ['{"application": "mikku", "version": 1}', '{"store": "memory://"}', "[]", ""])
    async def test_a_marker_of_something_else_is_left_alone(self, text: str, folder: Path) -> None:
        (made(folder) / "pikku.json").write_text(text)
        with pytest.raises(ForeignStoreError):
            await FileStore(folder).open()
        assert names(folder) == ["pikku.json"]

    async def test_a_newer_store_is_left_alone(self, folder: Path) -> None:
        (made(folder) / "pikku.json").write_text('{"application": "pikku", "version": 2, "more": 1}')
        with pytest.raises(NewerStoreError, match="version 2"):
            await FileStore(folder).open()
        assert names(folder) == ["pikku.json"]

    async def test_a_file_is_no_store(self, folder: Path) -> None:
        path = made(folder) / "notes.txt"
        path.write_text("mine")
        with pytest.raises(ForeignStoreError, match="a file"):
            await FileStore(path).open()
        assert path.read_text() == "mine"

    async def test_the_parent_must_exist(self, folder: Path) -> None:
        with pytest.raises(StoreUnavailableError, match="make it first"):
            await FileStore(folder / "deeper").open()
        assert names(folder.parent) == []

    async def test_a_store_that_never_was_open_can_be_closed(self, folder: Path) -> None:
        await FileStore(folder).close()
        assert names(folder.parent) == []

    async def test_without_file_locks_it_says_what_to_use(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "fcntl", None)
        with pytest.raises(StoreError, match="sqlite:///"):
            await FileStore(folder).open()
        assert names(folder.parent) == []

    async def test_a_folder_that_vanishes_is_told(self, folder: Path, store: FileStore) -> None:
        await make(store, created(by=ANN))
        shutil.rmtree(folder)
        for _ in range(2):
            with pytest.raises(StoreUnavailableError, match=str(folder)):
                await store.apply([woken()])

    async def test_a_folder_that_cannot_be_written_is_told(self) -> None:
        # Not even root may make a folder there.
        with pytest.raises(StoreUnavailableError, match=r"not permitted|denied|Read-only"):
            await FileStore("/sys/pikku-state").open()


class TestDamage:
    @pytest.mark.parametrize("text", ["", "{", '{"run_id": 1}', "\udcff", "[" * 3000, '{"run_id": "other"}'])
    async def test_a_damaged_run_hinders_only_itself(self, text: str, folder: Path, store: FileStore) -> None:
        await make(store, created(), created(OTHER))
        good = run_path(folder).read_bytes()
        run_path(folder).write_text(text, errors="surrogateescape")
        for verb in (store.get_run(RUN), store.load([RUN]), store.history(RUN), store.apply([woken()])):
            with pytest.raises(StoreError, match=rf"{RUN}\.json cannot be read: .*backup"):
                await verb
        with pytest.raises(StoreError, match="cannot be read"):
            await store.list_runs(RunQuery())
        assert [run.run_id for run in await store.list_runs(RunQuery(run_ids=[OTHER]))] == [OTHER]
        assert (await run_of(store, OTHER)).waiting_on == ()
        assert await claimed(store) == [OTHER]
        assert store.renew(BOB, [Held(RUN, 1), Held(OTHER, 1)]) == [Held(RUN, 1)]
        run_path(folder).write_bytes(good)
        assert (await run_of(store)).run_id == RUN

    async def test_a_damaged_step_hinders_only_its_run(self, folder: Path, store: FileStore) -> None:
        await make(store, created(by=ANN), created(OTHER, by=ANN), remote("mail"), remote("mail", run=OTHER))
        step_path(folder, "mail").write_text("{")
        for verb in (store.get_run(RUN), store.load([RUN]), store.history(RUN), store.apply([inserted("pay")])):
            with pytest.raises(StoreError, match=r"mail~[0-9a-f]+\.json cannot be read"):
                await verb
        assert [each.step.run_id for each in await store.claim_steps(BOB, [FUNCTION], 10)] == [OTHER]
        assert await store.next_due([], [FUNCTION]) == BOB.ttl_ms

    async def test_a_copied_document_is_not_taken_for_another(self, folder: Path, store: FileStore) -> None:
        await make(store, created(by=ANN), inserted("pay"))
        shutil.copy(run_path(folder), run_path(folder, OTHER))
        shutil.copy(step_path(folder), step_path(folder, "more"))
        with pytest.raises(StoreError, match=f"it is of run '{RUN}'"):
            await store.get_run(OTHER)
        with pytest.raises(StoreError, match="it is of step 'pay'"):
            await store.get_run(RUN)

    async def test_other_files_are_not_looked_at(self, folder: Path, store: FileStore) -> None:
        await make(store, created(by=ANN), inserted("pay"))
        for name in (f"runs/{RUN}.json~", "runs/.x.json.swp", f"steps/{RUN}/notes.txt", f"steps/{RUN}/pay.json"):
            (folder / name).write_text("notes")
        (folder / "runs" / "old").mkdir()
        assert await state(store) == await state_of(folder)

    @pytest.mark.parametrize("text", ["{", '{"documents": {"../../x": {}}}', '{"documents": {"runs/../x.json": {}}}'])
    async def test_a_damaged_journal_is_told(self, text: str, folder: Path, store: FileStore) -> None:
        (folder / "journal.json").write_text(text)
        with pytest.raises(StoreError, match=r"journal\.json cannot be read"):
            await store.get_run(RUN)
        (folder / "journal.json").unlink()
        assert await store.get_run(RUN) is None

    async def test_a_damaged_run_does_not_hinder_the_batches_of_others(self, folder: Path, store: FileStore) -> None:
        await make(store, created(by=ANN), created(OTHER, by=ANN))
        run_path(folder).write_text("{")
        with pytest.raises(StoreError):
            await store.get_run(RUN)
        batches = [store.apply([woken(OTHER)]), store.apply([woken()]), store.apply([woken(OTHER)])]
        first, second, third = await asyncio.gather(*batches, return_exceptions=True)
        assert isinstance(second, StoreError)
        assert first == third == [Applied(CLOCK.now())]
        assert (await run_of(store, OTHER)).wakes == 2


class TestByHand:
    """People look at files, and change them."""

    async def test_an_edited_document_is_read_again(self, folder: Path, store: FileStore) -> None:
        await make(store, created(by=ANN), inserted("pay", succeeded("yes")))
        for path, old, new in ((run_path(folder), "onboarding", "billing"), (step_path(folder), "yes", "certainly")):
            path.write_text(path.read_text().replace(old, new))
        found = await snapshot(store)
        assert (found.run.workflow, found.steps["pay"].result_json) == ("billing", '"certainly"')

    async def test_a_run_that_was_moved_away_is_gone(self, folder: Path, store: FileStore) -> None:
        await make(store, created(), created(OTHER), inserted("pay", epoch=0))
        await asyncio.sleep(0.02)  # the time of a folder is as fine as the kernel's tick
        run_path(folder).unlink()
        shutil.rmtree(folder / "steps" / RUN)
        assert await claimed(store) == [OTHER]
        assert await store.get_run(RUN) is None
        assert await why_not(store, created(by=ANN)) is None
        assert (await snapshot(store)).steps == {}
        assert await why_not(store, inserted("pay")) is None

    async def test_steps_of_a_run_that_is_gone_are_in_the_way(self, folder: Path, store: FileStore) -> None:
        await make(store, created(by=ANN), inserted("pay"))
        run_path(folder).unlink()
        assert await store.get_run(RUN) is None
        with pytest.raises(StoreError, match="is in the way"):
            await store.apply([created(by=ANN)])

"""A store of files reads little, writes together, and shares its folder with other processes."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.stores.folder_scene import CLOCK, locked, opened, state
from tests.stores.mortal_disk import MortalDisk

from pikku.model.change import Applied, Held, Refusal, Refused
from pikku.ports.store import Hint, RunQuery, Store
from pikku.stores.file import FileStore, disk, recent, shelf, step_shelf, writer
from pikku.stores.file.disk import Mark, read
from pikku.stores.file.layout import step_file
from pikku.testing.contracts.scene import (
    ANN,
    FUNCTION,
    NOBODY,
    OTHER,
    RUN,
    WORKFLOW,
    claimed,
    claimed_steps,
    created,
    ended,
    inserted,
    make,
    moved,
    remote,
    run_id,
    run_of,
    scheduled,
    snapshot,
    succeeded,
    woken,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
async def store(folder: Path) -> AsyncIterator[FileStore]:
    async with opened(folder) as store:
        yield store


class Reads:
    """Counts the documents that are read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._paths: list[str] = []
        for module in (shelf, step_shelf):
            monkeypatch.setattr(module, "read", self._read)

    def taken(self) -> list[str]:
        """The names of the files read since the last call."""
        paths, self._paths = self._paths, []
        return sorted(os.path.basename(path) for path in paths)

    def _read(self, path: str) -> tuple[bytes, Mark] | None:
        self._paths.append(path)
        return read(path)


class TestCache:
    async def test_nothing_is_read_twice(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        async with opened(folder) as store:
            await make(
                store,
                *(created(run_id(n)) for n in range(50)),
                *(remote("a", 0, run_id(n), epoch=0) for n in range(50)),
            )
        reads = Reads(monkeypatch)
        async with opened(folder) as store:
            assert len(await claimed_steps(store, limit=100)) == 50
            assert len(reads.taken()) == 100
            await claimed(store, limit=10)
            await claimed_steps(store)
            await state(store)
            await store.next_due([WORKFLOW], [FUNCTION])
            assert reads.taken() == []

    async def test_what_another_process_wrote_is_read_and_no_more(
        self, folder: Path, store: FileStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await make(store, *(created(run_id(n), by=ANN) for n in range(20)), inserted("a", run=run_id(3)))
        await state(store)
        async with opened(folder) as other:
            reads = Reads(monkeypatch)
            await state(other)
            reads.taken()
            await make(other, woken(run_id(2)), inserted("b", run=run_id(3)), inserted("a", run=run_id(5)))
            assert reads.taken() == []
            assert await state(store) == await state(other)
            assert reads.taken() == sorted([f"{run_id(2)}.json", step_file("a"), step_file("b")])

    async def test_a_change_is_seen_even_where_the_file_system_shows_none(
        self, folder: Path, store: FileStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for module in (disk, shelf, step_shelf, writer):
            monkeypatch.setattr(module, "mark_of", lambda status: (0, 0, 0))
        async with opened(folder) as other:
            await make(store, created(by=ANN), inserted("nap", scheduled()))
            assert list((await snapshot(other)).steps) == ["nap"]
            for n in range(3):
                await make(store, woken())
                assert (await run_of(other)).wakes == n + 1
            await make(store, moved("nap", succeeded(7)))
            assert (await snapshot(other)).steps["nap"].result_json == "7"

    @pytest.mark.parametrize("longest", [0, 200, 1 << 20])
    async def test_stores_agree_when_the_list_of_changes_begins_anew(
        self, longest: int, folder: Path, store: FileStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(recent, "LONGEST", longest)
        async with opened(folder) as other:
            await make(store, created(by=ANN))
            for n in range(60):
                mine, theirs = (store, other) if n % 3 else (other, store)
                await make(mine, woken(), inserted(f"step#{n}", position=n))
                assert (await run_of(theirs)).wakes == n + 1
        assert (folder / ".lock").stat().st_size <= longest + 300 or longest == 1 << 20

    @pytest.mark.parametrize("text", [b"", b"runs/", b"0123456789abcdef\nruns/x", b"\0" * 100])
    async def test_a_list_that_a_dead_process_left_in_half_is_begun_anew(
        self, text: bytes, folder: Path, store: FileStore
    ) -> None:
        async with opened(folder) as other:
            await make(store, created(by=ANN))
            for n in range(1, 4):
                (folder / ".lock").write_bytes(text)
                await make(other, woken())
                assert (await run_of(store)).wakes == n

    async def test_steps_of_ended_runs_are_not_kept(self, store: FileStore) -> None:
        await make(store, created(by=ANN), created(OTHER, by=ANN), inserted("pay"), inserted("pay", run=OTHER), ended())
        await state(store)
        assert list(store._archive._shelf._steps) == [OTHER]


class TestTogether:
    async def test_what_waits_is_written_in_one_transaction(self, folder: Path) -> None:
        counting = MortalDisk()
        async with opened(folder, counting) as store:
            await make(store, created(by=ANN))
            counting.done.clear()
            with locked(folder):
                applies = [asyncio.create_task(store.apply([inserted(f"a{n}", position=n)])) for n in range(20)]
                await asyncio.sleep(0.05)
            assert await asyncio.gather(*applies) == [[Applied(CLOCK.now())]] * 20
            # The first one was already being made; the others share a journal.
            assert counting.done.count("unlink") == 1

    async def test_batches_are_made_in_the_order_in_which_they_were_given(self, store: FileStore) -> None:
        await make(store, created(by=ANN))
        applies = [store.apply([inserted("pay", succeeded(n))]) for n in range(5)]
        outcomes = await asyncio.gather(*applies)
        assert outcomes == [[Applied(CLOCK.now())], *[[Refused(Refusal.EXISTS)]] * 4]
        assert (await snapshot(store)).steps["pay"].result_json == "0"

    async def test_the_loop_does_not_wait_for_the_lock(self, folder: Path, store: FileStore) -> None:
        with locked(folder):
            reading = asyncio.create_task(store.get_run(RUN))
            await asyncio.sleep(0.05)
            assert not reading.done()
        assert await reading is None

    async def test_who_gives_up_before_his_turn_has_asked_for_nothing(self, folder: Path, store: FileStore) -> None:
        await make(store, created())
        with locked(folder):
            first = asyncio.create_task(store.get_run(RUN))
            claim = asyncio.create_task(store.claim_runs(ANN, [WORKFLOW], 1))
            await asyncio.sleep(0.05)
            claim.cancel()
            await asyncio.wait([claim])
        await first
        assert (await run_of(store)).owner is None

    async def test_a_lease_is_renewed_while_the_loop_is_blocked(self, store: FileStore) -> None:
        await make(store, created(by=ANN))
        lost: list[Any] = []
        thread = threading.Thread(target=lambda: lost.append(store.renew(ANN, [Held(RUN, 1), Held(NOBODY, 1)])))
        thread.start()
        thread.join()
        assert lost == [[Held(NOBODY, 1)]]

    async def test_closing_finishes_what_was_asked(self, folder: Path, store: FileStore) -> None:
        await make(store, created(by=ANN))
        applies = [asyncio.create_task(store.apply([inserted(f"a{n}")])) for n in range(5)]
        await asyncio.sleep(0)
        await store.close()
        assert await asyncio.gather(*applies) == [[Applied(CLOCK.now())]] * 5
        assert not [thread for thread in threading.enumerate() if thread.name == "pikku-files"]


class TestHints:
    async def test_our_changes_are_named_and_those_of_others_are_not(self, folder: Path, store: FileStore) -> None:
        heard: list[Hint] = []
        async with opened(folder) as other:
            listening = asyncio.create_task(_collect(store, heard))
            await asyncio.sleep(0.05)
            await make(store, created())
            await asyncio.sleep(0.3)
            assert heard == [frozenset({RUN})]
            await make(other, created(OTHER))
            await asyncio.sleep(0.3)
            assert heard == [frozenset({RUN}), frozenset()]
            await make(other, created(run_id(7), by=ANN), inserted("pay", run=run_id(7)))
            await asyncio.sleep(0.3)
            assert len(heard) == 2
            await make(other, woken())
            await make(store, woken(OTHER))
            await asyncio.sleep(0.3)
            assert frozenset() in heard[2:]
            listening.cancel()
            await asyncio.wait([listening])


async def _collect(store: Store, heard: list[Hint]) -> None:
    async for hint in store.hints():
        heard.append(hint)  # noqa: PERF401  a comprehension would give nothing before the end


WRITER = """
import asyncio, sys
from pikku.stores.file import FileStore
from pikku.testing.contracts.scene import *

async def write():
    store = FileStore(sys.argv[1])
    await store.open()
    for n in range(100_000):
        await make(store, created(run_id(n), by=ANN), inserted("a", run=run_id(n)), inserted("b", run=run_id(n)))
        print(n, flush=True)

asyncio.run(write())
"""

CLAIMER = """
import asyncio, sys
from pikku.stores.file import FileStore
from pikku.testing.clock import VirtualClock
from pikku.testing.contracts.scene import *

async def claim():
    store = FileStore(sys.argv[1], clock=VirtualClock())
    await store.open()
    while runs := await store.claim_runs(ANN, [WORKFLOW], 3):
        print(*ids(runs), sep="\\n", flush=True)
    await store.close()

asyncio.run(claim())
"""


class TestProcesses:
    async def test_what_was_acknowledged_survives_kill_9(self, folder: Path) -> None:
        for lines in (3, 20):
            shutil.rmtree(folder, ignore_errors=True)
            acknowledged = _kill_after(lines, folder)
            async with opened(folder) as store:
                found = await store.load([run_id(n) for n in range(acknowledged + 2)])
            assert len(found) in (acknowledged, acknowledged + 1)
            assert all(sorted(each.steps) == ["a", "b"] for each in found)

    async def test_processes_do_not_claim_the_same_run(self, folder: Path, store: FileStore) -> None:
        runs = [run_id(n) for n in range(60)]
        await make(store, *(created(run) for run in runs))
        assert sorted(_claimed_by_two_processes(folder)) == runs
        assert {run.owner for run in await store.list_runs(RunQuery())} == {"ann"}


def _claimed_by_two_processes(folder: Path) -> list[str]:
    command = [sys.executable, "-c", CLAIMER, str(folder)]
    claimers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    return "".join([claimer.communicate(timeout=60)[0] for claimer in claimers]).split()


def _kill_after(lines: int, folder: Path) -> int:
    """How many runs were acknowledged before the process was killed."""
    with subprocess.Popen([sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for _ in range(lines):
            assert writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        return lines + len(writer.stdout.readlines())

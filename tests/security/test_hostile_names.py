"""Names are data: to every store, to the file system, to SQL and Lua, and to the terminal of who looks at them."""

import asyncio
import sys
from pathlib import Path

import pytest
from tests.cli.surroundings import QUIET, Shop
from tests.security.hostile import INJECTIONS, OBEYED

from pikku import WorkflowService
from pikku.model.change import Lease
from pikku.model.errors import StoreError, UnknownRunError
from pikku.model.failure import Failure
from pikku.model.ids import RunId
from pikku.model.run import RunStatus
from pikku.stores.sqlite import SqliteStore
from pikku.testing import Stores
from pikku.testing.contracts.scene import created, ended, failed, inserted, json, remote, run_id

NAMES = [*INJECTIONS, *OBEYED]


async def test_a_hostile_run_id_is_refused_or_kept_and_leads_nowhere(stores: Stores, tmp_path: Path) -> None:
    store = await stores.open()
    await store.apply([created(run_id(1))])
    for name in NAMES:
        try:
            await store.apply([created(RunId(name))])
        except StoreError:
            assert await store.get_run(RunId(name)) is None
        else:
            found = await store.get_run(RunId(name))
            assert found is not None
            assert found.run_id == name
    assert _beside(tmp_path) == []
    assert await store.get_run(run_id(1)) is not None


@pytest.mark.parametrize("name", ["half a \ud800 pair", "a NUL \x00"])
async def test_a_name_that_not_every_store_could_hold_is_nobodys(stores: Stores, name: str) -> None:
    service = WorkflowService(await stores.open())
    await service.store.apply([created(run_id(1))])
    assert await service.get_run(name) is None
    assert await service.get_run_history(name) == []
    assert await service.list_runs(workflow=name) == await service.list_runs(before=name) == []
    assert await service.list_runs(tags=[name]) == await service.list_runs(tags=name) == []
    for end in (service.cancel_run, service.delete_run):
        with pytest.raises(UnknownRunError):
            await end(name)


def _beside(folder: Path) -> list[Path]:
    """What is in the folder of a test, and not in that of its store."""
    return [path for path in folder.rglob("*") if not path.relative_to(folder).parts[0].startswith("data-")]


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    """A store in which every name, value and message is hostile, and no application."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in QUIET:
        monkeypatch.delenv(name, raising=False)

    async def write() -> None:
        store = SqliteStore(tmp_path / "pikku.db")
        await store.open()
        for number, name in enumerate("".join(OBEYED[start::3]) for start in range(3)):
            run = RunId(f"{name}-{number}")
            error = Failure(type=name, message=name, code=name, stack=name)
            fields = {"workflow": name, "tags": (name,), "version": name, "input_json": json({name: name})}
            steps = [inserted(name, failed(error), run=run), inserted(f"{name}!", run=run), remote(name * 2, run=run)]
            await store.apply([created(run, by=Lease(name, 30_000), **fields), *steps])
            if number % 2:
                await store.apply([ended(RunStatus.FAILED, run, error=error)])
        await store.close()

    asyncio.run(write())
    return Shop(tmp_path, capsys)


def test_nothing_that_a_terminal_obeys_is_printed(scene: Shop) -> None:
    ids = [run.run_id for run in scene.runs()]
    commands = [
        ["runs"],
        ["runs", "--json"],
        ["runs", "--workflow", OBEYED[0]],
        ["show", OBEYED[1]],
        ["cancel", "no" + OBEYED[0]],
    ]
    for run in ids:
        commands += [["show", run, "--secrets", "--stack"], ["history", run], ["show", run, "--json"], ["cancel", run]]
    for command in commands:
        ran = scene.pikku(*command)
        assert not _obeyed(ran.out + ran.err), command


def _obeyed(text: str) -> set[str]:
    return set(text) & (set("".join(OBEYED)) - set("\n") - set(map(chr, range(32, 127))))

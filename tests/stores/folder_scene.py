"""One folder, and what is seen in it."""

import fcntl
import json as json_module
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pikku.model.ids import RunId
from pikku.ports.store import RunQuery, Store
from pikku.stores.file import FileStore
from pikku.stores.file.disk import Disk
from pikku.stores.file.layout import step_file
from pikku.testing.clock import VirtualClock
from pikku.testing.contracts.scene import (
    RUN,
)

CLOCK = VirtualClock()


@asynccontextmanager
async def opened(folder: Path, disk: Disk | None = None) -> AsyncIterator[FileStore]:
    store = FileStore(folder, clock=CLOCK, disk=disk)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


async def state_of(folder: Path) -> list[Any]:
    async with opened(folder) as store:
        return await state(store)


async def state(store: Store) -> list[Any]:
    runs = await store.list_runs(RunQuery())
    found = await store.load([run.run_id for run in runs])
    return [runs, *found, *[await store.history(run.run_id) for run in runs]]


def document(path: Path) -> Any:
    return json_module.loads(path.read_text())


def run_path(folder: Path, run: RunId = RUN) -> Path:
    return folder / "runs" / f"{run}.json"


def step_path(folder: Path, key: str = "pay", run: RunId = RUN) -> Path:
    return folder / "steps" / run / step_file(key)


class locked:  # noqa: N801  reads like a context manager function
    """Another process holds the lock."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / ".lock"

    def __enter__(self) -> None:
        self._file = self._path.open("rb")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def names(folder: Path) -> list[str]:
    """Everything that is in a folder, and in its folders."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))

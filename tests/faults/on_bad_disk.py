"""Runs on a store whose disk fails now and then: `python -m tests.faults.on_bad_disk file|sqlite FOLDER FLAG|FILLER`.

With a file below the folder, the disk is filled up with that; with one elsewhere, it is a sign to whoever makes the disk fail.
"""

import asyncio
import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.faults.crowd import crowd_on

from pikku.ports.store import Store
from pikku.stores.file import FileStore
from pikku.stores.sqlite import SqliteStore

STORMS, STORM_SECONDS = 4, 0.08

STORES: dict[str, Callable[[Path], Store]] = {
    "file": lambda folder: FileStore(folder / "runs"),
    "sqlite": lambda folder: SqliteStore(folder / "pikku.db"),
}


async def main(store: str, folder: Path, file: Path) -> None:
    """Say `right` if all runs have ended right."""
    told = _Told()
    logging.getLogger("pikku").addHandler(told)
    begin = _fill if file.is_relative_to(folder) else Path.touch
    async with crowd_on(STORES[store](folder), STORES[store](folder)) as crowd:
        await crowd.start()
        for _ in range(STORMS):
            begin(file)
            await asyncio.sleep(STORM_SECONDS)
            file.unlink()  # noqa: ASYNC240  takes no time
            await asyncio.sleep(STORM_SECONDS)
        await crowd.end_right()
    sys.stdout.write(f"right, after {told.count} warnings\n")


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as filler:
        for size in (1 << 16, 1):
            with suppress(OSError):
                while filler.write(bytes(size)):
                    pass


class _Told(logging.Handler):
    """Counts what people are told."""

    count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))

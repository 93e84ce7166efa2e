"""Notices that the source changes, by looking at it again and again."""

import asyncio
import time
from collections.abc import Iterable
from pathlib import Path

from pikku.inspector.listing import list_files
from pikku.inspector.project import Project

LOOK_EVERY_S = 0.25
SHARE = 10
"""Looking takes at most this part of the time, however many files there are."""

SETTINGS = ("pikku.config.json", "pyproject.toml")

_Stamp = tuple[int, int, int]


class Watch:
    """The Python files under a folder, and its settings."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seen = self._look()

    async def until_changed(self) -> None:
        """Return when something is not as it was when this was called last, and has come to rest."""
        while not await self._has_changed():
            pass
        while await self._has_changed():
            pass

    def expect(self, files: Iterable[Path]) -> None:
        """Take the files as they are now for what has been seen: these changes are our own."""
        names = {file.relative_to(self._root).as_posix() for file in files}
        now = self._look() if names else {}
        kept = {name: stamp for name, stamp in self._seen.items() if name not in names}
        self._seen = kept | {name: now[name] for name in names & now.keys()}

    async def _has_changed(self) -> bool:
        began = time.monotonic()
        now = await asyncio.to_thread(self._look)
        has_changed, self._seen = now != self._seen, now
        await asyncio.sleep(max(LOOK_EVERY_S, SHARE * (time.monotonic() - began)))
        return has_changed

    def _look(self) -> dict[str, _Stamp]:
        names = [*SETTINGS, *(each.file for each in list_files(Project(self._root)).files)]
        stamps = ((name, _stamp(self._root / name)) for name in names)
        return {name: stamp for name, stamp in stamps if stamp is not None}


def _stamp(file: Path) -> _Stamp | None:
    """Changes whenever the file is written or replaced."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino

"""What is inspected: folders and files under one root."""

from pathlib import Path

from msgspec import Struct

CACHE = Path(".pikku", "inspection.msgpack")
"""Where the command keeps what it has read, under the root."""


class Project(Struct, frozen=True):
    """`root` is the folder that places are relative to, and whose modules are followed.

    `sources` are the files and folders to inspect, absolute or relative to the root. Without them it is all that is under the
    root, but for tests, documentation and what is not of the project: see `pikku.inspector.listing`. `cache` is a file
    that may be written, and may be lost.
    """

    root: Path
    sources: tuple[Path, ...] = ()
    cache: Path | None = None

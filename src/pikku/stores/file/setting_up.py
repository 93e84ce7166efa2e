"""Making a folder a store, or finding out why it is none."""

import os

import msgspec
from msgspec import Struct

from pikku.model.errors import ForeignStoreError, NewerStoreError, StoreUnavailableError
from pikku.stores.file.damage import UNREADABLE
from pikku.stores.file.disk import read
from pikku.stores.file.document import write_document
from pikku.stores.file.layout import Layout
from pikku.stores.file.writer import Writer

VERSION = 1
APPLICATION = "pikku"


class Marker(Struct):
    """`pikku.json`: whose folder this is."""

    application: str
    version: int


def check_folder(layout: Layout) -> None:
    """Raise `ForeignStoreError`, `NewerStoreError` or `StoreUnavailableError` for a folder that cannot be a store's.

    Changes nothing.
    """
    folder = layout.folder
    if not os.path.lexists(folder):
        if not os.path.isdir(layout.parent):
            raise StoreUnavailableError(folder, f"there is no folder {layout.parent}; make it first")
        return
    if not os.path.isdir(folder):
        raise ForeignStoreError(folder, "a file")
    if not _is_marked(layout) and _others(layout):
        raise ForeignStoreError(folder, f"a folder of something else (there is {_others(layout)[0]!r})")


def prepare(layout: Layout) -> None:
    """Make what the lock needs. Raises `OSError`."""
    os.makedirs(layout.fresh, exist_ok=True)


def set_up(layout: Layout, writer: Writer) -> None:
    """Make the rest, under the exclusive lock. Raises `OSError`, and what `check_folder` raises."""
    check_folder(layout)
    marked = _is_marked(layout)
    if not marked:
        writer.make_folder(layout.folder)
    for folder in (layout.runs, layout.steps):
        if not os.path.isdir(folder):
            writer.make_folder(folder)
    if not marked:
        writer.put(layout.marker, write_document(Marker(APPLICATION, VERSION)))


def _is_marked(layout: Layout) -> bool:
    found = read(layout.marker)
    if found is None:
        return False
    try:
        marker = _decoder.decode(found[0])
    except UNREADABLE as error:
        raise ForeignStoreError(layout.folder, f"a folder with another pikku.json ({error})") from error
    if marker.application != APPLICATION:
        raise ForeignStoreError(layout.folder, f"a folder of {marker.application!r}")
    if marker.version > VERSION:
        raise NewerStoreError(layout.folder, marker.version, VERSION)
    return True


def _others(layout: Layout) -> list[str]:
    # A process that died while it set the folder up leaves some of these and no marker.
    ours = {layout.lock, layout.bell, layout.fresh, layout.runs, layout.steps}
    return sorted(name for name in os.listdir(layout.folder) if layout.path(name) not in ours or _is_used(layout, name))


def _is_used(layout: Layout, name: str) -> bool:
    path = layout.path(name)
    return path in (layout.runs, layout.steps) and not (os.path.isdir(path) and not os.listdir(path))


_decoder = msgspec.json.Decoder(Marker)

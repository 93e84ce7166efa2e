"""Addresses of stores to stores, imported when they are needed."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from pikku.model.errors import StoreURLError
from pikku.ports.store import Store

FORMS = "sqlite:///pikku.db, sqlite:////absolute/pikku.db, file:folder, file:///absolute/folder, memory://"


def store_from(url: str) -> Store:
    """The store at an address: `sqlite:///pikku.db` (relative), `file:///folder` (absolute), `memory://`.

    Raises `StoreURLError` for anything else.
    """
    scheme, separator, _ = url.partition(":")
    if not separator:
        raise StoreURLError(url, f"it has no scheme; write one of {FORMS}")
    parts = urlsplit(url)
    match scheme:
        case "memory":
            return _memory()
        case "sqlite":
            return _sqlite(url, unquote(parts.path).removeprefix("/"), parts.netloc)
        case "file":
            return _file(url, unquote(parts.path), parts.netloc)
        case _:
            raise StoreURLError(url, f"{scheme!r} is not a scheme that this version knows; write one of {FORMS}")


def _memory() -> Store:
    from pikku.stores.memory import MemoryStore

    return MemoryStore()


def _sqlite(url: str, path: str, host: str) -> Store:
    if host or not path:
        raise StoreURLError(url, "a SQLite address has three slashes and a path; write sqlite:///pikku.db")
    from pikku.stores.sqlite import SqliteStore

    return SqliteStore(Path(path))


def _file(url: str, path: str, host: str) -> Store:
    if host or not path.strip("/"):
        raise StoreURLError(url, "a folder's address has no host; write file:folder or file:///absolute/folder")
    from pikku.stores.file import FileStore

    return FileStore(Path(path))

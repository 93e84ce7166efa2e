"""Addresses of stores to stores, imported when they are needed."""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from pikku.model.errors import ConfigurationError, StoreURLError
from pikku.ports.store import Store

FORMS = (
    "sqlite:///pikku.db, sqlite:////absolute/pikku.db, file:folder, file:///absolute/folder, memory://, "
    "postgresql://user@host/database"
)


def store_from(url: str) -> Store:
    """The store at an address: `sqlite:///pikku.db` (relative), `file:///folder` (absolute), `memory://`,
    `postgresql://user@host/database?schema=workflows`.

    Raises `StoreURLError` for anything else, and `ConfigurationError` when what a store needs is not installed.
    """
    scheme, separator, _ = url.partition(":")
    if not separator:
        raise StoreURLError(url, f"it has no scheme; write one of {FORMS}")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise StoreURLError(url, str(error)) from None
    match scheme:
        case "memory":
            return _memory()
        case "sqlite":
            return _sqlite(url, unquote(parts.path).removeprefix("/"), parts.netloc)
        case "file":
            return _file(url, unquote(parts.path), parts.netloc)
        case "postgresql" | "postgres":
            return _postgres(url)
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


def _postgres(url: str) -> Store:
    try:
        from pikku.stores.postgres import PostgresStore
    except ImportError as error:
        raise ConfigurationError(str(error)) from error
    # Not put together again by urllib, which loses the slashes where there is no host, as with a folder of sockets.
    database, _, query = url.partition("?")
    options = dict(parse_qsl(query, keep_blank_values=True))
    schema = options.pop("schema", "workflows")
    # The other options are the driver's; a folder of sockets is left readable.
    return PostgresStore(f"{database}?{urlencode(options, safe='/')}" if options else database, schema=schema)

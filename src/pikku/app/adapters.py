"""Addresses of stores to stores, imported when they are needed."""

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from pikku.model.address import shown_address
from pikku.model.errors import ConfigurationError, StoreURLError
from pikku.ports.queue import QueueService
from pikku.ports.store import Store
from pikku.queues.store_queue import StoreQueue

FORMS = (
    "sqlite:///pikku.db, sqlite:////absolute/pikku.db, file:folder, file:///absolute/folder, memory://, "
    "postgresql://user@host/database, redis://host:6379/0"
)

QUEUES = "none, store, pgqueuer, bullmq"


def store_from(url: str) -> Store:
    """The store at an address: `sqlite:///pikku.db` (relative), `file:///folder` (absolute), `memory://`,
    `postgresql://user@host/database?schema=workflows`, `redis://host:6379/0?prefix=workflows&wait_replicas=1`.

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
        case "redis" | "rediss" | "valkey" | "valkeys" | "unix":
            return _redis(url)
        case _:
            raise StoreURLError(url, f"{scheme!r} is not a scheme that this version knows; write one of {FORMS}")


def queue_from(name: str) -> QueueService | None:
    """The queue of a name: `none` (inline mode), `store` (the store itself), `pgqueuer` (in the store's database) or
    `pgqueuer:postgresql://…`, `bullmq` (on the store's server) or `bullmq:redis://host:6379/0?prefix=bull`.

    Raises `ConfigurationError` for anything else, or when what a queue needs is not installed.
    """
    kind, _, address = name.partition(":")
    match kind:
        case "none" if not address:
            return None
        case "store" if not address:
            return StoreQueue()
        case "pgqueuer":
            return _pgqueuer(address or None)
        case "bullmq":
            return _bullmq(address)
        case _:
            raise ConfigurationError(
                f"{shown_address(name)!r} is not a queue that this version knows; use one of {QUEUES}"
            )


def _pgqueuer(address: str | None) -> QueueService:
    try:
        from pikku.queues.pgqueuer import PgQueuerQueue
    except ImportError as error:
        raise ConfigurationError(str(error)) from error
    return PgQueuerQueue(address)


def _bullmq(url: str) -> QueueService:
    try:
        from pikku.queues.bullmq import BullMQQueue
    except ImportError as error:
        raise ConfigurationError(str(error)) from error
    address, options = _split(url, prefix="bull")
    return BullMQQueue(address or None, prefix=options["prefix"])


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
    address, options = _split(url, schema="workflows")
    return PostgresStore(address, schema=options["schema"])


def _redis(url: str) -> Store:
    try:
        from pikku.stores.redis import RedisStore
    except ImportError as error:
        raise ConfigurationError(str(error)) from error
    address, options = _split(url, prefix="workflows", wait_replicas="0")
    if not options["wait_replicas"].isdecimal():
        raise StoreURLError(url, f"wait_replicas is a number of replicas, not {options['wait_replicas']!r}")
    return RedisStore(address, prefix=options["prefix"], wait_replicas=int(options["wait_replicas"]))


def _split(url: str, **ours: str) -> tuple[str, dict[str, str]]:
    """The address with the driver's options alone, and the options that are ours: those given here, or what the URL says."""
    # Not put together again by urllib, which loses the slashes where there is no host, as with a folder of sockets.
    address, _, query = url.partition("?")
    if "@" in query:  # a "?" in a password would end the address in the middle of it
        raise StoreURLError(url, "it has a ? before an @; write a ? in a password as %3F, and an @ in an option as %40")
    options = dict(parse_qsl(query, keep_blank_values=True))
    found = {name: options.pop(name, usual) for name, usual in ours.items()}
    return f"{address}?{urlencode(options, safe='/')}" if options else address, found

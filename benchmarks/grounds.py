"""Where trials are measured: servers that keep what they have confirmed, and empty stores on them."""

import asyncio
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import asyncpg
import redis

from pikku.testing.servers import PostgresServer, RedisServer

PREFIX = "pikku-bench"


class Grounds:
    """Servers and a folder for as long as a `with` block lasts; a server is started when it is first asked for."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._postgres: PostgresServer | None = None
        self._redis: RedisServer | None = None
        self._folder = Path()
        self._count = 0

    def __enter__(self) -> Self:
        self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="pikku-bench-")))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def empty(self, store: str) -> str:
        """The address of an empty store of a kind. On each server there is one at a time."""
        self._count += 1
        match store:
            case "postgres":
                return self._postgres_server().create_database("pikku_bench")
            case "redis":
                return self._empty_redis()
            case "sqlite":
                return f"sqlite:///{self._folder / f'{self._count}.db'}"
            case "file":
                return f"file://{self._folder / str(self._count)}"
            case _:
                return "memory://"

    def versions(self) -> dict[str, str]:
        """Of the servers that have been asked for."""
        found = {}
        if self._postgres is not None:
            found["PostgreSQL"] = asyncio.run(_postgres_version(self._postgres.url()))
        if self._redis is not None:
            with redis.Redis.from_url(self._redis.url()) as client:
                about = client.info("server")
            name = "Valkey" if "valkey_version" in about else "Redis"
            found[name] = str(about.get("valkey_version") or about["redis_version"])
        return found

    def _postgres_server(self) -> PostgresServer:
        if self._postgres is None:
            self._postgres = self._stack.enter_context(PostgresServer(durable=True))
        return self._postgres

    def _empty_redis(self) -> str:
        if self._redis is None:
            self._redis = self._stack.enter_context(RedisServer(durable=True))
        url = self._redis.url()
        with redis.Redis.from_url(url) as client:
            client.flushall()  # a durable one is always ours, never one that somebody else uses
        return f"{url}{'&' if '?' in url else '?'}prefix={PREFIX}"


async def _postgres_version(url: str) -> str:
    connection = await asyncpg.connect(url)
    found = str(await connection.fetchval("SHOW server_version"))
    await connection.close()
    return found.split(" ")[0]

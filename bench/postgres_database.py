"""PostgreSQL: each store in a new database."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from importlib.util import find_spec
from typing import Any

import asyncpg

from bench.database import Figures
from bench.rate import PAYLOAD, rate
from pikku.testing.servers import PostgresServer

TABLE = "CREATE TABLE yardstick (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payload text)"
INSERT = "INSERT INTO yardstick (payload) VALUES ($1)"


class PostgresDatabase:
    """Asked by asyncpg."""

    name = "postgres"
    title = "PostgreSQL, fsync on"
    yardstick = "plain INSERTs/s"
    unit = "INSERT"

    def __init__(self) -> None:
        self.queues: Sequence[str] = ["store", *(["pgqueuer"] if find_spec("pgqueuer") else [])]
        self._server = PostgresServer(durable=True)
        self._url = ""

    def running(self) -> AbstractContextManager[Any]:
        return self._server

    def empty(self) -> str:
        self._url = self._server.create_database("bench")
        return self._url

    async def yardsticks(self) -> Figures:
        connection = await asyncpg.connect(self._url)
        await connection.execute(TABLE)
        inserts = await rate(lambda number: connection.execute(INSERT, PAYLOAD))
        await connection.close()
        return {self.yardstick: inserts}

    async def asleep(self) -> int:
        return await self._count("owner IS NULL AND due_ms > created_ms + 1000")

    async def wake(self) -> None:
        connection = await asyncpg.connect(self._url)
        async with connection.transaction():
            for table in "workflow_runs", "workflow_step":
                await connection.execute(f"UPDATE workflows.{table} SET due_ms = created_ms WHERE due_ms IS NOT NULL")  # noqa: S608
        await connection.close()

    async def completed(self) -> int:
        return await self._count("status = 'completed'")

    async def _count(self, what: str) -> int:
        connection = await asyncpg.connect(self._url)
        count: int = await connection.fetchval(f"SELECT count(*) FROM workflows.workflow_runs WHERE {what}")  # noqa: S608
        await connection.close()
        return count

"""Schemas of PostgreSQL that tests use one after the other: to make one takes longer than most tests."""

from collections import deque

from pikku.ports.clock import TimeSource
from pikku.stores.postgres import PostgresStore

TABLES = ("workflow_step_history", "workflow_step", "workflow_runs")


class Schema:
    """One that may still have in it what an earlier test has left."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_empty = True


class Schemas:
    """Those of this process."""

    def __init__(self) -> None:
        self._free: deque[Schema] = deque()
        self._taken: list[Schema] = []

    def take(self) -> Schema:
        """One that nobody uses, until all are given back."""
        schema = self._free.popleft() if self._free else Schema(f"reused_{len(self._taken)}")
        self._taken.append(schema)
        return schema

    def give_back(self) -> None:
        """The test is over, and all its stores are closed."""
        for schema in self._taken:
            schema.is_empty = False
        self._free.extendleft(reversed(self._taken))
        self._taken.clear()


SCHEMAS = Schemas()


class TenantStore(PostgresStore):
    """A store on such a schema. Whoever opens it first empties it; the others find what the first have written."""

    def __init__(self, url: str, schema: Schema, clock: TimeSource) -> None:
        super().__init__(url, schema=schema.name, clock=clock)
        self._schema = schema

    async def open(self, *, migrate: bool = True) -> None:
        await super().open(migrate=migrate)
        if not self._schema.is_empty:
            self._schema.is_empty = True
            async with self._lent() as connection:
                await connection.execute(";".join(f"DELETE FROM {self._schema.name}.{table}" for table in TABLES))  # noqa: S608

"""Stores on one schema of the tests' PostgreSQL, as several processes would have them."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import asyncpg
import pytest
from tests.stores.postgres.surroundings import NewStore

from pikku.stores.postgres import PostgresStore

_schemas = count()


@pytest.fixture
def schema() -> str:
    return f"particular_{next(_schemas)}"


@pytest.fixture
async def new_store(postgres_url: str, schema: str) -> AsyncIterator[NewStore]:
    """Makes one more store on the same data, closed with all the others."""
    made: list[PostgresStore] = []

    def new(**options: Any) -> PostgresStore:
        made.append(PostgresStore(postgres_url, schema=schema, **options))
        return made[-1]

    yield new
    for store in made:
        await store.close()


@pytest.fixture
async def store(new_store: NewStore) -> PostgresStore:
    store = new_store()
    await store.open()
    return store


@pytest.fixture
async def admin(postgres_url: str) -> AsyncIterator[Any]:
    """A connection of somebody else."""
    connection = await asyncpg.connect(postgres_url)
    yield connection
    await connection.close()

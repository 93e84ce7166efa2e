"""What is particular to the PostgreSQL store: a database that cannot write for a while, in the middle of a run."""

import asyncio
import secrets
import tempfile
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import asyncpg
import pytest
from tests.small_disk import mounted, unmount
from tests.stores.outage import is_outlived
from tests.stores.postgres.surroundings import PATIENCE

from pikku import WorkflowService
from pikku.model.errors import StoreUnavailableError
from pikku.stores.postgres import PostgresStore
from pikku.testing.contracts.scene import ANN, RUN, created, inserted, make, snapshot
from pikku.testing.servers import PostgresServer
from pikku.testing.servers.postgres import URL_VARIABLE
from pikku.testing.servers.postgres_programs import hand_over

LARGE = 2_000_000
"""Bytes of a result that does not fit into what room there is in the pages of the tables."""


class Trouble(ABC):
    """A database that can be kept from writing."""

    says: ClassVar[str] = "No space left on device"

    def __init__(self, url: str, schema: str) -> None:
        self.url = url
        self.schema = schema

    @abstractmethod
    async def begin(self) -> None:
        """From now on nothing can be written that needs room."""

    @abstractmethod
    async def end(self) -> None: ...

    def store(self) -> PostgresStore:
        return PostgresStore(self.url, schema=self.schema)

    async def sql(self, *statements: str) -> None:
        connection = await asyncpg.connect(self.url)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()


class FullDisk(Trouble):
    """The database is on a disk of its own, which somebody fills."""

    def __init__(self, url: str, schema: str, disk: Path) -> None:
        super().__init__(url, schema)
        self._filler = disk / "filler"

    async def begin(self) -> None:
        with self._filler.open("wb", buffering=0) as file:
            for size in (1 << 20, 1 << 12):
                try:
                    while file.write(bytes(size)):
                        pass
                except OSError:
                    continue

    async def end(self) -> None:
        self._filler.unlink()


class FullByTrigger(Trouble):
    """A trigger says what a full disk says: for where no disk can be had."""

    async def begin(self) -> None:
        await self.sql(
            f"CREATE FUNCTION {self.schema}.full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$",
            f"CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON {self.schema}.workflow_step "
            f"EXECUTE FUNCTION {self.schema}.full_disk()",
        )

    async def end(self) -> None:
        await self.sql(f"DROP FUNCTION {self.schema}.full_disk CASCADE")


class ReadOnly(Trouble):
    """The database only reads, as after a failover to a standby: it cuts all connections, and lets them come back."""

    says = "read-only"

    async def begin(self) -> None:
        await self._change("on")

    async def end(self) -> None:
        await self._change("off")

    async def _change(self, switch: str) -> None:
        name = urlsplit(self.url).path[1:]
        await self.sql(
            "SET default_transaction_read_only = off",
            f"ALTER DATABASE {name} SET default_transaction_read_only = {switch}",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of a few megabytes, which only root can make."""
    disk = Path(tempfile.mkdtemp(prefix="pikku-disk-"))  # the server's user cannot enter the folders of pytest
    disk.chmod(0o755)
    try:
        if not mounted(disk, megabytes=32):
            pytest.skip("only root can mount a small disk, and not in every container; the trigger stands in for it")
        yield disk
        unmount(disk)
    finally:
        disk.rmdir()


@pytest.fixture
def full_disk(small_disk: Path, schema: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trouble]:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    space = small_disk / "space"
    space.mkdir()
    hand_over(space)
    with PostgresServer() as server:
        asyncio.run(_create_on(server.url(), space))
        yield FullDisk(server.url("small"), schema, small_disk)


async def _create_on(url: str, space: Path) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(f"CREATE TABLESPACE small LOCATION '{space}'")
    await connection.execute("CREATE DATABASE small TABLESPACE small TEMPLATE template0")
    await connection.close()


@pytest.fixture
def full_by_trigger(postgres_url: str, schema: str) -> Trouble:
    return FullByTrigger(postgres_url, schema)


@pytest.fixture
def read_only(postgres_url: str, schema: str) -> Trouble:
    database = f"{urlsplit(postgres_url).path[1:]}_read_only"
    return ReadOnly(PostgresServer(url=postgres_url).create_database(database), schema)


@pytest.fixture(params=["full_disk", "full_by_trigger", "read_only"])
def trouble(request: pytest.FixtureRequest) -> Trouble:
    found: Trouble = request.getfixturevalue(request.param)
    return found


async def test_a_step_whose_write_fails_is_not_lost_and_the_run_goes_on_when_the_database_can_write(
    trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = WorkflowService(trouble.store())
    await is_outlived(trouble, service, secrets.token_hex(LARGE // 2), 3 * PATIENCE, monkeypatch)


async def test_of_a_batch_that_cannot_be_written_nothing_is_there_and_what_was_there_can_be_read(
    trouble: Trouble,
) -> None:
    async with _open(trouble) as store:
        await make(store, created(by=ANN), inserted("before"))
        before = await snapshot(store)
        await trouble.begin()
        large = [inserted(f"large {n}", data_json=f'"{secrets.token_hex(LARGE // 2)}"') for n in range(20)]
        for _ in range(2):
            with pytest.raises(StoreUnavailableError) as told:
                await store.apply([inserted("small"), *large])
            assert "\n" not in str(told.value)
        assert trouble.says in str(told.value)
        (found,) = await store.load([RUN])
        assert (found.run, found.steps) == (before.run, before.steps)
        await trouble.end()


@asynccontextmanager
async def _open(trouble: Trouble) -> AsyncIterator[Any]:
    store = trouble.store()
    await store.open()
    yield store
    await store.close()

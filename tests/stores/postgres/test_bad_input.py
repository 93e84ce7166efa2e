"""What is particular to the PostgreSQL store: wrong passwords, rights that are taken away, an address where nobody is."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from tests.stores.ears import Ears
from tests.stores.postgres.surroundings import NewStore

from pikku.model.errors import ClosedStoreError, StoreUnavailableError
from pikku.stores.postgres import PostgresStore
from pikku.testing.contracts.scene import ANN, FUNCTION, WORKFLOW, created, inserted, json, make, snapshot
from pikku.testing.servers import PostgresServer
from pikku.testing.servers.postgres import URL_VARIABLE

PASSWORD = "p@ss:w/rd"  # noqa: S105


@pytest.fixture
def guarded_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database of a server that asks for a password."""
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    with PostgresServer(password=PASSWORD) as server:
        yield server.create_database("shop")


@pytest.fixture
async def worker(postgres_url: str, store: PostgresStore, admin: Any, schema: str) -> AsyncIterator[PostgresStore]:
    """A store whose user may read and write the tables, and nothing else."""
    await admin.execute(f"CREATE ROLE worker_{schema} LOGIN PASSWORD 's3cret'")
    await admin.execute(f"GRANT USAGE ON SCHEMA {schema} TO worker_{schema}")
    await _grant(admin, schema)
    host = urlsplit(postgres_url).netloc.rpartition("@")[2]
    url = urlsplit(postgres_url)._replace(netloc=f"worker_{schema}:s3cret@{host}").geturl()
    worker = PostgresStore(url, schema=schema)
    await worker.open(migrate=False)
    yield worker
    await worker.close()
    await admin.execute(f"DROP OWNED BY worker_{schema}")
    await admin.execute(f"DROP ROLE worker_{schema}")


async def test_only_who_knows_the_password_gets_in(guarded_url: str) -> None:
    store = PostgresStore(guarded_url)
    await store.open()
    await make(store, created())
    await store.close()
    stranger = PostgresStore(guarded_url.replace("p%40ss", "gu3ss"))
    for attempt in (stranger.open, stranger.schema_version):
        with pytest.raises(StoreUnavailableError, match="password authentication failed") as told:
            await attempt()
        assert "gu3ss" not in str(told.value)
    with pytest.raises(ClosedStoreError):
        await stranger.apply([created()])


async def test_every_verb_works_for_who_may_only_read_and_write(worker: PostgresStore) -> None:
    await make(worker, created(by=ANN), inserted("pay"))
    assert await worker.claim_runs(ANN, [WORKFLOW], 1) == []
    assert await worker.claim_steps(ANN, [FUNCTION], 1) == []
    assert await worker.next_due([WORKFLOW], [FUNCTION]) is not None
    assert list(worker.renew(ANN, [])) == []
    assert set((await snapshot(worker)).steps) == {"pay"}
    assert (await worker.schema_version()).found


async def test_rights_that_are_taken_away_are_told_and_come_back_without_a_restart(
    worker: PostgresStore, admin: Any, schema: str
) -> None:
    await make(worker, created(by=ANN))
    await admin.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM worker_{schema}")
    with pytest.raises(StoreUnavailableError, match="permission denied for table"):
        await worker.apply([inserted("pay")])
    await _grant(admin, schema)
    await make(worker, inserted("pay"))


async def test_who_cannot_listen_looks_instead(new_store: NewStore, caplog: pytest.LogCaptureFixture) -> None:
    store = new_store(listen_dsn="postgresql://shop:s3cret@127.0.0.1:1/shop")
    await store.open()
    with caplog.at_level(logging.WARNING, "pikku.stores"):
        async with Ears(store) as ears:
            await ears.hear_once(frozenset())
    assert "cannot listen for hints, looking instead" in caplog.text
    assert "s3cret" not in caplog.text


async def test_a_store_that_is_closed_while_it_is_used_answers_or_says_so(store: PostgresStore) -> None:
    writes = [asyncio.create_task(store.apply([created()])) for _ in range(20)]
    await asyncio.sleep(0)
    await store.close()
    for made in await asyncio.gather(*writes, return_exceptions=True):
        assert not isinstance(made, BaseException) or isinstance(made, ClosedStoreError), made


async def test_a_row_that_the_database_refuses_is_not_quoted(store: PostgresStore, admin: Any, schema: str) -> None:
    await admin.execute(f"ALTER TABLE {schema}.workflow_runs ADD CONSTRAINT theirs CHECK (version <> 'late')")
    row = created(version="late", input_json=json("s3cret"))
    with pytest.raises(asyncpg.CheckViolationError, match='"theirs"') as told:
        await store.apply([row])
    assert "s3cret" not in "".join(traceback.format_exception(told.value))


async def _grant(admin: Any, schema: str) -> None:
    await admin.execute(f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA {schema} TO worker_{schema}")

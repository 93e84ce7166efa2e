"""What is particular to the PostgreSQL store: its address, its schema, and what is told when it does not answer."""

import asyncio
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.stores.postgres.surroundings import NewStore, cut_who_waits, until

from pikku.app.adapters import store_from
from pikku.model.errors import (
    ConfigurationError,
    ForeignStoreError,
    NewerStoreError,
    StoreError,
    StoreUnavailableError,
    StoreURLError,
)
from pikku.ports.store import Store
from pikku.stores.postgres import PostgresStore
from pikku.stores.postgres import schema as schemas
from pikku.testing.contracts.scene import (
    ANN,
    FUNCTION,
    RUN,
    TTL,
    WORKFLOW,
    claimed,
    created,
    make,
    run_of,
    woken,
)


class TestAddress:
    @pytest.mark.parametrize(
        "name", ["", "Shop", "1shop", "shop; DROP TABLE x", 'a"b', "a" * 64, "pg_shop", "shöp", "a\n"]
    )
    def test_a_name_that_is_no_schemas_is_refused(self, name: str) -> None:
        with pytest.raises(StoreURLError, match="cannot be its schema"):
            PostgresStore("postgresql://shop@db/shop", schema=name)

    async def test_a_schema_may_be_called_like_a_word_of_the_language(self, postgres_url: str, admin: Any) -> None:
        store = PostgresStore(postgres_url, schema="select")
        await store.open()
        await make(store, created())
        assert await claimed(store) == [RUN]
        await store.close()
        await admin.execute('DROP SCHEMA "select" CASCADE')

    def test_another_kind_of_address_is_refused(self) -> None:
        with pytest.raises(StoreURLError, match="postgresql://user@host/database"):
            PostgresStore("mysql://shop@db/shop")

    def test_nobody_is_shown_the_password(self) -> None:
        shown = repr(PostgresStore("postgresql://shop:s3cret@db:5432/shop?password=s3cret&sslmode=require"))
        assert "s3cret" not in shown
        assert "postgresql://shop@db:5432/shop?sslmode=require" in shown

    async def test_the_schema_may_be_in_the_address(self, postgres_url: str, schema: str, store: Store) -> None:
        await make(store, created())
        other = store_from(f"{postgres_url}{'&' if '?' in postgres_url else '?'}schema={schema}")
        await other.open()
        assert await other.get_run(RUN)
        await other.close()

    def test_without_the_driver_the_command_that_installs_it_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in [name for name in sys.modules if name.startswith("pikku.stores.postgres")]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "asyncpg", None)
        with pytest.raises(ConfigurationError, match=r"pip install 'pikku\[postgres\]'"):
            store_from("postgresql://shop@db/shop")


class TestOpening:
    async def test_many_processes_may_open_a_new_store_at_once(self, new_store: NewStore) -> None:
        stores = [new_store() for _ in range(8)]
        await asyncio.gather(*(store.open() for store in stores))
        await make(stores[0], created())
        assert all([await store.get_run(RUN) for store in stores])

    async def test_nothing_is_created_unless_it_may_migrate(self, new_store: NewStore, admin: Any, schema: str) -> None:
        with pytest.raises(StoreError, match="migrate=True"):
            await new_store().open(migrate=False)
        assert await admin.fetchval("SELECT to_regnamespace($1)::text", schema) is None

    async def test_a_migrated_store_needs_no_migration(self, store: Store, new_store: NewStore) -> None:
        await make(store, created())
        other = new_store()
        await other.open(migrate=False)
        assert await other.get_run(RUN)

    async def test_a_store_of_a_newer_version_is_refused(
        self, store: Store, new_store: NewStore, admin: Any, schema: str
    ) -> None:
        await admin.execute(f"INSERT INTO {schema}.pikku_migrations (version) VALUES (99)")  # noqa: S608
        with pytest.raises(NewerStoreError, match="99"):
            await new_store().open()

    async def test_a_worker_of_version_2_goes_on_while_a_newer_one_migrates(
        self, new_store: NewStore, admin: Any, schema: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first_two = {number: text for number, text in schemas.migrations().items() if number <= 2}
        with monkeypatch.context() as past:
            past.setattr(schemas, "migrations", lambda: first_two)
            old = new_store()
            await old.open()
        write = await admin.prepare(_WRITE_OF_VERSION_2.format(schema=schema))
        claim = await admin.prepare(f"SELECT was_due, step FROM {schema}.claim_steps($1, $2, $3, $4, $5, $6)")  # noqa: S608
        assert not await write.fetchval([(0, RUN, WORKFLOW, "inline", ANN.owner, TTL, None, [], "1")], [_mail("mail")])
        (before,) = await claim.fetch(None, "old", TTL, [FUNCTION], 1, "{}")
        new = new_store()
        await new.open()
        assert not await write.fetchval([], [_mail("mail#1")])
        (after,) = await claim.fetch(None, "old", TTL, [FUNCTION], 1, "{}")
        assert [before["step"]["key"], after["step"]["key"]] == ["mail", "mail#1"]
        assert (await run_of(old)).waiting_on == (await run_of(new)).waiting_on == ("mail", "mail#1")

    @pytest.mark.parametrize("table", ["workflow_runs", "workflow_step", "pikku_migrations"])
    async def test_tables_of_somebody_else_are_left_alone(
        self, new_store: NewStore, admin: Any, schema: str, table: str
    ) -> None:
        await admin.execute(f"CREATE SCHEMA {schema}")
        await admin.execute(f"CREATE TABLE {schema}.{table} (theirs int)")
        with pytest.raises(ForeignStoreError, match="nothing was changed"):
            await new_store().open()
        tables = await admin.fetch("SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace($1)", schema)
        assert [each["relname"] for each in tables] == [table]

    async def test_other_tables_in_the_schema_do_no_harm(self, new_store: NewStore, admin: Any, schema: str) -> None:
        await admin.execute(f"CREATE SCHEMA {schema} CREATE TABLE users (name text)")
        store = new_store()
        await store.open()
        await make(store, created())


class TestUnavailability:
    async def test_an_unreachable_server_is_told_in_a_line(self) -> None:
        await _is_told_in_a_line("postgresql://shop:s3cret@127.0.0.1:1/shop", "connect call failed")

    async def test_an_unknown_database_is_told_in_a_line(self, postgres_url: str) -> None:
        await _is_told_in_a_line(_changed(postgres_url, path="/no_such_database"), "does not exist")

    async def test_an_unknown_user_is_told_in_a_line(self, postgres_url: str) -> None:
        await _is_told_in_a_line(_as("nobody_here:s3cret", postgres_url), "nobody_here")

    async def test_a_user_without_rights_is_told_in_a_line(self, postgres_url: str, admin: Any, schema: str) -> None:
        await admin.execute(f"CREATE ROLE visitor_{schema} LOGIN PASSWORD 's3cret'")
        try:
            await _is_told_in_a_line(_as(f"visitor_{schema}:s3cret", postgres_url), "permission denied")
        finally:
            await admin.execute(f"DROP ROLE visitor_{schema}")

    async def test_a_write_whose_connection_breaks_says_so_and_the_next_one_is_made(
        self, store: Store, admin: Any, schema: str
    ) -> None:
        await make(store, created(by=ANN))
        async with admin.transaction():
            await admin.execute(f"LOCK TABLE {schema}.workflow_runs IN ACCESS EXCLUSIVE MODE")
            write = asyncio.create_task(store.apply([woken()]))
            await until(lambda: cut_who_waits(admin))
            with pytest.raises(StoreUnavailableError):
                await write
        await make(store, woken())
        assert (await run_of(store)).wakes == 1

    async def test_a_database_that_only_reads_says_so(self, store: Store, postgres_url: str, schema: str) -> None:
        reader = PostgresStore(_with(postgres_url, "default_transaction_read_only=on"), schema=schema)
        await reader.open()
        with pytest.raises(StoreUnavailableError, match="read-only"):
            await reader.apply([created()])
        await reader.close()


_WRITE_OF_VERSION_2 = (
    "SELECT refused FROM {schema}.apply_changes(NULL, 'channel', '{{}}', $1::{schema}.new_run[], $2::{schema}.new_step[], "
    "'{{}}', '{{}}', '{{}}', '{{}}')"
)


def _mail(key: str) -> tuple[Any, ...]:
    """A remote step that is due, as the composite type of a new step."""
    call = (key, "mail", "rpc", 0, FUNCTION, True, None, None, None, None)
    return (0, RUN, 1, *call, "scheduled", 1, None, None, 0, None, None, None, None)


async def _is_told_in_a_line(url: str, problem: str) -> None:
    store = PostgresStore(url, schema="told_in_a_line")
    with pytest.raises(StoreUnavailableError) as told:
        await store.open()
    message = str(told.value)
    assert problem.lower() in message.lower()
    assert "s3cret" not in message
    assert "\n" not in message
    await store.close()


def _as(user: str, url: str) -> str:
    return _changed(url, netloc=f"{user}@{urlsplit(url).netloc.rpartition('@')[2]}")


def _with(url: str, option: str) -> str:
    query = urlsplit(url).query
    return _changed(url, query=f"{query}&{option}" if query else option)


def _changed(url: str, **parts: str) -> str:
    return urlsplit(url)._replace(**parts).geturl()

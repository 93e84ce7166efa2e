"""`pikku migrate`: the schema of a store, before and after; and stores that must not be migrated by the way."""

import asyncio
from itertools import count

import pytest
from tests.cli.surroundings import Shop

from pikku.app.loading import load_app
from pikku.cli.main import main
from pikku.model.errors import StoreError
from pikku.stores.postgres import schema as schemas
from pikku.stores.sqlite.schema import newest as newest_of_sqlite

_schemas = count()


@pytest.fixture
def database(postgres_url: str) -> str:
    """The address of a schema that is not there yet."""
    return f"{postgres_url}{'&' if '?' in postgres_url else '?'}schema=migrated_{next(_schemas)}"


@pytest.fixture
def old_database(shop: Shop, database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a schema of version 2."""
    first_two = {number: text for number, text in schemas.migrations().items() if number <= 2}
    with monkeypatch.context() as past:
        past.setattr(schemas, "migrations", lambda: first_two)
        assert shop.pikku("migrate", "--store", database).out.endswith("from no schema to version 2\n")
    return database


def test_a_sqlite_store_is_created(shop: Shop) -> None:
    ran = shop.pikku("migrate")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"migrated SqliteStore('pikku.db') from no schema to version {newest_of_sqlite()}\n"
    assert list(shop.runs()) == []


def test_a_postgresql_store_is_brought_from_one_version_to_the_newest(shop: Shop, old_database: str) -> None:
    ran = shop.pikku("migrate", "--store", old_database)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("migrated PostgresStore('postgresql://")
    assert ran.out.endswith(f" from version 2 to version {schemas.newest()}\n")
    assert shop.pikku("runs", "--store", old_database).code == 0


def test_the_newest_schema_stays_as_it_is(shop: Shop, database: str) -> None:
    for store in ("sqlite:///pikku.db", database):
        shop.pikku("migrate", "--store", store)
        ran = shop.pikku("migrate", "--store", store)
        assert ran.code == 0
        assert ran.out.startswith("nothing to migrate: ")
        assert ran.out.endswith(", the newest\n")


@pytest.mark.parametrize("store", ["memory://", "file:state"])
def test_a_store_without_a_schema_is_left_alone(shop: Shop, store: str) -> None:
    for arguments in ([], ["--check"]):
        ran = shop.pikku("migrate", "--store", store, *arguments)
        assert ran.code == 0
        assert ran.out.startswith("nothing to migrate: ")
        assert ran.out.endswith(" has no schema\n")
    assert not (shop.folder / "state").exists()


def test_a_check_of_a_store_that_is_not_there_creates_nothing(shop: Shop, database: str) -> None:
    for store in ("sqlite:///pikku.db", database):
        for _ in range(2):
            ran = shop.pikku("migrate", "--check", "--store", store)
            assert ran.code == 1
            assert "has no schema yet, version" in ran.out
    assert not (shop.folder / "pikku.db").exists()


def test_a_check_of_an_old_schema_changes_nothing(shop: Shop, old_database: str) -> None:
    for _ in range(2):
        ran = shop.pikku("migrate", "--check", "--store", old_database)
        assert (ran.code, ran.err) == (1, "")
        assert f"has version 2, version {schemas.newest()} is needed; run `pikku migrate`" in ran.out
    shop.pikku("migrate", "--store", old_database)
    assert shop.pikku("migrate", "--check", "--store", old_database).code == 0


def test_a_file_of_somebody_else_is_one_line(shop: Shop) -> None:
    (shop.folder / "pikku.db").write_text("a diary")
    for arguments in ([], ["--check"]):
        ran = shop.pikku("migrate", *arguments)
        assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
        assert "not a SQLite database" in ran.err


def test_the_applications_own_store_is_migrated(shop: Shop) -> None:
    _bring_own_store(shop)
    assert "migrated SqliteStore('own.db') from no schema" in shop.pikku("migrate").out
    assert shop.pikku("runs").code == 0


class TestNotMigratingByTheWay:
    @pytest.fixture(autouse=True)
    def configured(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PIKKU_MIGRATE", "false")

    def test_an_old_store_is_refused_until_the_command_has_migrated_it(self, shop: Shop, old_database: str) -> None:
        for command in (["runs"], ["start", "welcome", '{"name": "Ada"}']):
            ran = shop.pikku(*command, "--store", old_database)
            assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
            assert "has version 2 of the schema" in ran.err
            assert "run `pikku migrate`" in ran.err
        assert shop.pikku("migrate", "--store", old_database).code == 0
        assert shop.pikku("start", "welcome", '{"name": "Ada"}', "--store", old_database).code == 0

    def test_a_connection_creates_no_store(self, shop: Shop) -> None:
        _is_refused(shop)
        assert not (shop.folder / "pikku.db").exists()
        assert main(["migrate"]) == 0
        assert shop.pikku("start", "says", '"hello"').code == 0

    def test_the_applications_own_store_is_not_migrated_either(self, shop: Shop) -> None:
        _bring_own_store(shop)
        _is_refused(shop)
        assert "run `pikku migrate`" in shop.pikku("runs").err
        assert not (shop.folder / "own.db").exists()

    def test_what_is_neither_true_nor_false_is_one_line(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PIKKU_MIGRATE", "perhaps")
        ran = shop.pikku("runs")
        assert ran.code == 2
        assert ran.err.startswith("pikku: the environment: ")
        assert "PIKKU_MIGRATE" in ran.err


def _is_refused(shop: Shop) -> None:
    async def connect() -> None:
        async with load_app("shop_under_test:app").connect():
            pass

    shop.pikku("runs")  # puts the folder on the path
    with pytest.raises(StoreError, match="pikku migrate"):
        asyncio.run(connect())


def _bring_own_store(shop: Shop) -> None:
    with (shop.folder / "shop_under_test.py").open("a") as module:
        module.write(
            "\nfrom pikku import WorkflowService\nfrom pikku.stores.sqlite import SqliteStore\n"
            "class Own(Services):\n"
            "    def __init__(self) -> None: self.workflow_service = WorkflowService(SqliteStore('own.db'))\n"
            "app._services = Own\n"
        )

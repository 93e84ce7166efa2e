"""The command and a database that cannot be reached, does not let us in, or does not let us write: one line, exit code 2."""

import asyncio
from collections.abc import Iterator
from itertools import count
from urllib.parse import urlsplit

import asyncpg
import pytest
from tests.cli.surroundings import Shop, is_one_line

from pikku.testing.servers import PostgresServer
from pikku.testing.servers.postgres import URL_VARIABLE

PASSWORD = "wrong@in: every/way"  # noqa: S105
COMMANDS = [["runs"], ["start", "says", '"hello"'], ["worker"], ["migrate"], ["migrate", "--check"]]
_names = count()


@pytest.fixture(scope="module")
def guarded() -> Iterator[PostgresServer]:
    """A server that asks for a password."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(URL_VARIABLE, raising=False)
        with PostgresServer(password=PASSWORD) as server:
            yield server


@pytest.fixture
def migrated(shop: Shop, postgres_url: str) -> tuple[str, str]:
    """A schema with a run in it, and the address of its store."""
    schema = f"bad_database_{next(_names)}"
    url = _within(postgres_url, schema)
    assert shop.pikku("start", "says", '"hello"', "--store", url).code == 0
    return schema, url


@pytest.fixture
def visitor(postgres_url: str, migrated: tuple[str, str]) -> Iterator[str]:
    """Somebody who has no rights but to connect."""
    role = f"visitor_{migrated[0]}"
    _sql(postgres_url, f"CREATE ROLE {role} LOGIN PASSWORD 's3cret'")
    yield role
    _sql(postgres_url, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("postgresql://shop:s3cret@nobody.invalid/shop", "postgresql://shop@nobody.invalid/shop does not answer: "),
        ("postgresql://shop:s3cret@127.0.0.1:1/shop", "postgresql://shop@127.0.0.1:1/shop does not answer: "),
        ("postgresql://shop:s3cret@127.0.0.1:99999/shop", "postgresql://shop@127.0.0.1:99999/shop does not answer: "),
        ("postgresql://shop:s3cret@127.0.0.1:port/shop", "'port'"),
        ("postgresql://shop:s3cret@/shop?host=/no/sockets/here", "No such file or directory"),
        (
            "postgresql:///shop?host=/no/sockets/here&password=s3cret",
            "postgresql:///shop?host=/no/sockets/here does not",
        ),
        ("postgresql://shop:s3cret@[::1/shop", "is not the address of a store: Invalid IPv6 URL"),
        ("postgresql://shop:s3cret@127.0.0.1/shop?sslmode=perhaps", "`sslmode` parameter must be one of"),
        ("redis://:s3cret@127.0.0.1/0?speed=high", "'speed' is not an option of the address that redis-py knows"),
        ("mysql://shop:s3cret@127.0.0.1/shop?password=s3cret", "'mysql' is not a scheme"),
        ("redis://shop:s3cret@nobody.invalid/0", "redis://nobody.invalid/0 does not answer: "),
        ("redis://shop:s3cret@127.0.0.1:1/0", "redis://127.0.0.1:1/0 does not answer: "),
        ("redis://shop:s3cret@127.0.0.1:99999/0", "is not the address of a store: Port out of range"),
        ("redis://shop:s3cret@127.0.0.1:port/0", "'port'"),
        ("redis://shop:s3cret@127.0.0.1/shop", "'shop' is not the number of a database"),
        ("redis://:s3cret@[::1/0", "is not the address of a store: Invalid IPv6 URL"),
        ("redis://:s3cret@127.0.0.1/0?prefix={shop}", "'{shop}' cannot be the prefix of its keys"),
        ("unix://:s3cret@/no/sockets/here?db=0", "unix:///no/sockets/here does not answer: "),
    ],
)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_cannot_be_reachedis_one_line(shop: Shop, command: list[str], url: str, problem: str) -> None:
    is_one_line(shop.pikku(*command, "--store", url), problem)


class TestPasswords:
    def test_with_the_password_the_store_opens(self, shop: Shop, guarded: PostgresServer) -> None:
        url = guarded.create_database("shop")
        ran = shop.pikku("start", "says", '"hello"', "--store", url)
        assert ran.code == 0
        assert shop.pikku("runs", "--store", url).code == 0

    @pytest.mark.parametrize("user", ["postgres:s3cret", "postgres", "nobody_here:s3cret"])
    def test_a_wrong_passwordis_one_line(self, shop: Shop, guarded: PostgresServer, user: str) -> None:
        socket = urlsplit(guarded.url()).query
        ran = shop.pikku("runs", "--store", f"postgresql://{user}@/postgres?{socket}")
        is_one_line(ran, f'password authentication failed for user "{user.partition(":")[0]}"')

    def test_a_database_that_is_not_thereis_one_line(self, shop: Shop, guarded: PostgresServer) -> None:
        ran = shop.pikku("runs", "--store", guarded.url("no_such_database"))
        is_one_line(ran, 'database "no_such_database" does not exist')
        assert PASSWORD not in ran.err


class TestRights:
    def test_without_rights_on_the_schema_itis_one_line(
        self, shop: Shop, migrated: tuple[str, str], visitor: str
    ) -> None:
        for command in (["runs"], ["migrate"], ["migrate", "--check"]):
            ran = shop.pikku(*command, "--store", _as(visitor, migrated[1]))
            is_one_line(ran, f"permission denied for schema {migrated[0]}")

    def test_without_the_right_to_create_a_schema_itis_one_line(
        self, shop: Shop, postgres_url: str, visitor: str
    ) -> None:
        ran = shop.pikku("runs", "--store", _as(visitor, _within(postgres_url, "not_there")))
        is_one_line(ran, "permission denied for database")

    def test_who_may_only_read_sees_the_runs_and_starts_none(
        self, shop: Shop, postgres_url: str, migrated: tuple[str, str], visitor: str
    ) -> None:
        schema, url = migrated
        _sql(
            postgres_url,
            f"GRANT USAGE ON SCHEMA {schema} TO {visitor}",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {visitor}",
        )
        assert len(shop.pikku("runs", "--store", _as(visitor, url), "--json").json) == 1
        ran = shop.pikku("start", "says", '"hello"', "--store", _as(visitor, url))
        is_one_line(ran, "permission denied for table workflow_runs")
        assert len(shop.pikku("runs", "--store", url, "--json").json) == 1

    def test_a_worker_needs_no_more_than_to_read_and_write_the_tables(
        self, shop: Shop, postgres_url: str, migrated: tuple[str, str], visitor: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        schema, url = migrated
        _sql(
            postgres_url,
            f"GRANT USAGE ON SCHEMA {schema} TO {visitor}",
            f"GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA {schema} TO {visitor}",
        )
        monkeypatch.setenv("PIKKU_MIGRATE", "false")
        ran = shop.pikku("start", "welcome", '{"name": "Ada"}', "--store", _as(visitor, url), "--json")
        assert ran.json["status"] == "completed"


class TestReadOnly:
    @pytest.fixture
    def reader(self, postgres_url: str, migrated: tuple[str, str], visitor: str) -> str:
        """The address for somebody who may do all, in a session that only reads."""
        schema, url = migrated
        _sql(
            postgres_url,
            f"GRANT ALL ON SCHEMA {schema} TO {visitor}",
            f"GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO {visitor}",
            f"ALTER ROLE {visitor} SET default_transaction_read_only = on",
        )
        return _as(visitor, url)

    def test_the_runs_of_a_database_that_only_reads_can_be_seen(self, shop: Shop, reader: str) -> None:
        (run,) = shop.pikku("runs", "--store", reader, "--json").json
        assert shop.pikku("show", run["run_id"], "--store", reader).code == 0
        assert shop.pikku("migrate", "--check", "--store", reader).code == 0

    def test_a_startis_one_line(self, shop: Shop, reader: str) -> None:
        ran = shop.pikku("start", "says", '"hello"', "--store", reader)
        is_one_line(ran, "in a read-only transaction")

    def test_a_migrationis_one_line(self, shop: Shop, postgres_url: str, reader: str, visitor: str) -> None:
        _sql(postgres_url, f"GRANT CREATE ON DATABASE {urlsplit(postgres_url).path[1:]} TO {visitor}")
        ran = shop.pikku("migrate", "--store", _as(visitor, _within(postgres_url, "not_there")))
        is_one_line(ran, "cannot execute CREATE SCHEMA in a read-only transaction")


def _within(url: str, schema: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}schema={schema}"


def _as(role: str, url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=f"{role}:s3cret@{parts.netloc.rpartition('@')[2]}").geturl()


def _sql(url: str, *statements: str) -> None:
    async def execute() -> None:
        connection = await asyncpg.connect(url)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    asyncio.run(execute())

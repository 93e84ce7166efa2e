"""What is particular to the Redis store: its address, whose keys these are, and what is told when the server does not answer."""

import asyncio
import sys
from collections.abc import Iterator

import pytest
from tests.stores.on_redis.surroundings import NewStore, dump_of, keys_of, says

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
from pikku.stores.redis import RedisStore
from pikku.stores.redis.durability import Settings, too_old
from pikku.stores.redis.schema import NEWEST
from pikku.testing.contracts.scene import ANN, RUN, created, make, run_of
from pikku.testing.servers import RedisServer
from pikku.testing.servers.fixtures import new_redis_prefix
from pikku.testing.servers.redis import URL_VARIABLE

PASSWORD = "p@ss:w/rd"  # noqa: S105


@pytest.fixture(scope="module")
def guarded() -> Iterator[RedisServer]:
    """A server that asks for a password."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(URL_VARIABLE, raising=False)
        with RedisServer(password=PASSWORD, tcp=True) as server:
            yield server


class TestAddress:
    @pytest.mark.parametrize("prefix", ["", "a b", "{shop}", "a}b", "shöp", "a" * 65, "a\n", "a*"])
    def test_a_prefix_that_cannot_be_one_is_refused(self, prefix: str) -> None:
        with pytest.raises(StoreURLError, match="cannot be the prefix"):
            RedisStore("redis://db", prefix=prefix)

    @pytest.mark.parametrize(
        ("url", "problem"),
        [
            ("mysql://:s3cret@db/0", "looks like redis://host:6379/0"),
            ("redis:db", "looks like redis://host:6379/0"),
            ("redis://:s3cret@db:port/0", "could not be cast to integer value as 'port'"),
            ("redis://:s3cret@db:99999/0", "Port out of range"),
            ("redis://:s3cret@db:6379/shop", "'shop' is not the number of a database"),
            ("redis://:s3cret@db:6379/-1", "'-1' is not the number of a database"),
            ("redis://:s3cret@db/0?db=shop", "Invalid value for 'db'"),
            ("redis://:s3cret@db/0?speed=3", "'speed'"),
            ("redis://:s3cret@db/0?socket_timeout=long", "Invalid value for 'socket_timeout'"),
            ("redis://:s3cret@db/0?decode_responses=no", "'decode_responses' is not an option that can be set here"),
            ("rediss://:s3cret@db/0?ssl_cert_reqs=perhaps", "perhaps"),
            ("redis://:s3cret@[::1/0", "Invalid IPv6 URL"),
            ("unix://", "it has no path to a socket"),
        ],
    )
    def test_an_address_that_cannot_be_one_is_refused(self, url: str, problem: str) -> None:
        with pytest.raises(StoreURLError, match="is not the address of a store") as told:
            RedisStore(url)
        assert problem in str(told.value)
        assert "s3cret" not in str(told.value)

    def test_nobody_is_shown_the_password(self) -> None:
        shown = repr(RedisStore("redis://ann:s3cret@db:6379/2?password=s3cret"))
        assert "s3cret" not in shown
        assert "redis://db:6379/2" in shown

    async def test_the_prefix_may_be_in_the_address(self, redis_url: str, redis_prefix: str, store: Store) -> None:
        await make(store, created())
        other = store_from(f"{redis_url}{'&' if '?' in redis_url else '?'}prefix={redis_prefix}")
        await other.open()
        assert await other.get_run(RUN)
        await other.close()

    @pytest.mark.parametrize("number", ["many", "-1"])
    def test_a_number_of_replicas_that_is_none_is_refused(self, number: str) -> None:
        with pytest.raises(StoreURLError, match=f"'{number}'"):
            store_from(f"redis://db/0?wait_replicas={number}")

    @pytest.mark.parametrize("options", [{"wait_replicas": -1}, {"pool_size": 0}])
    def test_numbers_that_nothing_could_be_done_with_are_refused(self, options: dict[str, int]) -> None:
        ((name, number),) = options.items()
        with pytest.raises(ConfigurationError, match=f"{name} of a store is {number}; give it {number + 1} or more"):
            RedisStore("redis://db", **options)  # type: ignore[arg-type]

    def test_without_the_driver_the_command_that_installs_it_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in [name for name in sys.modules if name.startswith("pikku.stores.redis")]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "redis", None)
        with pytest.raises(ConfigurationError, match=r"pip install 'pikku\[redis\]'"):
            store_from("redis://db/0")


class TestOpening:
    async def test_many_processes_may_open_a_new_store_at_once(self, new_store: NewStore) -> None:
        stores = [new_store() for _ in range(8)]
        await asyncio.gather(*(store.open() for store in stores))
        await make(stores[0], created())
        assert all([await store.get_run(RUN) for store in stores])

    async def test_nothing_is_written_unless_it_may_migrate(
        self, new_store: NewStore, redis_url: str, redis_prefix: str
    ) -> None:
        with pytest.raises(StoreError, match="migrate=True"):
            await new_store().open(migrate=False)
        assert (await new_store().schema_version()).found == 0
        assert keys_of(redis_url, redis_prefix) == []

    async def test_a_migrated_store_needs_no_migration(self, store: Store, new_store: NewStore) -> None:
        await make(store, created())
        other = new_store()
        await other.open(migrate=False)
        assert await other.get_run(RUN)
        assert (await other.schema_version()).found == NEWEST

    async def test_a_store_from_before_the_first_release_is_refused_and_left_alone(
        self, new_store: NewStore, redis_url: str, redis_prefix: str
    ) -> None:
        says(redis_url, "SET", f"{{{redis_prefix}}}:schema", 1)
        with pytest.raises(StoreError, match=r"has version 1 .* works with version 2; take another prefix, or delete"):
            await new_store().open()
        assert says(redis_url, "GET", f"{{{redis_prefix}}}:schema") == "1"

    async def test_a_store_of_a_newer_version_is_refused(
        self, store: Store, new_store: NewStore, redis_url: str, redis_prefix: str
    ) -> None:
        says(redis_url, "SET", f"{{{redis_prefix}}}:schema", 99)
        for look in (new_store().open, new_store().schema_version):
            with pytest.raises(NewerStoreError, match="99"):
                await look()

    @pytest.mark.parametrize(
        "command", [("SET", "theirs"), ("RPUSH", "1"), ("SET", "²"), ("SET", ""), ("SET", b"\xff")]
    )
    async def test_keys_of_somebody_else_are_left_alone(
        self, new_store: NewStore, redis_url: str, redis_prefix: str, command: tuple[str, str | bytes]
    ) -> None:
        says(redis_url, command[0], f"{{{redis_prefix}}}:schema", command[1])
        before = dump_of(redis_url, redis_prefix)
        with pytest.raises(ForeignStoreError, match="nothing was changed"):
            await new_store().open()
        assert dump_of(redis_url, redis_prefix) == before

    @pytest.mark.parametrize(
        ("version", "problem"),
        [
            ((2, 8), "Redis 6.2 or Valkey is needed"),
            ((6, 0), "it is Redis 6.0"),
            ((6, 2), None),
            ((7, 0), None),
            (None, None),
        ],
    )
    def test_a_server_that_is_too_old_is_refused(self, version: tuple[int, ...] | None, problem: str | None) -> None:
        told = too_old(Settings(version=version))
        assert (told is None) == (problem is None)
        assert (problem or "") in (told or "")

    async def test_stores_of_two_prefixes_do_not_see_each_other(self, store: Store, new_store: NewStore) -> None:
        other = new_store(prefix=new_redis_prefix())
        await other.open()
        await make(store, created(by=ANN))
        assert await other.get_run(RUN) is None
        await make(other, created())
        assert (await run_of(store)).epoch == 1
        assert (await run_of(other)).epoch == 0


class TestUnavailability:
    async def test_a_port_where_nobody_listens_is_told_in_a_line(self) -> None:
        await _is_told_in_a_line("redis://shop:s3cret@127.0.0.1:1/0", "redis://127.0.0.1:1/0 does not answer: ")

    async def test_a_socket_that_is_not_there_is_told_in_a_line(self) -> None:
        await _is_told_in_a_line("unix://:s3cret@/no/socket/here?db=0", "unix:///no/socket/here does not answer: ")

    async def test_a_name_of_no_machine_is_told_in_a_line(self) -> None:
        await _is_told_in_a_line("redis://:s3cret@nobody.invalid/0", "redis://nobody.invalid/0 does not answer: ")

    async def test_a_database_that_is_not_there_is_told_in_a_line(self, server: RedisServer) -> None:
        await _is_told_in_a_line(server.url(9999), "DB index is out of range")

    async def test_a_wrong_password_is_told_in_a_line(self, guarded: RedisServer) -> None:
        url = guarded.tcp_url().replace("p%40ss", "s3cret")
        await _is_told_in_a_line(url, "invalid username-password pair")

    async def test_a_missing_password_is_told_in_a_line(self, guarded: RedisServer) -> None:
        url = guarded.tcp_url()
        await _is_told_in_a_line(f"redis://{url.rpartition('@')[2]}", "Authentication required")

    async def test_a_password_that_nobody_asked_for_is_told_in_a_line(self, server: RedisServer) -> None:
        url = server.tcp_url().replace("redis://", "redis://ann:s3cret@")
        await _is_told_in_a_line(url, "invalid username-password pair")

    async def test_who_knows_the_password_gets_in(self, guarded: RedisServer, new_store: NewStore) -> None:
        for url in (guarded.url(), guarded.tcp_url()):
            store = new_store(url)
            await store.open()
            assert await store.get_run(RUN) is None

    async def test_a_server_that_speaks_something_else_is_told_in_a_line(self) -> None:
        async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"220 mail ready\r\n")
            await writer.drain()
            writer.close()

        async with await asyncio.start_server(greet, "127.0.0.1", 0) as other:
            port = other.sockets[0].getsockname()[1]
            await _is_told_in_a_line(f"redis://:s3cret@127.0.0.1:{port}/0", "Protocol")


async def _is_told_in_a_line(url: str, problem: str) -> None:
    store = RedisStore(url, prefix="told-in-a-line")
    for look in (store.open, store.schema_version):
        with pytest.raises(StoreUnavailableError) as told:
            await look()
        message = str(told.value)
        assert problem.lower() in message.lower()
        assert "s3cret" not in message
        assert "p@ss" not in message
        assert "\n" not in message
    await store.close()

"""The command and a Redis that does not let us in, or does not let us write: one line, exit code 2."""

from collections.abc import Iterator

import pytest
import redis
from tests.cli.surroundings import Shop, is_one_line

from pikku.testing.servers import RedisServer

PASSWORD = "wrong@in: every/way"  # noqa: S105
COMMANDS = [["runs"], ["start", "says", '"hello"'], ["worker"], ["migrate"], ["migrate", "--check"]]


@pytest.fixture(scope="module")
def guarded() -> Iterator[RedisServer]:
    """A server that asks for a password, and forgets nothing."""
    with RedisServer(password=PASSWORD, tcp=True, durable=True) as server:
        yield server


@pytest.fixture
def migrated(shop: Shop, guarded: RedisServer, redis_prefix: str) -> str:
    """The address of a store with a run in it."""
    url = f"{guarded.tcp_url()}?prefix={redis_prefix}"
    ran = shop.pikku("start", "says", '"hello"', "--store", url)
    assert (ran.code, ran.err) == (0, "")
    return url


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("user", "problem"),
    [
        (":s3cret@", "invalid username-password pair"),
        ("ann:s3cret@", "invalid username-password pair"),
        ("", "Authentication required"),
    ],
)
def test_a_wrong_password_is_one_line(
    shop: Shop, guarded: RedisServer, command: list[str], user: str, problem: str
) -> None:
    place = guarded.tcp_url().rpartition("@")[2]
    is_one_line(shop.pikku(*command, "--store", f"redis://{user}{place}"), problem)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_is_not_there_is_one_line(shop: Shop, guarded: RedisServer, command: list[str]) -> None:
    is_one_line(shop.pikku(*command, "--store", guarded.tcp_url(9999)), "DB index is out of range")


def test_a_user_without_rights_is_told_so_in_a_line(shop: Shop, guarded: RedisServer, migrated: str) -> None:
    says(guarded, "ACL", "SETUSER", "visitor", "reset", "on", ">s3cret", "~theirs*", "+@all")
    visitor = f"redis://visitor:s3cret@{migrated.rpartition('@')[2]}"
    for command in COMMANDS:
        is_one_line(shop.pikku(*command, "--store", visitor), "ermission")


class TestReadOnly:
    @pytest.fixture
    def replica(self, guarded: RedisServer, migrated: str) -> Iterator[str]:
        """The address of the store on a replica."""
        with RedisServer(replica_of=guarded, tcp=True, durable=True) as server:
            yield f"{server.tcp_url()}?{migrated.partition('?')[2]}"

    def test_the_runs_can_be_seen_and_none_is_started(self, shop: Shop, replica: str, migrated: str) -> None:
        (run,) = shop.pikku("runs", "--store", replica, "--json").json
        assert shop.pikku("show", run["run_id"], "--store", replica).code == 0
        assert shop.pikku("history", run["run_id"], "--store", replica).code == 0
        assert shop.pikku("migrate", "--check", "--store", replica).code == 0
        is_one_line(shop.pikku("start", "says", '"hello"', "--store", replica), "read only replica")
        assert len(shop.pikku("runs", "--store", migrated, "--json").json) == 1

    def test_a_new_store_is_not_made(self, shop: Shop, replica: str) -> None:
        for command in (["migrate"], ["runs"]):
            is_one_line(shop.pikku(*command, "--store", f"{replica}-new"), "read only replica")


def test_a_server_without_memory_is_one_line(shop: Shop, guarded: RedisServer, migrated: str) -> None:
    says(guarded, "CONFIG", "SET", "maxmemory", "1")
    try:
        is_one_line(shop.pikku("start", "says", '"hello"', "--store", migrated), "command not allowed when used memory")
        assert len(shop.pikku("runs", "--store", migrated, "--json").json) == 1
    finally:
        says(guarded, "CONFIG", "SET", "maxmemory", "0")


def says(server: RedisServer, *command: str) -> object:
    with redis.Redis.from_url(server.url()) as client:
        return client.execute_command(*command)

"""The Redis of tests: whatever is asked of it, and what it has acknowledged outlives its crash if that is asked too."""

import os
from pathlib import Path

import pytest
import redis

from pikku.testing.servers import RedisServer
from pikku.testing.servers import redis as servers
from pikku.testing.servers.fixtures import new_redis_prefix

PASSWORD = "p@ss w/ö\"#'"  # noqa: S105


@pytest.fixture(autouse=True)
def own_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(servers.URL_VARIABLE, raising=False)


def says(url: str, *command: str | bytes) -> object:
    """What the server at this address answers."""
    with redis.Redis.from_url(url) as client:
        return client.execute_command(*command)


def test_nothing_is_left_of_a_server_that_was_stopped() -> None:
    server = RedisServer().start()
    folder = Path(server.url().removeprefix("unix://").partition("?")[0]).parent
    assert folder.is_dir()
    server.stop()
    server.stop()
    assert not folder.exists()
    assert not server.is_ours


def test_what_a_durable_server_acknowledged_outlives_its_crash() -> None:
    with RedisServer(durable=True) as server:
        says(server.url(), "SET", "a", "1")
        server.restart(crash=True)
        assert says(server.url(), "GET", "a") == b"1"
        server.restart()
        assert says(server.url(), "GET", "a") == b"1"


def test_a_server_that_is_stopped_for_a_while_refuses_connections() -> None:
    with RedisServer(tcp=True) as server:
        with server.stopped():
            for url in server.url(), server.tcp_url():
                with pytest.raises(redis.ConnectionError):
                    says(url, "PING")
        assert says(server.url(), "PING") == says(server.tcp_url(), "PING") is True


def test_only_who_knows_the_password_is_let_in() -> None:
    with RedisServer(password=PASSWORD, tcp=True) as server:
        assert says(server.url(), "PING") == says(server.tcp_url(), "PING") is True
        with pytest.raises(redis.AuthenticationError):
            says(server.tcp_url().replace("redis://:", "redis://:x"), "PING")


def test_a_replica_has_what_its_master_has_and_takes_no_writes() -> None:
    with RedisServer(password=PASSWORD, tcp=True) as master:
        says(master.url(), "SET", "a", "1")
        with RedisServer(replica_of=master) as replica:
            assert says(replica.url(), "GET", "a") == b"1"
            with pytest.raises(redis.ReadOnlyError):
                says(replica.url(), "SET", "a", "2")


def test_a_full_server_refuses_writes() -> None:
    with RedisServer(max_memory=8_000_000) as server:
        assert says(server.url(), "SET", "a", "small") is True
        with pytest.raises(redis.OutOfMemoryError):
            says(server.url(), "SET", "b", b"b" * 8_000_000)


def test_a_frozen_server_keeps_its_connections_and_says_nothing_for_a_while() -> None:
    with RedisServer() as server, redis.Redis.from_url(server.url(), socket_timeout=0.4) as client:
        assert client.ping()
        with server.frozen(), pytest.raises(redis.TimeoutError):
            client.ping()
        assert says(server.url(), "PING") is True


def test_a_node_of_a_cluster_has_no_slots_yet() -> None:
    with RedisServer(cluster=True) as server:
        assert says(server.tcp_url(), "CLUSTER", "SLOTS") == []
        with pytest.raises(redis.exceptions.ClusterDownError):
            says(server.tcp_url(), "GET", "a")


def test_each_database_has_an_address() -> None:
    with RedisServer() as server:
        says(server.url(3), "SET", "a", "1")
        assert says(server.url(3), "DBSIZE") == 1
        assert says(server.url(), "DBSIZE") == says(server.url(0), "DBSIZE") == 0


@pytest.mark.parametrize(
    ("given", "third"),
    [
        ("redis://:secret@host:6380/1?protocol=3", "redis://:secret@host:6380/3?protocol=3"),
        ("unix:///run/redis.sock?db=1", "unix:///run/redis.sock?db=3"),
    ],
)
def test_a_given_server_keeps_all_of_its_address_but_the_database(
    given: str, third: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(servers.URL_VARIABLE, given)
    server = RedisServer()
    assert server.url() == given
    assert server.url(3) == third
    assert not server.is_ours
    assert RedisServer(durable=True)._given is None, "what is asked in particular, no given server may have"


def test_a_server_that_does_not_start_says_why_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(servers, "_free_port", lambda beside: 70_000)
    with pytest.raises(RuntimeError, match=r"the end of its log: .*between 0 and 65535"):
        RedisServer(tcp=True).start()
    assert os.listdir(tmp_path) == []


def test_the_server_of_the_session_is_there_and_what_tests_leave_is_told_apart(
    redis_url: str, redis_prefix: str
) -> None:
    assert says(redis_url, "PING") is True
    assert new_redis_prefix() != redis_prefix

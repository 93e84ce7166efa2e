"""The PostgreSQL of tests: it starts wherever its programs are, and what was committed outlives its crash."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pikku.model.errors import StoreUnavailableError
from pikku.stores.postgres import PostgresStore
from pikku.testing.contracts.scene import ANN, RUN, created, inserted, make, snapshot
from pikku.testing.servers import PostgresServer, postgres
from pikku.testing.servers.postgres_programs import postgres_home


@pytest.fixture(autouse=True)
def own_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(postgres.URL_VARIABLE, raising=False)


@pytest.fixture
def closed_folder(tmp_path: Path) -> Iterator[Path]:
    """A copy of the programs where nobody but their owner may enter."""
    home = postgres_home()
    package = tmp_path / "closed" / home.parent.name
    shutil.copytree(home, package / home.name, symlinks=True)
    libraries = home.parent.with_name(f"{home.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, package.with_name(libraries.name), symlinks=True)
    package.parent.chmod(0o700)
    yield package / home.name
    shutil.rmtree(package.parent)


def test_a_server_starts_from_programs_that_only_their_owner_can_reach(
    closed_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "postgres_home", lambda: closed_folder)
    with PostgresServer() as server:
        assert "/shop?" in server.create_database("shop")


def test_nothing_is_left_of_a_server_that_was_stopped() -> None:
    server = PostgresServer().start()
    folder = Path(server.url().partition("host=")[2])
    assert folder.is_dir()
    server.stop()
    server.stop()
    assert not folder.exists()


async def test_what_was_applied_outlives_a_crash_of_the_server_and_the_store_goes_on() -> None:
    with PostgresServer(durable=True) as server:
        store = PostgresStore(await asyncio.to_thread(server.create_database, "shop"))
        await store.open()
        await make(store, created(by=ANN), inserted("before"))
        await asyncio.to_thread(server.restart, crash=True)
        try:
            await make(store, inserted("after"))
        except StoreUnavailableError:  # this connection had not heard of the crash before
            await make(store, inserted("after"))
        assert sorted((await snapshot(store, RUN)).steps) == ["after", "before"]
        await store.close()

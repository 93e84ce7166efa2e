"""The stores that every test of stores runs on, none left out, and which tests belong to which environment."""

from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from tests.environment import LIBRARIES

pytest.register_assert_rewrite("pikku.testing.contracts")

from tests.schemas import SCHEMAS, TenantStore  # noqa: E402  the asserts must be rewritten before they are imported
from tests.servers import Servers  # noqa: E402

from pikku.ports.clock import TimeSource  # noqa: E402
from pikku.stores.file import FileStore  # noqa: E402
from pikku.stores.memory import MemoryStore  # noqa: E402
from pikku.stores.redis import RedisStore  # noqa: E402
from pikku.stores.sqlite import SqliteStore  # noqa: E402
from pikku.testing import Stores  # noqa: E402
from pikku.testing.servers.fixtures import (  # noqa: E402
    new_redis_prefix,
    postgres_url,
    pytest_configure_node,
    pytest_unconfigure,
    redis_prefix,
    redis_url,
)

__all__ = ["postgres_url", "pytest_configure_node", "pytest_unconfigure", "redis_prefix", "redis_url"]

collect_ignore_glob = [f"*/{library}" for library, here in LIBRARIES.items() if not here]

# The same examples in every run: `make test` says the same today and tomorrow.
settings.register_profile("pikku", derandomize=True, deadline=None, database=None)
settings.load_profile("pikku")

TESTS = Path(__file__).parent
STORES: dict[str, Callable[[Path, Servers], Stores]] = {
    "memory": lambda folder, servers: Stores(lambda clock: MemoryStore(clock=clock), one_object=True),
    "file": lambda folder, servers: Stores(lambda clock: FileStore(folder / "runs", clock=clock)),
    "sqlite": lambda folder, servers: Stores(lambda clock: SqliteStore(folder / "pikku.db", clock=clock)),
    "postgres": lambda folder, servers: Stores(partial(TenantStore, servers.postgres, SCHEMAS.take())),
    "redis": lambda folder, servers: Stores(partial(_redis_store, servers.redis, new_redis_prefix())),
}


def _redis_store(url: str, prefix: str, clock: TimeSource) -> RedisStore:
    return RedisStore(url, prefix=prefix, clock=clock)


@pytest.hookimpl(tryfirst=True)  # before those are left out that have no mark
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is in a folder called `bullmq` belongs to the environment that has bullmq."""
    for item in items:
        if "bullmq" in item.path.parent.relative_to(TESTS).parts:
            item.add_marker("bullmq")


@pytest.fixture(scope="session")
def servers(postgres_url: str, redis_url: str) -> Servers:
    return Servers(postgres_url, redis_url)


@pytest.fixture(autouse=True)
def schemas() -> Iterator[None]:
    """The first to come, and so the last to go."""
    yield
    SCHEMAS.give_back()


@pytest.fixture(params=STORES)
def fresh_stores(request: pytest.FixtureRequest, tmp_path: Path, servers: Servers) -> Callable[[], Stores]:
    """Every call gives stores on data of their own."""
    numbers = count()

    def fresh() -> Stores:
        folder = tmp_path / f"data-{next(numbers)}"
        folder.mkdir()
        return STORES[request.param](folder, servers)

    return fresh


@pytest.fixture
async def stores(fresh_stores: Callable[[], Stores]) -> AsyncIterator[Stores]:
    """The stores of one test, on empty data, by one virtual clock."""
    async with fresh_stores() as stores:
        yield stores

"""Every test of this folder runs on every store, inline and through workers, with bodies that stay in memory and with
bodies that are replayed.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.system import QUEUES, RESIDENCY, STORES, System

from pikku.testing.clock import VirtualClock


@pytest.fixture(params=RESIDENCY)
def longest_wait(request: pytest.FixtureRequest) -> Any:
    return RESIDENCY[request.param]


@pytest.fixture(params=QUEUES)
def queue(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=STORES)
async def system(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_url: str, longest_wait: Any, queue: str
) -> AsyncIterator[System]:
    clock = VirtualClock()
    store = STORES[request.param](tmp_path, postgres_url, clock)
    await store.open()
    yield System(store, clock, longest_wait, QUEUES[queue])
    await store.close()

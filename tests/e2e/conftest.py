"""Every test of this folder runs on every store, inline and through workers, with bodies that stay in memory and with
bodies that are replayed.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.system import QUEUES, RESIDENCY, STORES, SYSTEMS, System

from pikku.testing.clock import VirtualClock


@pytest.fixture(params=RESIDENCY)
def longest_wait(request: pytest.FixtureRequest) -> Any:
    return RESIDENCY[request.param]


@pytest.fixture(params=SYSTEMS, ids="-".join)
async def system(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_url: str, longest_wait: Any
) -> AsyncIterator[System]:
    name, queue = request.param
    clock = VirtualClock()
    store = STORES[name](tmp_path, postgres_url, clock)
    await store.open()
    yield System(store, clock, longest_wait, QUEUES[queue])
    await store.close()

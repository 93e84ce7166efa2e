"""Every test of this folder runs on every store, inline and through workers, with bodies that stay in memory and with
bodies that are replayed.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.system import QUEUES, RESIDENCY, STORES, SYSTEMS, System, each_of
from tests.servers import Servers

from pikku.testing.clock import VirtualClock


@pytest.fixture(params=RESIDENCY)
def longest_wait(request: pytest.FixtureRequest) -> Any:
    return RESIDENCY[request.param]


@pytest.fixture(params=each_of(SYSTEMS))
async def system(
    request: pytest.FixtureRequest, tmp_path: Path, servers: Servers, longest_wait: Any
) -> AsyncIterator[System]:
    name, queue = request.param
    clock = VirtualClock()
    store = STORES[name](tmp_path, servers, clock)
    await store.open()
    yield System(store, clock, longest_wait, QUEUES[queue](servers))
    await store.close()

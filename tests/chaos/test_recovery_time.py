"""What a killed worker has left goes on within its lease and one second, and nobody has to do anything for it."""

import os
import random
import signal
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from tests.chaos.crew import Crew
from tests.chaos.ground import GROUNDS, Ground
from tests.chaos.until import until
from tests.chaos.witness import Holding, Witness
from tests.chaos.worker import LEASE_MS, app, service_at

from pikku.model.failure import LOST

GRACE_MS = 1_000

HOLDERS: dict[str, Callable[[Witness, str], Awaitable[Holding | None]]] = {
    "hang_in_a_worker": lambda witness, run_id: witness.holder_of_step(run_id),
    "hang_in_the_body": lambda witness, run_id: witness.holder_of_run(run_id),
}
"""Who holds what hangs, once it is shown to do so."""


@pytest.fixture(params=GROUNDS)
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    with GROUNDS[request.param]("recovery") as ground:
        yield ground


@pytest.mark.parametrize("workflow", HOLDERS)
async def test_what_a_killed_worker_has_left_goes_on_within_the_lease_and_one_second(
    workflow: str, ground: Ground, tmp_path: Path, record_property: Callable[[str, int], None]
) -> None:
    crew = Crew(ground.url, tmp_path / "notes", random.Random(), size=2, lone_steps=["queued"])
    async with app.connect(service_at(ground.url)) as pikku, crew:
        await crew.begun()
        handle = await pikku.start(workflow)
        holder = partial(HOLDERS[workflow], ground.witness, handle.run_id)

        async def hangs() -> bool:
            return await holder() is not None

        await until(hangs)
        killed = await holder()
        assert killed is not None
        _, pid, _ = killed.owner.split(":")
        os.kill(int(pid), signal.SIGKILL)
        left = await holder()
        assert left is not None
        assert left.owner == killed.owner
        assert await handle.result(timeout="30s") == 2

        history = await pikku.workflow_service.get_run_history(handle.run_id)
    lost, succeeded = (attempt for attempt in history if attempt.key == "hang")
    assert lost.error is not None
    assert (lost.error.type, succeeded.status.value) == (LOST.type, "succeeded")
    assert lost.completed_ms is not None
    last_sign_of_life = left.until_ms - LEASE_MS
    assert lost.completed_ms - last_sign_of_life <= LEASE_MS + GRACE_MS
    record_property("workers killed", 1)

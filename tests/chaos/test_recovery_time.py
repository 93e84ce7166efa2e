"""What a killed worker has left goes on within its lease and one second, and nobody has to do anything for it."""

import os
import random
import signal
from pathlib import Path

import pytest
from tests.chaos.crew import Crew
from tests.chaos.state import ask, until
from tests.chaos.worker import LEASE_MS, app, service_at

from pikku.model.failure import LOST

GRACE_MS = 1_000

OWNERS = {
    "hang_in_a_worker": "SELECT owner, due_ms FROM {schema}.workflow_step WHERE run_id = $1 AND status = 'running'",
    "hang_in_the_body": """
        SELECT run.owner, run.due_ms FROM {schema}.workflow_runs AS run JOIN {schema}.workflow_step AS step USING (run_id)
        WHERE run_id = $1 AND step.status = 'running'
    """,
}
"""Who holds what hangs, once it is shown to do so, and until when."""


@pytest.mark.parametrize("workflow", OWNERS)
async def test_what_a_killed_worker_has_left_goes_on_within_the_lease_and_one_second(
    workflow: str, postgres_url: str, tmp_path: Path
) -> None:
    schema = f"recovery_{workflow}"
    url = f"{postgres_url}{'&' if '?' in postgres_url else '?'}schema={schema}"
    query = OWNERS[workflow].replace("{schema}", schema)
    crew = Crew(url, tmp_path / "notes", random.Random(), size=2)
    async with app.connect(service_at(url)) as pikku, crew:
        await crew.begun()
        handle = await pikku.start(workflow)

        async def hangs() -> bool:
            return bool(await ask(postgres_url, query, handle.run_id))

        await until(hangs)
        [(owner, _)] = await ask(postgres_url, query, handle.run_id)
        _, pid, _ = owner.split(":")
        os.kill(int(pid), signal.SIGKILL)
        [(still_owner, held_until)] = await ask(postgres_url, query, handle.run_id)
        assert still_owner == owner
        assert await handle.result(timeout="30s") == 2

        history = await pikku.workflow_service.get_run_history(handle.run_id)
    lost, succeeded = (attempt for attempt in history if attempt.key == "hang")
    assert lost.error is not None
    assert (lost.error.type, succeeded.status.value) == (LOST.type, "succeeded")
    assert lost.completed_ms is not None
    last_sign_of_life = held_until - LEASE_MS
    assert lost.completed_ms - last_sign_of_life <= LEASE_MS + GRACE_MS

"""What PostgreSQL says."""

import json
from collections import Counter
from typing import Any

import asyncpg
from tests.chaos.witness import Facts, Holding

from pikku.model.failure import LOST

RUNS = "SELECT run_id, status, owner, due_ms, input_json, output_json FROM workflows.workflow_runs"
STEPS = "SELECT run_id, key, status, owner, due_ms, completed_ms FROM workflows.workflow_step"
LOST_ATTEMPTS = "SELECT FROM workflows.workflow_step_history WHERE error::jsonb ->> 'type' = $1"
HOLDER_OF_STEP = "SELECT owner, due_ms FROM workflows.workflow_step WHERE run_id = $1 AND status = 'running'"
HOLDER_OF_RUN = """
    SELECT run.owner, run.due_ms FROM workflows.workflow_runs AS run JOIN workflows.workflow_step AS step USING (run_id)
    WHERE run_id = $1 AND step.status = 'running'
"""


class PostgresWitness:
    """Asks by SQL."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def facts(self) -> Facts:
        runs, steps = await self._ask(RUNS), await self._ask(STEPS)
        named = [
            *((f"run {row['run_id']}", row) for row in runs),
            *((f"step {row['run_id']} {row['key']}", row) for row in steps),
        ]
        return Facts(
            runs=Counter(row["status"] for row in runs),
            steps=Counter(row["status"] for row in steps),
            owned=[f"{name} {row['owner']}" for name, row in named if row["owner"] is not None],
            due=[name for name, row in named if row["due_ms"] is not None],
            outcomes=[(json.loads(row["input_json"]), json.loads(row["output_json"] or "null")) for row in runs],
            ends={(row["run_id"], row["key"]): row["completed_ms"] for row in steps if row["status"] == "succeeded"},
            lost=len(await self._ask(LOST_ATTEMPTS, LOST.type)),
        )

    async def holder_of_step(self, run_id: str) -> Holding | None:
        return await self._holder(HOLDER_OF_STEP, run_id)

    async def holder_of_run(self, run_id: str) -> Holding | None:
        return await self._holder(HOLDER_OF_RUN, run_id)

    async def _holder(self, query: str, run_id: str) -> Holding | None:
        found = await self._ask(query, run_id)
        return Holding(*found[0]) if found else None

    async def _ask(self, query: str, *values: Any) -> list[Any]:
        connection = await asyncpg.connect(self._url)
        try:
            return list(await connection.fetch(query, *values))
        finally:
            await connection.close()

"""What Redis says."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from redis.asyncio import Redis
from tests.chaos.witness import Facts, Holding

from pikku.model.failure import LOST

RECORD = (
    *("status", "attempt_count", "epoch", "due_ms", "created_ms", "scheduled_ms", "running_ms", "completed_ms"),
    *("owner", "error", "call", "result"),
)
"""What a step's record says, in this order."""


class RedisWitness:
    """Looks at all keys that begin with the prefix."""

    def __init__(self, url: str, prefix: str) -> None:
        self._url = url
        self._root = f"{{{prefix}}}"

    async def facts(self) -> Facts:
        async with self._client() as client:
            runs, steps = await self._hashes(client, "run:*"), await self._steps(client, "*")
            both: dict[Any, Mapping[str, Any]] = {**runs, **steps}
            due = [*await self._keys(client, "due:*"), *await self._keys(client, "open:*")]
            attempts = [
                json.loads(text)
                for key in await self._keys(client, "attempts:*")
                for text in await client.lrange(key, 0, -1)
            ]
        return Facts(
            runs=Counter(run["status"] for run in runs.values()),
            steps=Counter(step["status"] for step in steps.values()),
            owned=[f"{key} {found['owner']}" for key, found in both.items() if "owner" in found],
            due=[*due, *(key for key, found in both.items() if "due_ms" in found)],
            outcomes=[
                (json.loads(run["input_json"]), json.loads(run.get("output_json", "null"))) for run in runs.values()
            ],
            ends={key: int(step["completed_ms"]) for key, step in steps.items() if step["status"] == "succeeded"},
            lost=sum(json.loads(attempt["error"])["type"] == LOST.type for attempt in attempts),
        )

    async def holder_of_step(self, run_id: str) -> Holding | None:
        async with self._client() as client:
            running = await self._running_steps(client, run_id)
        return _holding(running[0]) if running else None

    async def holder_of_run(self, run_id: str) -> Holding | None:
        async with self._client() as client:
            if not await self._running_steps(client, run_id):
                return None
            [run] = (await self._hashes(client, f"run:{run_id}")).values()
        return _holding(run)

    async def _running_steps(self, client: Redis, run_id: str) -> list[dict[str, Any]]:
        steps = await self._steps(client, run_id)
        return [step for step in steps.values() if step["status"] == "running"]

    async def _steps(self, client: Redis, run_id: str) -> dict[tuple[str, str], dict[str, Any]]:
        """What has a value of the steps of these runs, by run and key."""
        hashes = await self._hashes(client, f"steps:{run_id}")
        return {
            (name.rpartition(":")[2], key): {
                field: value for field, value in zip(RECORD, json.loads(record), strict=False) if value is not None
            }
            for name, records in hashes.items()
            for key, record in records.items()
        }

    async def _hashes(self, client: Redis, kind: str) -> dict[str, dict[str, str]]:
        keys = await self._keys(client, kind)
        async with client.pipeline(transaction=False) as pipeline:
            for key in keys:
                pipeline.hgetall(key)
            found = await pipeline.execute()
        # A field that has lost its value is empty.
        return {
            key: {name: value for name, value in each.items() if value} for key, each in zip(keys, found, strict=True)
        }

    async def _keys(self, client: Redis, kind: str) -> list[str]:
        # A scan may tell the same key twice.
        return sorted({key async for key in client.scan_iter(f"{self._root}:{kind}", count=1000)})

    def _client(self) -> Redis:
        return Redis.from_url(self._url, decode_responses=True)


def _holding(found: Mapping[str, Any]) -> Holding:
    return Holding(found["owner"], int(found["due_ms"]))

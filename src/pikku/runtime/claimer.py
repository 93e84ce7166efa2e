"""Takes over runs that are due: started by nobody yet, waiting for their time, or left by an owner that died."""

import asyncio
import logging
from collections.abc import Collection

from pikku.model.change import Lease
from pikku.model.run import Run
from pikku.ports.store import Store
from pikku.runtime.background import Background, listen
from pikku.runtime.deadline import is_set_within
from pikku.runtime.orchestrator import Orchestrator

logger = logging.getLogger("pikku.claims")

RUNS_PER_CLAIM = 200


class Claimer:
    """`sweep` claims what is due now; between `start` and `stop` it does so all the time."""

    def __init__(
        self, store: Store, lease: Lease, workflows: Collection[str], orchestrator: Orchestrator, poll_ms: int
    ) -> None:
        self._store = store
        self._lease = lease
        self._workflows = workflows
        self._orchestrator = orchestrator
        self._poll_ms = poll_ms
        self._hinted = asyncio.Event()
        self._background = Background()

    def start(self) -> None:
        self._background.start(listen(self._store, lambda _: self._hinted.set()), self._claim_again_and_again())

    async def stop(self) -> None:
        """Claim no more. Safe when never started, and twice."""
        await self._background.stop()

    async def sweep(self) -> list[Run]:
        """Claim and adopt all runs that are due now."""
        claimed: list[Run] = []
        while runs := await self._store.claim_runs(self._lease, self._workflows, RUNS_PER_CLAIM):
            for snapshot in await self._store.load([run.run_id for run in runs]):
                self._orchestrator.adopt(snapshot)
            claimed += runs
        return claimed

    async def _claim_again_and_again(self) -> None:
        while True:
            try:
                self._hinted.clear()
                await self.sweep()
                pause = await self._until_next_due()
            except Exception as error:  # noqa: BLE001  the store may be back at the next try
                logger.warning("could not claim runs, trying again: %s", error)
                pause = self._poll_ms
            await is_set_within(self._hinted, pause / 1_000)

    async def _until_next_due(self) -> int:
        due = await self._store.next_due(self._workflows, ())
        return self._poll_ms if due is None else min(due, self._poll_ms)

"""What a process that works does from time to time: deletes the runs that are kept no longer."""

import asyncio
import logging
from collections.abc import Collection, Sequence

from pikku.engine.retention import ENDS, Rule, rules_of
from pikku.model.retention import Retention
from pikku.model.run import RunStatus
from pikku.ports.clock import Chance, Clock
from pikku.ports.store import Store
from pikku.registry.registry import Registry
from pikku.runtime.background import Background
from pikku.runtime.pruner import Pruner

logger = logging.getLogger("pikku.retention")


def rules_for(
    registry: Registry,
    workflows: Collection[str],
    retention: Retention | None,
    statuses: Collection[RunStatus] = ENDS,
) -> Sequence[Rule]:
    """The rules of these workflows: of each by its own retention, else by this one."""
    own = {name: registry.workflow(name).wiring.retention or retention for name in workflows}
    return [rule for name, each in own.items() if each is not None for rule in rules_of(each, name, statuses)]


class Housekeeping:
    """From `start` to `stop`, prunes about every `every_ms`: at moments of chance, so that processes take turns."""

    def __init__(self, store: Store, rules: Sequence[Rule], clock: Clock, chance: Chance, every_ms: int) -> None:
        self._pruner = Pruner(store, clock)
        self._rules = rules
        self._clock = clock
        self._chance = chance
        self._every_ms = every_ms
        self._background = Background()

    def start(self) -> None:
        """Begin to prune, if there are rules."""
        if self._rules:
            self._background.start(self._prune_again_and_again())

    async def stop(self) -> None:
        """Prune no more. Safe when never started, and twice."""
        await self._background.stop()

    async def _prune_again_and_again(self) -> None:
        while True:
            await self._pause()
            try:
                await self._prune()
            except Exception as error:  # noqa: BLE001  the store may be back at the next time
                logger.warning("could not delete runs that are kept no longer, trying again later: %s", error)

    async def _pause(self) -> None:
        over = asyncio.Event()
        # An alarm and no sleep: virtual time must not run away with it.
        alarm = self._clock.call_later(round(self._every_ms * (0.5 + self._chance.fraction())), over.set)
        try:
            await over.wait()
        finally:
            alarm.cancel()

    async def _prune(self) -> None:
        count = 0
        for rule in self._rules:
            async for gone in self._pruner.prune(rule):
                count += len(gone)
        if count:
            logger.info("deleted %d runs that are kept no longer", count)

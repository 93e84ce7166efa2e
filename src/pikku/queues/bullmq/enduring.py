"""The way of BullMQ's workers to the server: a client for which an outage is a matter of time."""

import asyncio
import logging
from contextlib import suppress
from typing import Any

from redis.asyncio import ConnectionPool, Redis
from redis.exceptions import NoScriptError

from pikku.model.pauses import next_pause
from pikku.queues.bullmq.faults import FAULTS, said

logger = logging.getLogger("pikku.queues.bullmq")


ANSWER_SECONDS = 30.0
"""More than BullMQ's workers wait for a job."""


class EnduringClient(Redis):
    """Asks again what was not answered, until `give_up`.

    So a command may be executed twice. BullMQ's can: each names a job and the token of who holds it, and a job that was
    handed out to nobody is handed out again when its lock is old.
    """

    def __init__(self, where: object, pool: ConnectionPool) -> None:
        super().__init__(connection_pool=pool)
        self._where = where
        self._given_up = asyncio.Event()
        self._is_told = False

    def give_up(self) -> None:
        """From now on, an outage is an error."""
        self._given_up.set()

    async def execute_command(self, *command: Any, **options: Any) -> Any:
        pause = 0
        while True:
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    answer = await super().execute_command(*command, **options)  # type: ignore[no-untyped-call]
            except NoScriptError:  # those who asked know what to do
                raise
            except FAULTS as error:
                if self._given_up.is_set():
                    raise
                self._tell(error)
            else:
                self._is_told = False
                return answer
            pause = next_pause(pause)
            await self._pause(pause)

    def _tell(self, error: BaseException) -> None:
        # Many ask at once, and all for the same reason.
        if not self._is_told:
            self._is_told = True
            logger.warning("the jobs of %s wait until it answers: %s", self._where, said(error))

    async def _pause(self, ms: int) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(ms / 1_000):
                await self._given_up.wait()

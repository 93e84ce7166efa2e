"""The runs of one store, for everybody who looks: applications, functions, tools."""

import os
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from types import TracebackType

from pikku.engine.settle import Stopped, run_over
from pikku.model.change import Refusal, Refused, RunDeleted
from pikku.model.duration import Duration, parse_duration
from pikku.model.errors import RunEndedError, RunNotEndedError, UnknownRunError
from pikku.model.ids import RunId
from pikku.model.names import is_storable, storable
from pikku.model.queue_names import QueueNames
from pikku.model.retention import Retention
from pikku.model.run import Run, RunStatus
from pikku.model.step import Attempt
from pikku.ports.queue import QueueService
from pikku.ports.store import RunQuery, Store
from pikku.registry.codecs import VALUE_LIMIT
from pikku.runtime.settings import Settings


class WorkflowService:
    """Reads, cancels and deletes the runs of a store, and says how this process works on them.

    Without a `queue`, the process that starts a run executes it: inline mode. With one, workers do: remote mode. With
    `single_queue` all runs are in one queue and all steps in another, otherwise each workflow has its own, and each function
    of it.

    `lease` is how long a run is held without a sign of life: a dead process' runs can be recovered after it. `value_limit`
    is the largest stored value in bytes. Bodies that wait longer than `longest_wait`, or the longest parked of more than
    `resident_bodies`, are dropped from memory and replayed when their time has come. Without `migrate`, a store whose schema is
    not the newest is refused instead of being brought to it. Functions with `cpu=True` have at most `cpu_processes` processes.
    What blocks the event loop for `blocked_after` is warned of; 0 is never. Without `hand_off`, a remote step goes through the
    queue even if the process that has its run could execute it at once. `retention` says how long ended runs are kept, of
    workflows that do not say it themselves; without it, for ever. Whoever works deletes what may go.
    """

    def __init__(
        self,
        store: Store,
        queue: QueueService | None = None,
        *,
        lease: Duration = "30s",
        value_limit: int = VALUE_LIMIT,
        resident_bodies: int = 10_000,
        longest_wait: Duration = "1min",
        migrate: bool = True,
        single_queue: bool = True,
        cpu_processes: int | None = None,
        blocked_after: Duration = "1s",
        hand_off: bool = True,
        retention: Retention | None = None,
    ) -> None:
        self.store = store
        self.queue = queue
        self.queue_names = QueueNames(single_queue)
        self._migrate = migrate
        self.settings = Settings(
            lease_ms=max(1, parse_duration(lease)),
            value_limit=value_limit,
            resident_bodies=resident_bodies,
            longest_wait_ms=parse_duration(longest_wait),
            cpu_processes=max(1, (os.cpu_count() or 1) if cpu_processes is None else cpu_processes),
            blocked_after_ms=parse_duration(blocked_after),
            hand_off=hand_off,
            retention=retention,
        )

    @asynccontextmanager
    async def opened(self, *, migrate: bool = True) -> AsyncIterator["WorkflowService"]:
        """The service with its store open, for as long as the block lasts.

        The store is brought to the newest schema only if both this `migrate` and that of the service are true.
        """
        await self.store.open(migrate=self._migrate and migrate)
        try:
            yield self
        finally:
            await self.store.close()

    async def __aenter__(self) -> "WorkflowService":
        await self.store.open(migrate=self._migrate)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.store.close()

    async def get_run(self, run_id: str) -> Run | None:
        """The run, or `None` when there is no such run."""
        return await self.store.get_run(RunId(run_id)) if is_storable(run_id) else None

    async def get_run_history(self, run_id: str) -> Sequence[Attempt]:
        """All attempts of all steps of the run in the order of time; empty when there is no such run."""
        return await self.store.history(RunId(run_id)) if is_storable(run_id) else []

    async def list_runs(
        self,
        *,
        status: str | Collection[str] = (),
        workflow: str | None = None,
        tags: Collection[str] = (),
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        limit: int = 100,
        before: str | None = None,
    ) -> Sequence[Run]:
        """The runs that match all of these, newest first; `before` is the last run of the page before.

        Raises `ValueError` for a status that does not exist.
        """
        statuses = [status] if isinstance(status, str) else status
        query = RunQuery(
            statuses=[RunStatus(each) for each in statuses],
            workflow=workflow,
            tags=[tags] if isinstance(tags, str) else tags,
            created_from=_unix_ms(created_after),
            created_until=_unix_ms(created_before),
            limit=limit,
            before=None if before is None else RunId(before),
        )
        names = (workflow or "", before or "", *query.tags)
        return await self.store.list_runs(query) if all(map(is_storable, names)) else []

    async def cancel_run(self, run_id: str, reason: str = "cancelled") -> None:
        """End a running run as cancelled; a process that executes it stops as soon as it hears of it.

        Raises `UnknownRunError`, or `RunEndedError` if it has ended already.
        """
        if not is_storable(run_id):
            raise UnknownRunError(run_id)
        (outcome,) = await self.store.apply([run_over(RunId(run_id), None, Stopped(storable(reason)))])
        if isinstance(outcome, Refused):
            run = await self.get_run(run_id)
            raise UnknownRunError(run_id) if run is None else RunEndedError(run_id, run.status)

    async def delete_run(self, run_id: str) -> None:
        """Delete a run that has ended, with its steps and their history; see `Retention` for how this goes by itself.

        Raises `UnknownRunError`, or `RunNotEndedError` if it is running.
        """
        if not is_storable(run_id):
            raise UnknownRunError(run_id)
        (outcome,) = await self.store.apply([RunDeleted(run_id=RunId(run_id))])
        if isinstance(outcome, Refused):
            raise UnknownRunError(run_id) if outcome.why is Refusal.MISSING else RunNotEndedError(run_id)


def _unix_ms(time: datetime | None) -> int | None:
    return None if time is None else int(time.timestamp() * 1_000)

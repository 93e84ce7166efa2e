"""What operators do with the runs of a store, whether or not the application can be imported."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pikku.app.pikku import Pikku
from pikku.app.services import created
from pikku.engine.settle import Stopped, run_over
from pikku.model.change import Refused
from pikku.model.errors import RunEndedError, UnknownRunError
from pikku.model.ids import RunId
from pikku.runtime.service import WorkflowService


async def cancel_run(service: WorkflowService, run_id: str, reason: str = "cancelled") -> None:
    """End a running run as cancelled; a process that executes it stops as soon as it hears of it.

    Raises `UnknownRunError`, or `RunEndedError` if it has ended already.
    """
    (outcome,) = await service.store.apply([run_over(RunId(run_id), None, Stopped(reason))])
    if not isinstance(outcome, Refused):
        return
    run = await service.get_run(run_id)
    if run is None:
        raise UnknownRunError(run_id)
    raise RunEndedError(run_id, run.status)


@asynccontextmanager
async def own_workflow_service(app: Pikku[Any]) -> AsyncIterator[WorkflowService | None]:
    """The workflow service that the services of an application bring with them, open; `None` if they bring none."""
    async with created(app._services) as services:
        service = getattr(services, "workflow_service", None)
        if not isinstance(service, WorkflowService):
            yield None
            return
        async with service:
            yield service

"""What the bodies of workflows are given."""

from typing import TypeVar

from pikku.runtime.context import Context
from pikku.runtime.rpc import Rpc
from pikku.runtime.run_logger import RunLogger
from pikku.runtime.service import WorkflowService
from pikku.runtime.workflow import Workflow

S = TypeVar("S")


class WorkflowContext(Context[S]):
    """The surroundings of a workflow body: `workflow` takes its steps."""

    __slots__ = ("_workflow",)

    def __init__(
        self, services: S, rpc: Rpc, logger: RunLogger, workflow_service: WorkflowService, workflow: Workflow
    ) -> None:
        super().__init__(services, rpc, logger, workflow_service)
        self._workflow = workflow

    @property
    def workflow(self) -> Workflow:
        """Takes the steps of the run, sleeps, and cancels it."""
        return self._workflow

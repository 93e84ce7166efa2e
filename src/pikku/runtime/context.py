"""What the user's functions and workflow bodies are given."""

from typing import Generic, TypeVar

from pikku.runtime.rpc import Rpc
from pikku.runtime.run_logger import RunLogger
from pikku.runtime.service import WorkflowService
from pikku.runtime.step_info import StepInfo, current_step
from pikku.runtime.workflow import Workflow

S = TypeVar("S")


class Context(Generic[S]):
    """The surroundings of a function.

    `services` is what the application's `create_singleton_services` returned, `rpc` calls other functions and starts
    workflows, `logger` is bound to the run and step, `workflow_service` reads runs.
    """

    __slots__ = ("logger", "rpc", "services", "workflow_service")

    def __init__(self, services: S, rpc: Rpc, logger: RunLogger, workflow_service: WorkflowService) -> None:
        self.services = services
        self.rpc = rpc
        self.logger = logger
        self.workflow_service = workflow_service

    @property
    def step(self) -> StepInfo | None:
        """The step that is being executed; `None` outside a workflow step."""
        return current_step.get()


class WorkflowContext(Context[S]):
    """The surroundings of a workflow body: `workflow` takes its steps."""

    __slots__ = ("workflow",)

    def __init__(
        self, services: S, rpc: Rpc, logger: RunLogger, workflow_service: WorkflowService, workflow: Workflow
    ) -> None:
        super().__init__(services, rpc, logger, workflow_service)
        self.workflow = workflow

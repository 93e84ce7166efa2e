"""What the user's functions are given."""

from typing import Generic, TypeVar
from uuid import uuid4

from pikku.runtime.rpc import Rpc
from pikku.runtime.run_logger import RunLogger
from pikku.runtime.service import WorkflowService
from pikku.runtime.step_info import StepInfo, current_step

S = TypeVar("S")


class Context(Generic[S]):
    """The surroundings of a function.

    `services` is what the application's `create_singleton_services` returned, `rpc` calls other functions and starts
    workflows, `logger` is bound to the run and step, `workflow_service` reads runs.
    """

    __slots__ = ("_own_id", "logger", "rpc", "services", "workflow_service")

    def __init__(self, services: S, rpc: Rpc, logger: RunLogger, workflow_service: WorkflowService) -> None:
        self.services = services
        self.rpc = rpc
        self.logger = logger
        self.workflow_service = workflow_service
        self._own_id = ""

    @property
    def step(self) -> StepInfo | None:
        """The step that is being executed; `None` outside a workflow step."""
        return current_step.get()

    @property
    def invocation_id(self) -> str:
        """The token to give to other systems: the same for every attempt of a step, and for no other step.

        Outside of a step there are no attempts: each call of a function has its own.
        """
        if step := current_step.get():
            return step.invocation_id
        self._own_id = self._own_id or str(uuid4())
        return self._own_id

"""Durable workflows: async functions that outlive crashes and restarts.

    from pikku import Context, Pikku, WorkflowContext, func, workflow

See README.md for a first workflow, and ARCHITECTURE.md for the house.
"""

from pikku.app.pikku import Pikku
from pikku.app.services import Services
from pikku.model.duration import Duration
from pikku.model.errors import (
    NonDeterminismError,
    NonRetryableError,
    PayloadTooLargeError,
    PikkuError,
    RetryAfter,
    RunCancelledError,
    RunFailedError,
    StepFailedError,
    StepTimeoutError,
    UnknownFunctionError,
    UnknownRunError,
    UnknownWorkflowError,
    UnstorableValueError,
)
from pikku.model.failure import Failure
from pikku.model.run import Run, RunStatus
from pikku.model.step import Attempt, StepKind, StepStatus
from pikku.registry.marks import Middleware, func, workflow, workflow_func
from pikku.runtime.client import Client
from pikku.runtime.context import Context, WorkflowContext
from pikku.runtime.handle import RunHandle
from pikku.runtime.rpc import Rpc
from pikku.runtime.service import WorkflowService
from pikku.runtime.step_info import StepInfo
from pikku.stores.memory import MemoryStore

__all__ = [
    "Attempt",
    "Client",
    "Context",
    "Duration",
    "Failure",
    "MemoryStore",
    "Middleware",
    "NonDeterminismError",
    "NonRetryableError",
    "PayloadTooLargeError",
    "Pikku",
    "PikkuError",
    "RetryAfter",
    "Rpc",
    "Run",
    "RunCancelledError",
    "RunFailedError",
    "RunHandle",
    "RunStatus",
    "Services",
    "StepFailedError",
    "StepInfo",
    "StepKind",
    "StepStatus",
    "StepTimeoutError",
    "UnknownFunctionError",
    "UnknownRunError",
    "UnknownWorkflowError",
    "UnstorableValueError",
    "WorkflowContext",
    "WorkflowService",
    "func",
    "workflow",
    "workflow_func",
]

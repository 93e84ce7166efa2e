"""Durable workflows: async functions that outlive crashes and restarts.

    from pikku import Context, Pikku, WorkflowContext, func, workflow

See README.md for a first workflow, and ARCHITECTURE.md for the house. Names are imported when they are first used, so that
the command answers at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pikku.app.pikku import Pikku
    from pikku.app.services import Services
    from pikku.model.duration import Duration
    from pikku.model.errors import (
        InvalidDataError,
        NonDeterminismError,
        PayloadTooLargeError,
        PikkuError,
        QueueError,
        RunCancelledError,
        RunEndedError,
        RunFailedError,
        RunNotEndedError,
        StepFailedError,
        StepTimeoutError,
        StoreError,
        StoreUnavailableError,
        UnknownFunctionError,
        UnknownRunError,
        UnknownWorkflowError,
        UnstorableValueError,
    )
    from pikku.model.failure import Failure
    from pikku.model.retention import Retention
    from pikku.model.retrying import NonRetryableError, RetryAfter
    from pikku.model.run import Run, RunStatus
    from pikku.model.secret import Secret
    from pikku.model.step import Attempt, StepKind, StepStatus
    from pikku.queues.store_queue import StoreQueue
    from pikku.registry.marks import Middleware, func, workflow, workflow_func
    from pikku.runtime.client import Client
    from pikku.runtime.context import Context
    from pikku.runtime.handle import RunHandle
    from pikku.runtime.queue_worker import QueueKind, QueueWorker
    from pikku.runtime.rpc import Rpc
    from pikku.runtime.service import WorkflowService
    from pikku.runtime.step_info import StepInfo
    from pikku.runtime.work import Work
    from pikku.runtime.workflow_client import WorkflowClient
    from pikku.runtime.workflow_context import WorkflowContext
    from pikku.stores.memory import MemoryStore

_HOMES = {
    "Attempt": "pikku.model.step",
    "Client": "pikku.runtime.client",
    "Context": "pikku.runtime.context",
    "Duration": "pikku.model.duration",
    "Failure": "pikku.model.failure",
    "InvalidDataError": "pikku.model.errors",
    "MemoryStore": "pikku.stores.memory",
    "Middleware": "pikku.registry.marks",
    "NonDeterminismError": "pikku.model.errors",
    "NonRetryableError": "pikku.model.retrying",
    "PayloadTooLargeError": "pikku.model.errors",
    "Pikku": "pikku.app.pikku",
    "PikkuError": "pikku.model.errors",
    "QueueError": "pikku.model.errors",
    "QueueKind": "pikku.runtime.queue_worker",
    "QueueWorker": "pikku.runtime.queue_worker",
    "Retention": "pikku.model.retention",
    "RetryAfter": "pikku.model.retrying",
    "Rpc": "pikku.runtime.rpc",
    "Run": "pikku.model.run",
    "RunCancelledError": "pikku.model.errors",
    "RunEndedError": "pikku.model.errors",
    "RunFailedError": "pikku.model.errors",
    "RunHandle": "pikku.runtime.handle",
    "RunNotEndedError": "pikku.model.errors",
    "RunStatus": "pikku.model.run",
    "Secret": "pikku.model.secret",
    "Services": "pikku.app.services",
    "StepFailedError": "pikku.model.errors",
    "StepInfo": "pikku.runtime.step_info",
    "StepKind": "pikku.model.step",
    "StepStatus": "pikku.model.step",
    "StepTimeoutError": "pikku.model.errors",
    "StoreError": "pikku.model.errors",
    "StoreQueue": "pikku.queues.store_queue",
    "StoreUnavailableError": "pikku.model.errors",
    "UnknownFunctionError": "pikku.model.errors",
    "UnknownRunError": "pikku.model.errors",
    "UnknownWorkflowError": "pikku.model.errors",
    "UnstorableValueError": "pikku.model.errors",
    "Work": "pikku.runtime.work",
    "WorkflowClient": "pikku.runtime.workflow_client",
    "WorkflowContext": "pikku.runtime.workflow_context",
    "WorkflowService": "pikku.runtime.service",
    "func": "pikku.registry.marks",
    "workflow": "pikku.registry.marks",
    "workflow_func": "pikku.registry.marks",
}

__all__ = [
    "Attempt",
    "Client",
    "Context",
    "Duration",
    "Failure",
    "InvalidDataError",
    "MemoryStore",
    "Middleware",
    "NonDeterminismError",
    "NonRetryableError",
    "PayloadTooLargeError",
    "Pikku",
    "PikkuError",
    "QueueError",
    "QueueKind",
    "QueueWorker",
    "Retention",
    "RetryAfter",
    "Rpc",
    "Run",
    "RunCancelledError",
    "RunEndedError",
    "RunFailedError",
    "RunHandle",
    "RunNotEndedError",
    "RunStatus",
    "Secret",
    "Services",
    "StepFailedError",
    "StepInfo",
    "StepKind",
    "StepStatus",
    "StepTimeoutError",
    "StoreError",
    "StoreQueue",
    "StoreUnavailableError",
    "UnknownFunctionError",
    "UnknownRunError",
    "UnknownWorkflowError",
    "UnstorableValueError",
    "Work",
    "WorkflowClient",
    "WorkflowContext",
    "WorkflowService",
    "func",
    "workflow",
    "workflow_func",
]


if not TYPE_CHECKING:  # type checkers would take any name for one of ours

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module 'pikku' has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_HOMES[name]), name)
        return value


def __dir__() -> list[str]:
    return __all__

"""The names of queues: the original's."""

from msgspec import Struct

ORCHESTRATOR = "pikku-workflow-orchestrator"
"""With a single queue: all runs."""

STEP_WORKER = "pikku-workflow-step-worker"
"""With a single queue: all steps."""


class QueueNames(Struct, frozen=True):
    """Which queue something is in: with `single`, one of two for everything, otherwise of its own workflow and function."""

    single: bool = True

    def of_runs(self, workflow: str) -> str:
        """The queue of a workflow's runs."""
        return ORCHESTRATOR if self.single else f"workflow-{workflow}-orchestrator"

    def of_steps(self, workflow: str, rpc: str) -> str:
        """The queue of those steps of a workflow that call one function."""
        return STEP_WORKER if self.single else f"workflow-{workflow}-{rpc}"

"""The names of queues: the original's."""

ORCHESTRATOR = "pikku-workflow-orchestrator"
"""With a single queue: all runs."""

STEP_WORKER = "pikku-workflow-step-worker"
"""With a single queue: all steps."""


def orchestrator_queue(workflow: str, *, single: bool) -> str:
    """The queue of a workflow's runs."""
    return ORCHESTRATOR if single else f"workflow-{workflow}-orchestrator"


def step_queue(workflow: str, rpc: str, *, single: bool) -> str:
    """The queue of the steps of a workflow that call one function."""
    return STEP_WORKER if single else f"workflow-{workflow}-{rpc}"

"""What is in a queue of an application, and the work of a process that takes it."""

from enum import StrEnum

from msgspec import Struct

from pikku.runtime.work import Work


class QueueKind(StrEnum):
    """What the messages of a queue are about."""

    ORCHESTRATOR = "orchestrator"
    STEPS = "steps"
    JOBS = "jobs"


class QueueWorker(Struct, frozen=True):
    """A queue, and what is done for it. `pikku prebuild` lists those of an application in `workflow_workers.py`.

    `workflow` and `function` are empty where the queue is that of all of them.

        async with app.connect(queue="store", work=ORDERS_ORCHESTRATOR.work):
            ...
    """

    queue: str
    kind: QueueKind
    workflow: str = ""
    function: str = ""

    @property
    def work(self) -> Work:
        """What a process does that takes this queue alone."""
        orchestrates = self.kind is QueueKind.ORCHESTRATOR
        return Work(orchestrate=orchestrates, steps=not orchestrates, queues=(self.queue,))

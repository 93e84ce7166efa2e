"""One step that this process has claimed, from taking it over until it is recorded or somebody else's."""

import asyncio
from collections.abc import Collection

from pikku.model.change import Held
from pikku.ports.store import ClaimedStep, Snapshot


class Assignment:
    """How far the execution of the step is, and how it is ended from outside."""

    def __init__(self, claimed: ClaimedStep, asked_at: int) -> None:
        self.asked_at = asked_at
        self.step = claimed.step
        self.workflow = claimed.workflow
        self.held = Held(claimed.step.run_id, claimed.step.epoch, claimed.step.key)
        self.task: asyncio.Task[None] | None = None
        self.executes = self.dropped = self.returned = self.is_due_again = False

    def drop(self) -> None:
        """End the execution: it is nobody's business any more."""
        self.dropped = True
        self._cancel()

    def give_back(self) -> None:
        """End the execution, and leave the step to others."""
        if not self.returned:
            self.returned = True
            self._cancel()

    def abandon(self) -> None:
        """End whatever is being done for the step, its record too."""
        self.dropped = True
        if self.task is not None:
            self.task.cancel()

    def asks(self) -> Collection[str]:
        return (self.step.key,)

    def take(self, snapshot: Snapshot, asked: Collection[str]) -> None:
        step = snapshot.steps.get(self.step.key)
        # An older epoch was read before this worker claimed the step.
        if snapshot.run.status.ended or (step is not None and step.epoch > self.step.epoch):
            self.drop()

    def _cancel(self) -> None:
        # A task that is cancelled before its first step, or while it writes, could not tell how it ended.
        if self.executes and self.task is not None:
            self.task.cancel()

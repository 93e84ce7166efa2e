"""What a step knows of itself, wherever in it one asks."""

from contextvars import ContextVar

from msgspec import Struct

from pikku.model.ids import RunId, invocation_id


class StepInfo(Struct, frozen=True):
    """The step that is being executed. `invocation_id` is the same for every attempt: give it to other systems."""

    run_id: RunId
    key: str
    step_name: str
    attempt_count: int

    @property
    def invocation_id(self) -> str:
        return invocation_id(self.run_id, self.key)

    @property
    def step_id(self) -> str:
        return self.invocation_id


current_step: ContextVar[StepInfo | None] = ContextVar("pikku_step", default=None)
"""The step of this task or thread; contexts are copied into both."""

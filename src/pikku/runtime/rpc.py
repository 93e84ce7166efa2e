"""Calling functions and starting workflows by name, from functions and bodies."""

from typing import Any, Protocol

from pikku.model.ids import RunId, child_run_id
from pikku.runtime.step_info import current_step


class Application(Protocol):
    """What an `Rpc` needs of the process that it is in."""

    async def call_function(self, name: str, data: Any) -> Any:
        """What the function returns."""

    async def start_run(self, name: str, data: Any, run_id: RunId | None) -> RunId:
        """The id of the run that has been started, or that has been there under this id."""


class Rpc:
    """`invoke` calls a function now, in this process, without a record; `start_workflow` starts a run of its own."""

    __slots__ = ("_application", "_started")

    def __init__(self, application: Application) -> None:
        self._application = application
        self._started: dict[str, int] = {}

    async def invoke(self, name: str, data: Any = None) -> Any:
        """What the function of that name returns for this data.

        In a workflow body, call it inside a step: `workflow.do("…", lambda: ctx.rpc.invoke("…", data))`.
        """
        return await self._application.call_function(name, data)

    async def start_workflow(self, name: str, data: Any = None) -> str:
        """Start a run, and return its id without waiting for it.

        Inside a step, a repeated attempt that starts the same runs in the same order starts them only once.
        """
        return await self._application.start_run(name, data, self._next_child())

    def _next_child(self) -> RunId | None:
        step = current_step.get()
        if step is None:
            return None
        attempt = f"{step.invocation_id}/{step.attempt_count}"
        ordinal = self._started[attempt] = self._started.get(attempt, -1) + 1
        return child_run_id(step.invocation_id, ordinal)

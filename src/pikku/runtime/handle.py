"""A run, for the one who started it."""

from typing import Generic, TypeVar

from pikku.model.duration import Duration, parse_duration
from pikku.model.errors import RunCancelledError, RunFailedError
from pikku.model.failure import LOST
from pikku.model.ids import RunId
from pikku.model.payload import NULL
from pikku.model.run import Run, RunStatus
from pikku.ports.clock import Clock
from pikku.registry.codecs import Codec
from pikku.runtime.deadline import deadline
from pikku.runtime.watch import Watch

O = TypeVar("O")  # noqa: E741  the type of the output


class RunHandle(Generic[O]):
    """`run_id` names the run everywhere; `result()` waits for its end, in whatever process it ends."""

    def __init__(
        self, run_id: RunId, workflow: str, output: Codec, watch: Watch, clock: Clock, started: float | None = None
    ) -> None:
        self.run_id = run_id
        self.workflow = workflow
        self._output = output
        self._watch = watch
        self._clock = clock
        self._started = started

    def __repr__(self) -> str:
        return f"RunHandle({self.workflow!r}, {self.run_id!r})"

    async def ended(self, timeout: Duration | None = None) -> Run:
        """The run, however it has ended.

        Raises `TimeoutError` when it takes longer; the run goes on all the same. Raises `UnknownRunError` if it has been deleted.
        """
        limit = None if timeout is None else parse_duration(timeout)
        try:
            async with deadline(self._clock, limit):
                return await self._watch.ended(self.run_id, self._started)
        except TimeoutError:
            raise TimeoutError(f"{self.workflow} run {self.run_id} has not ended after {timeout}") from None

    async def result(self, timeout: Duration | None = None) -> O:
        """What the workflow returned.

        Raises `RunFailedError` with the stored error, `RunCancelledError` with the reason, or `TimeoutError`; the run
        itself goes on after a timeout. Raises `UnknownRunError` if it has been deleted, as no run is kept for ever.
        """
        run = await self.ended(timeout)
        if run.status is RunStatus.FAILED:
            raise RunFailedError(run.run_id, run.workflow, run.error or LOST)
        if run.status is RunStatus.CANCELLED:
            raise RunCancelledError(run.run_id, run.workflow, run.error.message if run.error else "")
        output: O = self._output.decode(run.output_json or NULL, f"the output of workflow {run.workflow!r}")
        return output

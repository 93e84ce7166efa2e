"""What the store says of the demo's runs at one moment."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from pikku.model.ids import RunId
from pikku.model.run import Run, RunStatus
from pikku.model.step import Attempt
from pikku.runtime.service import WorkflowService

StepId = tuple[RunId, str]
"""A run, and the key of a step in it."""


class Chronicle(Struct, frozen=True):
    """The runs in the order of their creation, and all attempts of each."""

    runs: Sequence[Run]
    histories: Mapping[RunId, Sequence[Attempt]]

    @property
    def finished(self) -> Mapping[StepId, Attempt]:
        """The steps that have finished, each with the attempt that finished it."""
        return {(each.run_id, each.key): each for each in self.attempts if each.status.final}

    @property
    def completed(self) -> int:
        return len([run for run in self.runs if run.status is RunStatus.COMPLETED])

    @property
    def attempts(self) -> Sequence[Attempt]:
        return [attempt for history in self.histories.values() for attempt in history]

    def attempts_of(self, step: StepId) -> Sequence[Attempt]:
        run_id, key = step
        return [each for each in self.histories.get(run_id, ()) if each.key == key]


async def read_chronicle(service: WorkflowService, most: int) -> Chronicle:
    """The chronicle of at most so many runs."""
    runs = [*reversed(await service.list_runs(limit=most))]
    return Chronicle(runs, {run.run_id: await service.get_run_history(run.run_id) for run in runs})


def who(run: Run) -> str:
    """Whom the run is for."""
    return str(run.input["user_id"])

"""Every legal move of a run and of a step. The picture in docs/states.md is made from these two tables.

Rule 1: what is not in these tables does not happen. Rule 2: a final status has no way out.
"""

from pikku.model.run import RunStatus
from pikku.model.step import StepStatus

RUN_MOVES: dict[RunStatus | None, frozenset[RunStatus]] = {
    None: frozenset({RunStatus.RUNNING}),
    RunStatus.RUNNING: frozenset({RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED}),
    RunStatus.COMPLETED: frozenset(),
    RunStatus.FAILED: frozenset(),
    RunStatus.CANCELLED: frozenset(),
}

STEP_MOVES: dict[StepStatus | None, frozenset[StepStatus]] = {
    # A step that succeeds or fails at once is written once, with its end.
    None: frozenset(StepStatus),
    StepStatus.PENDING: frozenset({StepStatus.SCHEDULED, StepStatus.RUNNING, StepStatus.FAILED}),
    # A sleep goes from scheduled to succeeded; a retry is executed again; an ending run fails what is scheduled.
    StepStatus.SCHEDULED: frozenset(
        {StepStatus.SCHEDULED, StepStatus.RUNNING, StepStatus.SUCCEEDED, StepStatus.FAILED}
    ),
    # From running to running: the attempt was lost with its process, and the next one begins.
    StepStatus.RUNNING: frozenset({StepStatus.RUNNING, StepStatus.SCHEDULED, StepStatus.SUCCEEDED, StepStatus.FAILED}),
    StepStatus.SUCCEEDED: frozenset(),
    StepStatus.FAILED: frozenset(),
}


def may_move(start: StepStatus | None, end: StepStatus) -> bool:
    """Whether a step may go from `start` (`None`: it is not recorded yet) to `end`."""
    return end in STEP_MOVES[start]

"""Attempts of steps, for `show` and `history`."""

from collections.abc import Sequence

from pikku.cli.failures import failure_text
from pikku.cli.json_output import compact_json
from pikku.cli.printable import shortened
from pikku.cli.terminal import Cell
from pikku.model.step import Attempt, StepKind, StepStatus

LONGEST_OUTCOME = 200


def by_step(attempts: Sequence[Attempt]) -> list[Attempt]:
    """The last attempt of each step, in the order in which the steps began."""
    last: dict[str, Attempt] = {}
    for attempt in attempts:
        known = last.get(attempt.key)
        if known is None or attempt.attempt_count >= known.attempt_count:
            last[attempt.key] = attempt
    return list(last.values())


def outcome_cell(attempt: Attempt) -> Cell:
    """Its result or its error, in short."""
    if attempt.error is not None:
        return Cell(shortened(failure_text(attempt.error), LONGEST_OUTCOME), "red")
    if attempt.status is not StepStatus.SUCCEEDED or attempt.kind is StepKind.SLEEP:
        return Cell("")
    return Cell(shortened(compact_json(attempt.result), LONGEST_OUTCOME))

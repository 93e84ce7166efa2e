"""Which ended runs may go, by what is said of how long they are kept."""

from collections.abc import Collection

from msgspec import Struct

from pikku.model.retention import Retention
from pikku.model.run import RunStatus

SETTLED_MS = 60_000
"""What ended less than so long ago is never deleted: whoever waits for a run must be able to see how it ended."""

ENDS = tuple(status for status in RunStatus if status.ended)


class Rule(Struct, frozen=True):
    """Runs that may go: of these statuses, ended at least `ended_for` ms ago, but for the `newest` of the workflow.

    Without a workflow, the runs of any.
    """

    workflow: str | None
    statuses: tuple[RunStatus, ...]
    ended_for: int
    newest: int = 0


def rules_of(
    retention: Retention, workflow: str | None = None, statuses: Collection[RunStatus] = ENDS
) -> tuple[Rule, ...]:
    """The rules of a retention for a workflow, `None`: for all of them together, as far as these statuses go.

    A run may go as soon as one of them says so.
    """
    apart = retention.failed_age is not None or retention.failed_count is not None
    groups = [
        (
            [status for status in ENDS if not (apart and status is RunStatus.FAILED)],
            retention.age_ms,
            retention.count,
        ),
        ([RunStatus.FAILED] if apart else [], retention.failed_age_ms, retention.failed_count),
    ]
    return tuple(
        rule
        for group, age_ms, count in groups
        if (wanted := tuple(status for status in group if status in statuses))
        for rule in _rules(workflow, wanted, age_ms, count)
    )


def _rules(workflow: str | None, statuses: tuple[RunStatus, ...], age_ms: int | None, count: int | None) -> list[Rule]:
    by_age = [] if age_ms is None else [Rule(workflow, statuses, max(age_ms, SETTLED_MS))]
    by_count = [] if count is None else [Rule(workflow, statuses, SETTLED_MS, newest=count)]
    return by_age + by_count

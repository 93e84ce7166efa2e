"""Reading in order, for the stores that keep values rather than rows."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from pikku.model.ids import RunId
from pikku.model.payload import NULL
from pikku.model.run import Run
from pikku.model.step import Attempt, Step, last_attempt
from pikku.ports.store import RunQuery


def selected(runs: Mapping[RunId, Run], query: RunQuery, now: int) -> list[Run]:
    """The runs that a query asks for at a time of the store's clock, newest first."""
    known: Iterable[Run] = runs.values()
    if query.run_ids:
        known = (runs[run_id] for run_id in set(query.run_ids) if run_id in runs)
    found = sorted((run for run in known if _matches(run, query, now)), key=_age, reverse=True)
    if query.before is not None:
        last = runs.get(query.before)
        found = [run for run in found if last is not None and _age(run) < _age(last)]
    return found[query.skip : query.skip + query.limit]


def bare(run: Run) -> Run:
    """The run without what may be large or is derived from its steps."""
    return msgspec.structs.replace(run, input_json=NULL, output_json=None, error=None, tags=(), waiting_on=())


def in_order(steps: Mapping[str, Step], behind: Sequence[Attempt]) -> list[Attempt]:
    """All attempts: by the time they began, then by the place of their call in the body, then by their count and key."""
    attempts = [*behind, *(last_attempt(step) for step in steps.values())]
    return sorted(
        attempts, key=lambda each: (each.created_ms, steps[each.key].call.position, each.attempt_count, each.key)
    )


def chosen(steps: Mapping[str, Step], keys: Collection[str] | None) -> dict[str, Step]:
    """The steps with these keys, as far as they are there; with `None`, all."""
    return dict(steps) if keys is None else {key: steps[key] for key in keys if key in steps}


def _matches(run: Run, query: RunQuery, now: int) -> bool:
    return (
        (not query.statuses or run.status in query.statuses)
        and (query.workflow is None or run.workflow == query.workflow)
        and set(query.tags) <= set(run.tags)
        and (query.created_from is None or run.created_ms >= query.created_from)
        and (query.created_until is None or run.created_ms < query.created_until)
        and (query.ended_for is None or _has_ended(run, now - query.ended_for))
    )


def _has_ended(run: Run, by: int) -> bool:
    return run.completed_ms is not None and run.completed_ms <= by


def _age(run: Run) -> tuple[int, str]:
    return (run.created_ms, run.run_id)

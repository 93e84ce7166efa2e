"""The query that lists runs, with the lines that a caller's filters need and no others."""

from typing import Any

from pikku.ports.store import RunQuery
from pikku.stores.postgres.query import Query

LIST_RUNS = Query("list_runs")
WHOLE_RUNS = Query("whole_runs")
BARE_COLUMNS = Query("bare_columns")

IN_ORDER = "SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = off"
"""How many runs of a workflow ended before some moment, the planner cannot foresee: for each page it would read and sort all
of them, instead of beginning with the newest."""


def listing(schema: str, asked: RunQuery, now: int | None) -> tuple[str, list[Any]]:
    """The statement in a quoted schema, and its parameters. `now` is the time to go by, `None` for the database's."""
    if asked.bare:
        text = LIST_RUNS.within(schema).replace("{columns}", BARE_COLUMNS.within(schema).rstrip())
    else:
        text = WHOLE_RUNS.within(schema).replace("{listed}", LIST_RUNS.within(schema).replace("{columns}", "run_id"))
    statuses = [str(status) for status in asked.statuses]
    filters: dict[str, Any] = {
        "run_ids": list(asked.run_ids) or None,
        "only_status": statuses[0] if len(statuses) == 1 else None,
        "statuses": statuses if len(statuses) > 1 else None,
        "workflow": asked.workflow,
        "tags": list(asked.tags) or None,
        "created_from": asked.created_from,
        "created_until": asked.created_until,
        "ended_for": asked.ended_for,
        "before": asked.before,
        "limit": asked.limit,
        "skip": asked.skip,
    }
    for name in [name for name, value in filters.items() if value is None]:
        text = "\n".join(line for line in text.splitlines() if f":{name}" not in line)
        del filters[name]
    if asked.ended_for is not None:
        filters["now"] = now
    for number, name in enumerate(filters, start=1):
        text = text.replace(f":{name}", f"${number}")
    return text, list(filters.values())

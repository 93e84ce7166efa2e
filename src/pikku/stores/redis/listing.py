"""Lists runs by pages, so that a long look for few runs does not hold up everybody else."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from pikku.model.run import RunStatus
from pikku.ports.store import RunQuery
from pikku.stores.redis.packing import pack

MOST = 10_000
"""How many runs the server looks at before it does something else."""


async def pages(query: RunQuery, ask: Callable[[bytes], Awaitable[Any]]) -> AsyncIterator[Any]:
    """The runs as the script `list_runs.lua` returns them, one page after another."""
    page, listed = _first_page(query), 0
    while True:
        stopped_at, page["skip"], *runs = await ask(pack({**page, "limit": query.limit - listed}))
        for run in runs:
            yield run
        listed += len(runs)
        if stopped_at is None or listed >= query.limit:
            return
        page["after"] = stopped_at


def _first_page(query: RunQuery) -> dict[str, Any]:
    return {
        "run_ids": [*dict.fromkeys(query.run_ids)],
        "statuses": [*dict.fromkeys(str(each) for each in query.statuses)] or [*RunStatus],
        "workflow": query.workflow,
        "tags": [*query.tags],
        "created_from": query.created_from,
        "created_until": query.created_until,
        "ended_for": query.ended_for,
        "before": query.before,
        "skip": query.skip,
        "bare": query.bare,
        "after": None,
        "most": MOST,
    }

"""What the database does inside the store's functions, told by its own module `auto_explain`."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from pikku.stores.postgres.connections import connect

_SETTINGS = {
    "log_min_duration": "0",
    "log_nested_statements": "on",
    "log_analyze": "on",
    "log_format": "json",
    "log_level": "notice",
}


class Scan(NamedTuple):
    """How a statement went through a table: `by` which index (`None`: all of it), and how many rows it looked at."""

    table: str
    by: str | None
    rows: int


class Explained:
    """A connection whose statements are explained as they are executed."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.kinds: set[str] = set()
        self.scans: list[Scan] = []
        connection.add_log_listener(self._take)

    def forget(self) -> None:
        """Forget what was told so far."""
        self.kinds.clear()
        self.scans.clear()

    def _take(self, _connection: Any, message: Any) -> None:
        _, _, text = message.message.partition("plan:\n")
        for node in _nodes(json.loads(text)["Plan"]) if text else ():
            self.kinds.add(node["Node Type"])
            if "Relation Name" in node and node["Node Type"].endswith("Scan"):
                passed_over = node.get("Rows Removed by Filter", 0)
                rows = round((node["Actual Rows"] + passed_over) * node["Actual Loops"])
                self.scans.append(Scan(node["Relation Name"], node.get("Index Name"), rows))


async def explained(url: str) -> Explained:
    """A connection as the store has them, to be closed by who asks for it."""
    connection = await connect(url, statement_cache_size=100)
    await connection.execute("LOAD 'auto_explain'")
    for name, value in _SETTINGS.items():
        await connection.execute(f"SET auto_explain.{name} = {value}")
    return Explained(connection)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)

"""Commits of one row by sqlite3, in the mode that the store has: a log that is written through at every commit."""

import sqlite3

from benchmarks.rate import PAYLOAD, rate

TABLE = "CREATE TABLE yardstick (id INTEGER PRIMARY KEY, payload TEXT)"
INSERT = "INSERT INTO yardstick (payload) VALUES (?)"


async def commits(url: str, seconds: float, rows: int) -> dict[str, float]:
    """Committed rows a second, one in a transaction and many in a transaction."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    for command in "PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", TABLE:
        connection.execute(command)

    async def one(number: int) -> None:
        connection.execute(INSERT, (PAYLOAD,))

    async def many(number: int) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(INSERT, [(PAYLOAD,)] * rows)
        connection.execute("COMMIT")

    found = {"one": await rate(one, seconds), "batch": rows * await rate(many, seconds)}
    connection.close()
    return found

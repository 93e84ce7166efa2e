"""How the jobs of a lane share transactions."""

import sqlite3
from collections.abc import Iterator, Sequence

from pikku.stores.sqlite.job import Job


def commit_together(connection: sqlite3.Connection, jobs: Sequence[Job]) -> Iterator[Sequence[Job]]:
    """One transaction, and one wait for the disk, for all that wait; nobody hears before it is durable."""
    writes = []
    for job in jobs:
        if job.glance:
            job.carry_out(connection)
        else:
            writes.append(job)
    if writes:
        _commit(connection, writes)
    yield jobs


def read_one_by_one(connection: sqlite3.Connection, jobs: Sequence[Job]) -> Iterator[Sequence[Job]]:
    """A transaction for each, so that all it reads is of one moment after it was asked for."""
    for job in jobs:
        try:
            connection.execute("BEGIN")
            job.carry_out(connection)
        except sqlite3.Error as error:
            job.fail(error)
        finally:
            roll_back(connection)
        yield [job]


def roll_back(connection: sqlite3.Connection) -> None:
    """Undo what has been begun, if there is anything."""
    # SQLite has rolled back already after some errors, a full disk among them.
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _commit(connection: sqlite3.Connection, jobs: Sequence[Job]) -> None:
    try:
        connection.execute("BEGIN IMMEDIATE")
        if all(job.carry_out(connection) for job in jobs):
            connection.execute("COMMIT")
            return
        roll_back(connection)
    except sqlite3.Error as error:
        roll_back(connection)
        for job in jobs:
            job.fail(error)
        return
    if len(jobs) > 1:
        # Nothing of the batch is written; each gets a transaction of its own, so that only what is at fault fails.
        for job in jobs:
            _commit(connection, [job])

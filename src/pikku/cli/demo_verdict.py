"""Whether the demo has shown what it claims: looked up in the store, the table, the outbox and the notes of executions."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from email import message_from_bytes, policy
from typing import Any

from msgspec import Struct

from pikku.cli.demo_chronicle import Chronicle, StepId, who
from pikku.cli.demo_stage import Person, Stage
from pikku.model.run import RunStatus
from pikku.model.step import Attempt, StepKind


class Evidence(Struct, frozen=True):
    """What there is outside of the store: rows, letters, and how often a function was executed for a run's step, by name."""

    users: Sequence[Mapping[str, str]]
    letters: Sequence[str]
    executions: Mapping[tuple[str, str], int]


def gather_evidence(stage: Stage) -> Evidence:
    """The evidence in the work folder."""
    with closing(sqlite3.connect(stage.users)) as db:
        rows = db.execute("SELECT id, email FROM users").fetchall()
    letters = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in stage.outbox.glob("*.eml")]
    notes: list[dict[str, Any]] = [json.loads(line) for line in stage.executions.read_text("utf-8").splitlines()]
    return Evidence(
        users=[{"user_id": user_id, "email": email} for user_id, email in rows],
        letters=[str(letter["To"]) for letter in letters],
        executions=Counter((note["run_id"], note["step_name"]) for note in notes),
    )


def problems(people: Sequence[Person], before: Chronicle, after: Chronicle, evidence: Evidence) -> Sequence[str]:
    """Everything that is not as it must be; nothing if the demo has shown what it claims."""
    return [
        *_of_the_kill(people, before),
        *_of_runs(people, after),
        *_of_finished_steps(before, after, evidence),
        *_of_world(people, evidence),
    ]


def _of_the_kill(people: Sequence[Person], before: Chronicle) -> Iterator[str]:
    if not before.finished:
        yield "the process was killed before any step had finished"
    if before.completed == len(people):
        yield "the process was killed after all runs had been completed; try again"


def _of_runs(people: Sequence[Person], after: Chronicle) -> Iterator[str]:
    runs = Counter(who(run) for run in after.runs)
    for person in people:
        if runs[person.user_id] != 1:
            yield f"{person.user_id} has {runs[person.user_id]} runs, not 1"
    for run in after.runs:
        if run.status is not RunStatus.COMPLETED:
            yield f"the run of {who(run)} is {run.status}" + (f": {run.error}" if run.error else "")


def _of_finished_steps(before: Chronicle, after: Chronicle, evidence: Evidence) -> Iterator[str]:
    names = {run.run_id: who(run) for run in before.runs}
    for step, first in before.finished.items():
        where = f"step {first.step_name!r} of {names[first.run_id]} had finished before the kill, but"
        yield from (f"{where} {problem}" for problem in _changes(step, first, after))
        times = evidence.executions.get((first.run_id, first.step_name), 0)
        if first.kind is StepKind.RPC and times != 1:
            yield f"{where} its function was executed {times} times"


def _changes(step: StepId, first: Attempt, after: Chronicle) -> Iterator[str]:
    attempts = after.attempts_of(step)
    if len(attempts) != 1 or attempts[0].attempt_count != 1:
        yield f"shows {len(attempts)} attempts: {[each.attempt_count for each in attempts]}"
        return
    [now] = attempts
    if now.completed_at != first.completed_at:
        yield f"its time of completion moved from {first.completed_at} to {now.completed_at}"
    if (now.status, now.result_json) != (first.status, first.result_json):
        yield "its result has changed"


def _of_world(people: Sequence[Person], evidence: Evidence) -> Iterator[str]:
    rows = Counter((user["user_id"], user["email"]) for user in evidence.users)
    letters = Counter(evidence.letters)
    for person in people:
        if (count := rows.pop((person.user_id, person.email), 0)) != 1:
            yield f"{person.user_id} has {count} rows in the table of users, not 1"
        if (count := letters.pop(person.email, 0)) != 1:
            yield f"{person.user_id} has got {count} letters, not 1"
    yield from (f"there is a user {user_id} whom nobody asked for" for user_id, _ in rows)
    yield from (f"there is a letter to {to} that nobody asked for" for to in letters)

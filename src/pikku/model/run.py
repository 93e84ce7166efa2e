"""A run: one execution of a workflow, from its creation to its end."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from pikku.model.failure import Failure
from pikku.model.ids import RunId
from pikku.model.payload import Json, parse


class RunStatus(StrEnum):
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    def __init__(self, value: str) -> None:
        self.ended = value != "running"


class ExecutionMode(StrEnum):
    """Who executes a run's RPC steps: the process that owns the run, or queue workers."""

    INLINE = "inline"
    REMOTE = "remote"


class Run(Struct, frozen=True, kw_only=True):
    """A run as it is stored; times are milliseconds since 1970 by the store's clock.

    `owner` holds the run until `due_ms` under `epoch`, which grows with every owner. Without an owner, `due_ms` is when the
    run wants one. `wakes` counts what others did for the run while it may have had an owner. `waiting_on` is derived.
    """

    run_id: RunId
    workflow: str
    status: RunStatus = RunStatus.RUNNING
    mode: ExecutionMode = ExecutionMode.INLINE
    input_json: Json
    output_json: Json | None = None
    error: Failure | None = None
    tags: tuple[str, ...] = ()
    version: str | None = None
    created_ms: int
    updated_ms: int
    completed_ms: int | None = None
    owner: str | None = None
    epoch: int = 0
    due_ms: int | None = None
    wakes: int = 0
    waiting_on: tuple[str, ...] = ()

    @property
    def input(self) -> Any:
        """What the run was started with, as plain JSON values."""
        return parse(self.input_json)

    @property
    def output(self) -> Any:
        """What the workflow returned, as plain JSON values; `None` until the run is completed."""
        return None if self.output_json is None else parse(self.output_json)

    @property
    def created_at(self) -> datetime:
        return moment(self.created_ms)

    @property
    def updated_at(self) -> datetime:
        """The last interaction: when something of the run was last written."""
        return moment(self.updated_ms)

    @property
    def completed_at(self) -> datetime | None:
        """When the run ended, however it ended."""
        return None if self.completed_ms is None else moment(self.completed_ms)


def moment(unix_ms: int) -> datetime:
    """The time of a stored number of milliseconds."""
    return datetime.fromtimestamp(unix_ms / 1_000, UTC)

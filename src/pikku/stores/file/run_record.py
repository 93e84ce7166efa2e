"""A run as a document."""

import msgspec
from msgspec import UNSET, Struct

from pikku.model.failure import Failure
from pikku.model.ids import RunId
from pikku.model.run import ExecutionMode, Run, RunStatus
from pikku.stores.file.document import write_document
from pikku.stores.file.embedded import Embedded, embed, extract
from pikku.stores.file.written_time import WrittenTime, read_maybe, read_time, write_maybe, write_time


class RunRecord(Struct, kw_only=True, omit_defaults=True):
    """`runs/<run_id>.json`. A field that says nothing is left out."""

    run_id: RunId
    workflow: str
    status: RunStatus
    mode: ExecutionMode
    tags: tuple[str, ...] = ()
    version: str | None = None
    input: Embedded = UNSET
    output: Embedded = UNSET
    error: Failure | None = None
    created_at: WrittenTime
    updated_at: WrittenTime
    completed_at: WrittenTime | None = None
    due_at: WrittenTime | None = None
    owner: str | None = None
    epoch: int = 0
    wakes: int = 0


def write_run(run: Run) -> bytes:
    """The text of a run's document. Raises what `write_document` raises."""
    record = RunRecord(
        run_id=run.run_id,
        workflow=run.workflow,
        status=run.status,
        mode=run.mode,
        tags=run.tags,
        version=run.version,
        input=embed(run.input_json),
        output=embed(run.output_json),
        error=run.error,
        created_at=write_time(run.created_ms),
        updated_at=write_time(run.updated_ms),
        completed_at=write_maybe(run.completed_ms),
        due_at=write_maybe(run.due_ms),
        owner=run.owner,
        epoch=run.epoch,
        wakes=run.wakes,
    )
    return write_document(record)


def read_run(text: bytes) -> Run:
    """The run of a document. Raises `ValueError` if the text is none."""
    record = _decoder.decode(text)
    given = extract(record.input)
    if given is None:
        raise ValueError("it has no `input`")
    return Run(
        run_id=record.run_id,
        workflow=record.workflow,
        status=record.status,
        mode=record.mode,
        input_json=given,
        output_json=extract(record.output),
        error=record.error,
        tags=record.tags,
        version=record.version,
        created_ms=read_time(record.created_at),
        updated_ms=read_time(record.updated_at),
        completed_ms=read_maybe(record.completed_at),
        owner=record.owner,
        epoch=record.epoch,
        due_ms=read_maybe(record.due_at),
        wakes=record.wakes,
    )


_decoder = msgspec.json.Decoder(RunRecord)

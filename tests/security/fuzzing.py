"""Every decoder, and what it may do with what it is given: read it, or refuse it in its own words.

`python -m tests.security.fuzzing SECONDS` gives each of them its share of so many seconds, and counts the inputs.
"""

import contextlib
import io
import json
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypedDict

import click
import msgspec
import pydantic
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.security.hostile import bombs, names, spoiled, with_one_part_replaced

from pikku import Secret
from pikku.app.adapters import queue_from, store_from
from pikku.app.configuration import read_configuration
from pikku.cli.input_json import read_input
from pikku.cli.printable import json_escaped, printable
from pikku.inspector import memory
from pikku.model.duration import parse_duration
from pikku.model.errors import ConfigurationError, DurationError, InvalidDataError, PayloadError, StoreError
from pikku.model.payload import Json
from pikku.model.run import Run
from pikku.model.step import Step, StepCall, StepKind, StepStatus
from pikku.queues.job_data import job_payload
from pikku.queues.slip import hint_of
from pikku.registry.codecs import codec_for, encode
from pikku.stores.file import FileStore
from pikku.stores.file.damage import UNREADABLE
from pikku.stores.file.run_record import read_run, write_run
from pikku.stores.file.step_record import read_step, write_step
from pikku.stores.redis.record import RUN_FIELDS, call_text, run_in, step_in
from pikku.stores.row import RUN_COLUMNS, STEP_COLUMNS, attempt_of, run_as_read, run_of, step_of
from pikku.stores.sqlite import SqliteStore
from pikku.testing.contracts.scene import BROKEN, RUN

PASSWORD = "s3cret"  # noqa: S105  it opens nothing


@dataclass
class Line:
    price: float
    note: Annotated[str, Secret] = ""


class Order(TypedDict):
    lines: list[Line]
    count: int


class Parcel(msgspec.Struct, tag=True):
    order: Order | None = None


class Person(pydantic.BaseModel):
    name: str
    parcels: dict[str, list[int]] = {}


RUN_STORED = Run(
    run_id=RUN, workflow="pay", input_json=Json('{"a":[1,"x"]}'), error=BROKEN, tags=("t",), created_ms=1, updated_ms=2
)
STEP_STORED = Step(
    run_id=RUN,
    call=StepCall(key="pay", name="pay", kind=StepKind.RPC, position=0, rpc_name="charge", data_json=Json("[1]")),
    status=StepStatus.SUCCEEDED,
    result_json=Json('"x"'),
    created_ms=1,
)
CALL_TEXT = call_text(STEP_STORED.call)
RECORD_TEXT = '["scheduled",1,0,1,1,1,null,null,null]'
RUN_ROW = dict.fromkeys(RUN_FIELDS) | {
    "run_id": RUN,
    "workflow": "pay",
    "status": "running",
    "mode": "inline",
    "input_json": "null",
    "tags": '["t"]',
    "created_ms": 1,
    "updated_ms": 1,
    "epoch": 1,
    "wakes": 0,
    "touched_ms": None,
    "waiting_on": "[]",
}
STEP_ROW = dict.fromkeys(STEP_COLUMNS) | {
    "run_id": RUN,
    "key": "pay",
    "name": "pay",
    "kind": "rpc",
    "position": 0,
    "remote": 0,
    "status": "running",
    "attempt_count": 1,
    "epoch": 1,
    "created_ms": 1,
}
TEXTS = {"status", "mode", "error", "tags", "kind", "policy", "seen"}
"""The columns that are read as something else than a text; numbers are numbers where a database says so."""

texts = bombs | st.text(max_size=60) | names
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.binary(max_size=8)
    | st.integers(4_000, 5_000).map(lambda digits: 10**digits),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers() | st.floats() | st.none(), inner),
    max_leaves=8,
)


class Target(NamedTuple):
    """What is given, and what is done with it: raises if that is not what it should be."""

    inputs: st.SearchStrategy[Any]
    take: Callable[[Any], None]


def _take_value(given_: tuple[str, Any]) -> None:
    text, annotation = given_
    with contextlib.suppress(InvalidDataError):
        codec_for(annotation, "fuzz").decode(Json(text), "the input")


def _take_plain(value: Any) -> None:
    """What can be stored can be read, and says the same."""
    for write in (encode, job_payload):
        with contextlib.suppress(PayloadError):
            text: str | bytes = write(value, "a value")
            back = codec_for(Any, "fuzz").decode(Json(text if isinstance(text, str) else text.decode()), "a value")
            assert encode(back, "a value") == Json(msgspec.json.encode(back).decode())
            assert not isinstance(value, int | str) or back == value
            assert not isinstance(value, float) or (math.isfinite(value) and back == value)


def _take_configuration(files: tuple[str, str, Mapping[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pikku.config.json").write_bytes(files[0].encode("utf-8", "surrogatepass"))
        (Path(folder) / "pyproject.toml").write_bytes(files[1].encode("utf-8", "surrogatepass"))
        with contextlib.suppress(ConfigurationError):
            read_configuration(Path(folder), files[2])


def _take_kept(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "kept"
        cache.write_bytes(content)
        kept = memory.load(cache)
        if kept is not None:
            memory.kept_inspection(kept)
            memory.kept_modules(kept)


def _take_slip(slips: list[bytes | str | None]) -> None:
    hint = hint_of(slips)
    assert all(isinstance(run_id, str) for run_id in hint)


def _take_documents(text: str) -> None:
    content = text.encode("utf-8", "surrogatepass")
    for read in (read_run, read_step):
        with contextlib.suppress(*UNREADABLE):
            read(content)


def _take_row(row: Mapping[str, Any]) -> None:
    if "workflow" in row:
        columns = [row[name] for name in RUN_COLUMNS]
        with contextlib.suppress(StoreError):
            run_of(columns)
        with contextlib.suppress(StoreError):
            run_as_read(row["touched_ms"], row["waiting_on"], *columns)
    else:
        with contextlib.suppress(StoreError):
            step_of([row[name] for name in STEP_COLUMNS])
        with contextlib.suppress(StoreError):
            attempt_of(row)


def _take_record(values: list[str | None]) -> None:
    with contextlib.suppress(StoreError):
        run_in(values)


def _take_step_record(record: str) -> None:
    for known, call in ((record, CALL_TEXT), (RECORD_TEXT, record)):
        with contextlib.suppress(StoreError):
            step_in(RUN, known, call, "pay")


def _take_input(text: str) -> None:
    with contextlib.suppress(click.UsageError):
        value = read_input(None if text.startswith("@") or text == "-" else text)
        with contextlib.suppress(PayloadError):
            encode(value, "the input")


def _take_name(name: str) -> None:
    for shown in (printable(name), json_escaped(json.dumps([name], ensure_ascii=False))):
        assert shown.isprintable() or not any(_is_obeyed(each) for each in shown)
    assert json.loads(json_escaped(json.dumps([name], ensure_ascii=False))) == [name]


def _is_obeyed(character: str) -> bool:
    import unicodedata

    visible_formats = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
    return unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs") or (
        unicodedata.bidirectional(character) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        and character not in visible_formats
    )


def _take_address(url: str) -> None:
    for read in (store_from, queue_from):
        try:
            made: object = read(url)
        except (StoreError, ConfigurationError) as error:
            made = error
        is_file = isinstance(made, SqliteStore | FileStore)  # they have a path, and no password
        assert is_file or PASSWORD not in f"{made} {made!r}"


def _take_duration(text: str) -> None:
    with contextlib.suppress(DurationError):
        assert parse_duration(text) >= 0


def _one_column(row: Mapping[str, Any]) -> st.SearchStrategy[Mapping[str, Any]]:
    column = st.sampled_from(sorted(TEXTS & row.keys()))
    return st.builds(lambda name, text: {**row, name: text}, column, texts)


def _one_value(fields: tuple[str, ...], row: Mapping[str, Any]) -> st.SearchStrategy[list[str | None]]:
    whole = [None if row[field] is None else str(row[field]) for field in fields]
    place = st.integers(0, len(fields) - 1)
    return st.builds(lambda at, text: [*whole[:at], text, *whole[at + 1 :]], place, texts | st.none())


SCHEMES = (
    "postgresql",
    "postgres",
    "redis",
    "rediss",
    "unix",
    "sqlite",
    "file",
    "memory",
    "mysql",
    "bullmq:redis",
    "pgqueuer:",
    "",
)
AFTER_THE_USER = ("@", "@a@", "/@", "#x@", "?@", "]@", "%zz@", " @")
PLACES = (
    "host/db",
    "host:99999/db",
    "host:port/0",
    "[::1/0",
    "host/x?prefix=%zz",
    "host?schema=A'",
    f"h/0?password={PASSWORD}",
)
SECRET_URLS = st.builds(
    lambda scheme, colon, user, end, place: f"{scheme}{colon}{user}:{PASSWORD}{end}{place}",
    st.sampled_from(SCHEMES),
    st.sampled_from(["://", ":", ":/", ":///", "://["]),
    st.sampled_from(["", "user", "us:er", "u%40"]),
    st.sampled_from(AFTER_THE_USER),
    st.sampled_from(PLACES),
)

TYPES = st.sampled_from([Any, int, str, Line, Order, Parcel, Person, dict[str, Line], list[Person] | None])
ORDER = {
    "lines": [{"price": 1.5, "note": "x"}],
    "count": 1,
    "type": "Parcel",
    "order": None,
    "name": "n",
    "parcels": {},
}

TARGETS = {
    "inputs and results": Target(
        st.tuples(texts | with_one_part_replaced(ORDER) | spoiled(json.dumps(ORDER)), TYPES), _take_value
    ),
    "values": Target(plain, _take_plain),
    "configuration": Target(
        st.tuples(
            texts | spoiled('{"lease":"5s","workflows":{"singleQueue":true},"valueLimit":9}'),
            spoiled('[tool.pikku]\nlease = "5s"\nqueue = "none"\n'),
            st.dictionaries(
                st.sampled_from(["PIKKU_LEASE", "PIKKU_VALUE_LIMIT", "PIKKU_MIGRATE"]), st.text(max_size=9)
            ),
        ),
        _take_configuration,
    ),
    "memory of the inspector": Target(
        st.binary(max_size=80) | st.sampled_from([b"\x91" * 100_000, b"\xdf\xff\xff\xff\xff", b"\xc1"]), _take_kept
    ),
    "messages": Target(
        st.lists(
            st.none() | st.binary(max_size=40) | texts | with_one_part_replaced({"run_id": RUN, "key": "k", "x": 1}),
            max_size=3,
        ),
        _take_slip,
    ),
    "documents": Target(
        spoiled(write_run(RUN_STORED).decode()) | spoiled(write_step(STEP_STORED, ()).decode()) | texts, _take_documents
    ),
    "rows": Target(_one_column(RUN_ROW) | _one_column(STEP_ROW), _take_row),
    "records": Target(_one_value(RUN_FIELDS, RUN_ROW), _take_record),
    "records of steps": Target(spoiled(RECORD_TEXT) | spoiled(CALL_TEXT) | texts, _take_step_record),
    "the command line": Target(texts | spoiled(json.dumps(ORDER)), _take_input),
    "names": Target(names, _take_name),
    "addresses": Target(SECRET_URLS, _take_address),
    "durations": Target(
        st.text(max_size=20) | st.from_regex(r"[0-9.]{1,9} ?(ms|s|min|m|h|d|w)", fullmatch=True), _take_duration
    ),
}


def try_out(target: Target, examples: int, *, seed: int | None = None) -> int:
    """How many inputs it took. Raises what the target raises, with the smallest input that does it."""
    taken = 0

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=seed is None,
        suppress_health_check=list(HealthCheck),
    )
    @given(target.inputs)
    def each(value: Any) -> None:
        nonlocal taken
        taken += 1
        target.take(value)

    if seed is not None:
        from hypothesis import seed as seeded

        each = seeded(seed)(each)
    each()
    return taken


def _rounds(seconds: float) -> Iterator[int]:
    end, number = time.monotonic() + seconds, int(time.time())
    while time.monotonic() < end:
        yield (number := number + 1)


def main(seconds: float) -> None:
    """Try all targets for so long, and print what they took."""
    for name, target in TARGETS.items():
        with contextlib.redirect_stderr(io.StringIO()):
            taken = sum(try_out(target, 500, seed=number) for number in _rounds(seconds / len(TARGETS)))
        sys.stdout.write(f"{name:<24} {taken:>9,} inputs\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(float(sys.argv[1]))

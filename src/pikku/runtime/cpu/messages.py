"""What a process and its children say to each other: JSON, each message after its length."""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct

from pikku.model.failure import Failure
from pikku.model.payload import Json
from pikku.runtime.step_info import StepInfo

HEADER = 8
"""So many bytes tell the length of a message."""


class Order(Struct, frozen=True):
    """One call of a function. `what` names its result in errors, `value_limit` is how many bytes of JSON it may be."""

    name: str
    module: str
    qualname: str
    data_json: Json
    step: StepInfo | None
    invocation_id: str
    what: str
    value_limit: int
    levels: dict[str, int]


class Returned(Struct, frozen=True, tag=True):
    result_json: Json


class Raised(Struct, frozen=True, tag=True):
    """`kinds` are the names of the exception's class and its parents."""

    failure: Failure
    kinds: list[str]


class Logged(Struct, frozen=True, tag=True):
    """A line of a log, which the parent is to write."""

    logger: str
    level: int
    message: str
    path: str
    line: int
    function: str
    created: float
    process: int
    stack: str | None
    extra: dict[str, Any]


Outcome = Returned | Raised

_orders = msgspec.json.Decoder(Order)
_answers: msgspec.json.Decoder[Outcome | Logged] = msgspec.json.Decoder(Returned | Raised | Logged)


def framed(message: Order | Outcome | Logged) -> bytes:
    """The bytes of a message."""
    content = msgspec.json.encode(message)
    return len(content).to_bytes(HEADER, "big") + content


def read_order(receive: Callable[[int], bytes]) -> Order:
    """The next order; `receive` gives so many bytes, or raises `EOFError`."""
    return _orders.decode(_content(receive))


def read_answer(receive: Callable[[int], bytes]) -> Outcome | Logged:
    """The next message of a child; `receive` gives so many bytes, or raises `EOFError`."""
    return _answers.decode(_content(receive))


def _content(receive: Callable[[int], bytes]) -> bytes:
    return receive(int.from_bytes(receive(HEADER), "big"))

"""One call of the body: what it asked for, and how to execute it here."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from pikku.engine.deliveries import Call
from pikku.model.step import StepCall
from pikku.registry.codecs import Codec


class Request(msgspec.Struct, frozen=True):
    """`work` executes one attempt; `call_moment` is when, in the life of the body, the call was made."""

    call: StepCall
    call_moment: Call
    result: Codec
    raises: Sequence[type[Exception]]
    work: Callable[[], Awaitable[Any]]
    sleep_ms: int = 0

    @property
    def what(self) -> str:
        """The result, for messages."""
        return f"the result of step {self.call.key!r}"

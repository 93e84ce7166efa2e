"""The attempts that are behind, as `steps.lua` puts them there."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from pikku.model.failure import Failure
from pikku.model.step import Attempt, Step, StepStatus, last_attempt
from pikku.stores.row import UNREADABLE, damaged

_failure = msgspec.json.Decoder(Failure)


class _Behind(Struct, frozen=True):
    key: str
    attempt_count: int
    error: str
    created_ms: int
    completed_ms: int


_behind = msgspec.json.Decoder(_Behind)


def attempt_behind(text: str, steps: Mapping[str, Step]) -> Attempt:
    """The attempt, which failed and was not the last one of its step. Raises `StoreError` if it is damaged."""
    try:
        return _attempt(_behind.decode(text), steps)
    except (*UNREADABLE, KeyError) as error:
        raise damaged("an attempt that is behind", error) from error


def _attempt(behind: _Behind, steps: Mapping[str, Step]) -> Attempt:
    return msgspec.structs.replace(
        last_attempt(steps[behind.key]),
        status=StepStatus.FAILED,
        attempt_count=behind.attempt_count,
        result_json=None,
        error=_failure.decode(behind.error),
        created_ms=behind.created_ms,
        completed_ms=behind.completed_ms,
    )

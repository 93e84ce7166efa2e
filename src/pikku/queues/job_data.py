"""The data of a plain job as JSON."""

import math
from typing import Any

import msgspec

from pikku.model.errors import UnstorableValueError
from pikku.model.payload import TOO_DEEP, is_too_deep


def job_payload(data: Any, queue: str) -> bytes:
    """The JSON that a handler will get. Raises `UnstorableValueError`."""
    what = f"the data of a job for {queue!r}"
    try:
        encoded = _encoder.encode(data)
        # JSON has no NaN: msgspec writes null for it, which would come back as another value.
        if b"null" in encoded and not _is_finite(msgspec.to_builtins(data, enc_hook=_plain)):
            raise ValueError("a number that is not a JSON number")
        if is_too_deep(encoded):
            raise ValueError(TOO_DEEP)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise UnstorableValueError(what, "$", str(error)) from None
    return encoded


def _is_finite(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple | set) else ()
    return all(_is_finite(part) for part in parts)


def _plain(value: Any) -> Any:
    if hasattr(type(value), "model_dump"):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__module__}.{type(value).__qualname__} has no stored form")


_encoder = msgspec.json.Encoder(enc_hook=_plain)
